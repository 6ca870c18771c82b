"""The look over a letter: every rule finds what it is for, and a letter of ours passes."""

from dataclasses import replace

import newsroom
import pytest

from builder.letter_rules import LETTER
from builder.mail import contrast, preflight
from builder.mail.letter import Letter
from builder.model import Level, Library

ITEMS = tuple(map(newsroom.item, range(1, 4)))
EDITION = newsroom.edition(
    ("Policy", (1, 2, 3)), preheader="Three matters of the week, told in a sentence each."
)
CONFIG = newsroom.config()


def letter() -> Letter:
    return newsroom.compose(EDITION, ITEMS)


def codes(made: Letter, edition=EDITION, items=ITEMS, config=CONFIG) -> set[str]:
    return {found.code for found in preflight.check(made, edition, Library(items=items), config)}


def with_html(html: str) -> Letter:
    made = letter()
    return replace(made, html=made.html.replace("</h1>", f"</h1>{html}", 1))


def with_intro(words: str) -> Letter:
    return newsroom.compose(replace(EDITION, intro=words), ITEMS)


def with_style(css: str) -> Letter:
    made = letter()
    return replace(made, html=made.html.replace("</style>\n</head>", f"{css}</style></head>", 1))


FOUND = {
    "M101": lambda: replace(letter(), subject=""),
    "M102": lambda: replace(letter(), subject="Short"),
    "M103": lambda: replace(letter(), preheader=""),
    "M104": lambda: replace(letter(), subject="ACT NOW WHILE YOU CAN!!"),
    "M201": lambda: with_html("x" * 110_000),
    "M202": lambda: replace(letter(), shortened=2),
    "M203": lambda: with_style("@media screen{@media print{.x{color:red}}}"),
    "M301": lambda: with_html('<a href="/about/">About us</a>'),
    "M302": lambda: with_intro("[A plain page](http://example.org/)"),
    "M303": lambda: with_intro("[A short one](https://bit.ly/x)"),
    "M304": lambda: with_intro("[Here](https://example.org/)"),
    "M305": lambda: with_html('<a href="https://example.org/"> </a>'),
    "M401": lambda: with_html('<img src="https://example.org/a.png" width="5">'),
    "M402": lambda: with_html('<img src="https://example.org/a.png" alt="">'),
    "M403": lambda: with_html('<img src="http://example.org/a.png" alt="" width="5">'),
    "M404": lambda: with_html('<img src="https://example.org/a.webp" alt="" width="5">'),
    "M501": lambda: with_html('<p style="display:flex">x</p>'),
    "M502": lambda: with_html("<form></form>"),
    "M503": lambda: with_html('<p style="color:#999999">Hard to read</p>'),
    "M504": lambda: with_html('<p style="border-radius:3px">x</p>'),
    "M505": lambda: with_html("<table><tr><td>x</td></tr></table>"),
    "M506": lambda: with_html("<h5>x</h5>"),
    "M601": lambda: replace(letter(), subject="Dear {{ subscriber.name }}, hello"),
    "M602": lambda: with_intro("TODO: say more."),
    "M604": lambda: with_html("<p>How {{ name }} is filled in</p>"),
    "M603": lambda: with_intro("© 2019 The Small Brief"),
    "M702": lambda: replace(letter(), text=letter().text.replace("https://example.org/2", "")),
    "M703": lambda: replace(letter(), stories=()),
}


def test_a_letter_of_ours_has_nothing_to_be_told():
    assert codes(letter()) == set()
    full = newsroom.config("  detail: full\n")
    assert codes(newsroom.compose(EDITION, ITEMS, config=full), config=full) == set()


@pytest.mark.parametrize("code", FOUND)
def test_rule_finds_what_it_is_for(code):
    assert code in codes(FOUND[code]())


def test_a_link_of_the_text_alone_is_found_and_an_address_among_words_is_not():
    extra = replace(letter(), text=letter().text + "https://elsewhere.example/\n")

    assert "M702" in codes(extra)
    assert "M702" not in codes(with_intro("It stood at https://example.org/old, once."))


def test_rules_of_the_edition_and_the_desk_find_what_they_are_for():
    draft = newsroom.item(3, status="draft")
    bare = newsroom.config(source=newsroom.CONFIG.partition("mail:")[0])
    asked = newsroom.config(source=newsroom.CONFIG.replace("  unsubscribe: https", "  reason: https"))

    assert codes(newsroom.compose(EDITION, (*ITEMS[:2], draft)), items=(*ITEMS[:2], draft)) == {"M701"}
    assert "M704" in codes(letter(), replace(EDITION, published=None))
    assert codes(letter(), config=bare) == {"M801", "M802", "M804"}
    assert codes(letter(), config=asked) == {"M803"}


def test_every_rule_is_tried_here():
    elsewhere = {"M701", "M704", "M801", "M802", "M803", "M804"}

    assert {code for code, *_ in LETTER} == set(FOUND) | elsewhere


def test_what_is_worst_is_told_first():
    found = preflight.check(
        with_html('<p style="opacity:1;float:left">x</p>'), EDITION, Library(items=ITEMS), CONFIG
    )

    assert [one.level for one in found] == [Level.ERROR, Level.INFO]


def test_many_findings_of_a_rule_are_told_as_a_few_and_a_number():
    links = "".join(f'<a href="http://example.org/{number}">Page {number}</a>' for number in range(30))
    found = preflight.check(with_html(links), EDITION, Library(items=ITEMS), CONFIG)

    plain = [one.message for one in found if one.code == "M302"]
    assert len(plain) == 6
    assert plain[-1] == "and 25 more like this"


def test_a_newsletter_gives_rules_its_own_levels():
    config = newsroom.config("lint: {levels: {M302: error, M303: off}}\n")
    made = with_intro("[One](http://bit.ly/x)")
    found = preflight.check(made, EDITION, Library(items=ITEMS), config)

    assert [(one.code, one.level) for one in found] == [("M302", Level.ERROR)]


def test_a_service_brings_its_own_way_to_unsubscribe():
    config = newsroom.config(source=newsroom.CONFIG.partition("mail:")[0] + "mail: {via: buttondown}\n")

    assert codes(letter(), config=config) == {"M804"}


def test_a_tag_in_the_introduction_is_the_editors_own_and_an_error():
    edition = replace(EDITION, intro="Dear *|FNAME|*, hello.")

    assert "M601" in codes(newsroom.compose(edition, ITEMS), edition)


def test_code_may_hold_what_looks_like_a_merge_tag():
    edition = replace(EDITION, intro="Write `{{ name }}` in it.")

    assert codes(newsroom.compose(edition, ITEMS), edition) == set()


def test_dark_rules_are_what_the_dark_scheme_is_judged_by():
    made = with_style("@media (prefers-color-scheme:dark){.soft{color:#222222!important}}")
    found = preflight.check(made, EDITION, Library(items=ITEMS), CONFIG)

    assert {(one.code, "dark scheme" in one.message) for one in found} == {("M503", True)}


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ((0, 0, 0), (255, 255, 255), 21.0),
        ((119, 119, 119), (255, 255, 255), 4.48),
        ((9, 9, 9), (9, 9, 9), 1.0),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast.contrast(one, other) == contrast.contrast(other, one) == pytest.approx(ratio, abs=0.01)
