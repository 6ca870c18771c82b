import pytest
from made_up import article

from builder.model import Verdict
from builder.summary.proof import Trial

REPORT = article(
    """
“We will not wait for another winter,” said Anna Example, the mayor of Northport. “The berths are ready, and
the ferries are not.”

Ben Sample, who speaks for the ferry operators, said: “Thirty ships need new sockets before next spring.” The
mayor called the plan a promise to the old quarter.
""",
    "",
    "en",
)


def verdict(text: str) -> tuple[str, Verdict | None]:
    found = [finding for finding in Trial(REPORT).unit(text).findings if finding.code.startswith("F4")]
    return (found[0].code, found[0].verdict) if found else ("", None)


@pytest.mark.parametrize(
    "text",
    [
        "“We will not wait for another winter,” Example said.",
        "The mayor: 'we will not wait for another winter'.",
        "Sample said: «Thirty ships … before next spring.»",
        "Sample said: “Thirty […] sockets before next spring”.",
        "“The berths are ready […] the ferries are not”, said Anna Example.",
    ],
)
def test_exact_words_pass_whatever_the_marks(text: str) -> None:
    assert verdict(text) == ("", None)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("“We will not wait for another summer,” Example said.", "F401", Verdict.CONTRADICTED),
        ("“We won't wait for yet another winter here,” Example said.", "F401", Verdict.CONTRADICTED),
        ("“We will not wait for another winter,” Sample said.", "F402", Verdict.CONTRADICTED),
        ("Sample said: “a promise to the old quarter”.", "F402", Verdict.CONTRADICTED),
        ("“Everybody here is very happy,” Example said.", "F403", Verdict.UNSUPPORTED),
    ],
)
def test_a_quotation_is_exact_altered_of_another_or_nowhere(text: str, code: str, said: Verdict) -> None:
    assert verdict(text) == (code, said)


def test_title_or_word_held_at_a_distance_is_no_quotation() -> None:
    assert verdict("It was called “quite unready”.") == ("", None)
