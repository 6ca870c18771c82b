"""The law of editing: what is meant is changed, and nothing else by a byte."""

import difflib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from builder.config import editing, yamltree
from builder.errors import ConfigError

HEAD = "# a newsletter\nsite:\n  title: 'A: brief'   # its name\n  url: https://brief.example/\n"
BLOCK = (
    "\nfeeds:   # whom we follow\n\n  # the first\n  - url: https://one.example/feed  # one\n    name: One\n"
    "    # on tags\n    tags: [a, b]\n\n  # the second\n  - https://two.example/feed # two\n"
    "  -\n    url: 'https://three.example/feed'\n    tags:\n    - x\n    - y\n  # the end\n"
)
TAIL = "\n# below\nfetch:\n  contact: ed@brief.example\n"
FORMS = {
    "block": HEAD + BLOCK + TAIL,
    "block at the margin": HEAD
    + "feeds:\n- https://one.example/feed\n- url: https://two.example/feed\n"
    + TAIL,
    "block at the end": HEAD + "feeds:\n  - https://one.example/feed\n  - {url: https://two.example/feed}",
    "flow": HEAD
    + "feeds: [https://one.example/feed, {url: https://two.example/feed, name: Two}]  # all\n"
    + TAIL,
    "flow over lines": HEAD
    + "feeds: [\n  https://one.example/feed, # one\n  'https://two.example/feed',\n]\n"
    + TAIL,
    "windows": (HEAD + BLOCK + TAIL).replace("\n", "\r\n"),
    "marked": "\ufeff" + HEAD + BLOCK + TAIL,
}
EMPTY = {
    "no key": HEAD + TAIL,
    "no value": HEAD + "feeds:\n" + TAIL,
    "no value, a comment": HEAD + "feeds:  # none yet\n  # here\n" + TAIL,
    "an empty list": HEAD + "feeds: []  # none yet\n" + TAIL,
    "null": HEAD + "feeds: ~\n" + TAIL,
    "no value at the end": HEAD + "feeds:",
    "an empty list at the end": HEAD + "feeds: []",
    "nothing": "",
}
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12)
feeds = st.fixed_dictionaries(
    {"url": words},
    optional={"name": words, "tags": st.lists(words, min_size=1, max_size=3), "paused": st.booleans()},
)
forms = st.sampled_from(sorted(FORMS | EMPTY))


def plain(text: str) -> dict:
    return yamltree.parse(text.encode(), "config.yaml").root.plain() or {}


def kept(before: str, after: str) -> bool:
    """Whether all lines that are gone or new are of feeds."""
    lines = [
        line for line in difflib.ndiff(before.splitlines(True), after.splitlines(True)) if line[0] in "+-"
    ]
    return not any("site:" in line or "# below" in line or "contact" in line for line in lines)


@given(forms, st.lists(feeds, min_size=1, max_size=2))
def test_feeds_added_are_the_last_ones_and_nothing_else_changes(form, new):
    before = (FORMS | EMPTY)[form]

    after = editing.add(before, new)

    told = [
        {k: {True: "true", False: "false"}.get(v, v) if isinstance(v, bool) else v for k, v in f.items()}
        for f in new
    ]
    assert plain(after) == plain(before) | {"feeds": (plain(before).get("feeds") or []) + told}
    assert kept(before, after)
    # All that stood there stands there still, in its order; the brackets of an empty list alone may go.
    rest = iter(after)
    assert all(letter in rest for letter in before.replace("[]", "").replace("~", "") if letter != " ")


@given(st.sampled_from(sorted(FORMS)), st.data())
def test_feed_removed_takes_its_own_lines_and_no_others(form, data):
    before = FORMS[form]
    told = plain(before)["feeds"]
    index = data.draw(st.integers(0, len(told) - 1))

    after = editing.remove(before, index)

    assert (plain(after).get("feeds") or []) == told[:index] + told[index + 1 :]
    assert plain(after) | {"feeds": None} == plain(before) | {"feeds": None}
    assert kept(before, after)
    assert len(after) < len(before)


def test_comments_around_a_removed_feed_stay():
    after = editing.remove(FORMS["block"], 1)

    assert after == FORMS["block"].replace("  - https://two.example/feed # two\n", "")


@given(st.sampled_from(sorted(FORMS)), st.data(), st.sampled_from(["url", "name", "paused", "slug"]), words)
def test_key_changed_is_that_key_alone(form, data, key, value):
    before = FORMS[form]
    told = plain(before)["feeds"]
    index = data.draw(st.integers(0, len(told) - 1))
    new = value if key != "paused" else True

    after = editing.change(before, index, {key: new})

    found = plain(after)["feeds"]
    one = told[index] if isinstance(told[index], dict) else {"url": told[index]}
    now = found[index] if isinstance(found[index], dict) else {"url": found[index]}
    assert now == one | {key: "true" if new is True else new}
    assert found[:index] + found[index + 1 :] == told[:index] + told[index + 1 :]
    assert kept(before, after)


@given(st.sampled_from(sorted(FORMS)), feeds)
def test_feed_added_and_removed_leaves_the_file_as_it_was(form, new):
    before = FORMS[form]
    assume(before.endswith("\n"))

    after = editing.remove(editing.add(before, [new]), len(plain(before)["feeds"]))

    assert after == before


def test_new_url_of_a_bare_address_keeps_its_comment():
    after = editing.change(FORMS["block"], 1, {"url": "https://new.example/feed"})

    assert after == FORMS["block"].replace("https://two.example/feed", "https://new.example/feed")


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "feeds: &all\n  - &one {url: https://one.example/}\n  - *one\n",
        HEAD + "feeds: a text\n",
        "{site: {}, feeds: []}",
        "- a\n- b\n",
        HEAD + "feeds:\n  a: b\n",
    ],
)
def test_file_that_no_program_should_touch_is_refused(text):
    with pytest.raises(ConfigError):
        editing.change(text, 0, {"url": "https://new.example/"}) if "*one" in text else editing.add(
            text, [{"url": "x"}]
        )


@given(st.text(st.sampled_from("feds: -[]{}#'\"\n&*|>ab,"), max_size=60))
def test_no_text_is_too_broken(text):
    try:
        after = editing.add(text, [{"url": "https://new.example/"}])
    except ConfigError:
        return
    assert plain(after)["feeds"][-1] == {"url": "https://new.example/"}
