"""The note on what was found in a source: in its readers' language, and of nothing but what was seen."""

import json
import re
from pathlib import Path

import pytest

from builder.editorial import corrections
from builder.model import Aspect, Difference
from builder.render.theme import Theme

MESSAGES = Path(__file__).resolve().parents[2] / "templates" / "messages"
LANGUAGES = sorted(path.stem for path in MESSAGES.glob("*.json"))
TOLD = [one for one in Aspect if one is not Aspect.WORDING]


def note(language: str, *found: Difference, own: Path = Path("none")) -> corrections.Note:
    return corrections.draft(found, Theme.open(own).words(language, "UTC").say, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("aspect", TOLD)
def test_each_language_has_words_for_all_that_can_be_found(language, aspect):
    own = {key for key in json.loads((MESSAGES / f"{language}.json").read_text("utf-8")) if "note." in key}

    was, now = ("OLD, 12 dead", "NEW, 14 dead") if aspect is Aspect.HEADLINE else ("OLD", "NEW")
    told = note(language, Difference(aspect=aspect, was=was, now=now))

    assert {f"note.{aspect.value}.was", f"note.{aspect.value}.now"} <= own
    assert "NEW" in told.right
    assert "OLD" in told.what or aspect in (Aspect.NOTICE, Aspect.GONE)
    assert not re.search(r"[{}]", told.what + told.right)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("aspect", [Aspect.STATEMENT, Aspect.FIGURE, Aspect.DATE, Aspect.NAME])
def test_what_is_there_no_more_is_said_in_each_language(language, aspect):
    english = note("en", Difference(aspect=aspect, was="OLD"))

    told = note(language, Difference(aspect=aspect, was="OLD"))

    assert told.right
    assert (told == english) is (language == "en")


def test_dialect_has_the_words_of_its_language_and_an_unknown_one_those_of_english():
    found = Difference(aspect=Aspect.FIGURE, was="12", now="14")

    assert note("de-AT", found) == note("de", found)
    assert note("nl", found) == note("en", found)


def test_words_of_the_newsletter_go_before_those_of_the_theme(tmp_path):
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "fr.json").write_text('{"note.figure.was": "On y lisait {was}."}', "utf-8")
    found = Difference(aspect=Aspect.FIGURE, was="12", now="14")

    assert note("fr", found, own=tmp_path).what == "On y lisait 12."


def test_other_words_for_the_same_are_nothing_to_tell_readers():
    found = Difference(aspect=Aspect.WORDING, was="It is so.", now="So it is.")

    assert note("en", found) == corrections.Note("", "")


@pytest.mark.parametrize(
    ("now", "is_for_readers"),
    [
        ("Northport opens its new pier at last", False),
        ("Northport opens a pier of 14 berths on Monday", True),
        ("Northport opens a pier of fourteen berths on Monday", True),
        ("Northport opens a pier of twelve berths", False),
    ],
)
def test_another_headline_is_for_readers_where_it_gives_other_figures(now, is_for_readers):
    found = Difference(aspect=Aspect.HEADLINE, was="Northport opens a pier of 12 berths on Monday", now=now)

    assert bool(note("en", found).what) is is_for_readers
