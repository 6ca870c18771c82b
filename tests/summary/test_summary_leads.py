import pytest
from made_up import article

from builder.summary import leads
from builder.summary.reading import Reading


def lead(text: str, code: str = "en", before: str = "") -> str:
    reading = Reading(article(f"{before}\n\n{text}" if before else text, language=code))
    return leads.lead(len(reading.lines) - 1, reading)


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("en", "- Moved permanently: the reader stores the new address after a week.", "Moved permanently"),
        ("en", "- Storage – up to 64 GB for all users of the service.", "Storage"),
        ("en", "The city grid needs a second substation before summer.", "The city grid"),
        ("en", "The list of briefings begins on May 12 with a session.", "The list of briefings"),
        ("en", "On race relations, the plan will face a lot of resistance.", "On race relations"),
        ("de", "Die Preisformel der Bank ist schwer zu verstehen.", "Die Preisformel der Bank"),
        ("fr", "La consommation d'énergie représente un tiers du budget total.", "La consommation d'énergie"),
        ("en", "The team, which ran the test – the second – was paid by the port.", ""),
        ("fr", "En analysant leurs contacts, les services trouvent de nouveaux profils.", ""),
        ("es", "El estudio encontró plomo en dos de los catorce solares.", "El estudio"),
    ],
)  # fmt: skip
def test_label_or_subject_opens_the_bullet(code: str, text: str, expected: str) -> None:
    assert lead(text, code) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Anna Example was arrested on Monday in the old quarter of Northport.",
        "Mr. Example has left the company after a dispute over the sockets.",
        "The spokesman was not available for an interview on Monday evening.",
        "Quimby fixed some of the sockets that had failed during the test.",
        "Note that the table has a row for every minute of the day.",
        "It has been known for years that the sockets do not fit.",
        "In September, the council voted on the plan for the harbour.",
        "Growing up near the harbour is not as easy as it was.",
        "The Examples were not at home when the letter came to the house.",
        "House Speaker Anna Example declined to weigh in on the plan for ships.",
    ],
)
def test_nobody_who_is_only_spoken_of_leads_in(text: str) -> None:
    assert lead(text, before="Anna Example said that the sockets were late.") == ""


def test_speaker_may_lead_in() -> None:
    assert lead("Anna Example said that the sockets were late for the season.") == "Anna Example"


def test_lead_opens_its_sentence() -> None:
    text = "The second substation stands on the site of a former cold store."
    assert text.startswith(lead(text))
