import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from builder.content import frontmatter
from builder.content.frontmatter import Plain, Rows, dump, join, load, replace, split
from builder.errors import ContentError

letters = st.characters(exclude_categories=["Cs"])
texts = st.text(letters)
keys = st.text(letters, min_size=1, max_size=20)
values = st.recursive(
    texts,
    lambda below: st.lists(below, max_size=4).map(tuple) | st.dictionaries(keys, below, max_size=4),
    max_leaves=12,
)


def read(head: str) -> dict[str, object]:
    return load(head, "x.md", 2).values


def refused(text: str) -> ContentError:
    with pytest.raises(ContentError) as error:
        parts = split(text, "x.md")
        load(parts.head, "x.md", 2)
    return error.value


# -- two parts


@given(st.dictionaries(keys, texts, max_size=5), st.text(letters))
def test_split_undoes_join(mapping: dict[str, str], body: str) -> None:
    head = dump(mapping)

    parts = split(join(head, body), "x.md")

    assert (parts.head, parts.body) == (head, body)


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: x\n---\nbody",
        "\ufeff---\ntitle: x\n---\nbody",
        "---   \ntitle: x\n--- \t\nbody",
        "---\r\ntitle: x\r\n---\r\nbody",
    ],
)
def test_fences_are_taken_as_editors_leave_them(text: str) -> None:
    parts = split(text, "x.md")

    assert read(parts.head) == {"title": "x"}
    assert (parts.body, parts.body_line) == ("body", 4)


def test_a_final_newline_may_be_missing_and_a_rule_in_the_body_is_body() -> None:
    assert split("---\ntitle: x\n---", "x.md").body == ""
    assert split("---\ntitle: x\n---\na\n\n---\n\nb", "x.md").body == "a\n\n---\n\nb"
    assert split("---\n---\nbody", "x.md").head == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("just text", "x.md:1: the file does not begin with front matter"),
        ("", "x.md:1: the file does not begin with front matter"),
        ("-----\ntitle: x\n-----\n", "x.md:1: the file does not begin with front matter"),
        ("---\ntitle: x\n\nbody", "x.md:1: front matter is not closed"),
        ("---\ntitle: x\n...\nbody", "x.md:1: front matter is not closed"),
        ("---\nx\n---\n", "x.md:2: front matter is not a list of keys"),
        ("---\na: b\ntitle: [x\n---\n", "x.md:3: front matter is not valid YAML"),
        ("---\na: b\ntitle: Foo: bar\n---\n", "x.md:3: front matter is not valid YAML"),
        ("---\na: b\n\tc: d\n---\n", "x.md:3: front matter is not valid YAML"),
        ("---\na: b\nc: \x07\n---\n", "x.md:3: front matter holds the control character U+0007"),
        ("---\na: &x b\nc: *x\n---\n", "x.md:2: anchors and aliases are not read here"),
        ("---\na: b\nc: *x\n---\n", "x.md:3: anchors and aliases are not read here"),
        ("---\na: 1\nb:\n  c: 1\n  c: 2\n---\n", "x.md:5: `b.c` is given twice, first in line 4"),
        ("---\na: !!python/name:os.system\n---\n", "x.md:2: the tag !!python/name:os.system means nothing"),
        ("---\na: !x [b]\n---\n", "x.md:2: the tag !x means nothing here"),
        ("---\n? [a]\n: b\n---\n", "x.md:2: a key must be plain text"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, told: str) -> None:
    error = refused(text)

    assert str(error).startswith(told)
    assert error.exit_code == 5


def test_all_keys_given_twice_are_told_at_once() -> None:
    error = refused("---\na: 1\nb: 2\na: 3\nb: 4\n---\n")

    assert [fault.line for fault in error.faults] == [4, 5]


@pytest.mark.parametrize(
    "head",
    [
        "a: " + "[" * 50_000,
        "- " * 50_000,
        "? " * 50_000,
        "a: " + "{a: " * 50_000,
        "".join(" " * depth + "a:\n" for depth in range(2_000)),
        "a: " + "[" * 17 + "]" * 17 + "\n",
    ],
)
def test_deep_nesting_is_refused_and_not_followed(head: str) -> None:
    with pytest.raises(ContentError, match="nested deeper than 16 levels"):
        load(head, "x.md", 2)


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]

    assert "anchors" in str(refused("---\n" + "\n".join(lines) + "\n---\n"))


@given(st.text(st.sampled_from("ab:-?[]{}#&*!|>'\"%@\n\t ,.~<=") | letters))
def test_any_text_is_read_or_refused(head: str) -> None:
    try:
        mapped = load(head, "x.md", 2)
        changed = replace(join(head + "\n", "body"), "title", "x", "x.md")
    except ContentError as error:
        assert all(fault.path == "x.md" and fault.line >= 1 for fault in error.faults)
    else:
        assert load(split(changed, "x.md").head, "x.md", 2).values == {**mapped.values, "title": "x"}


@pytest.mark.parametrize("head", ["a: [?&x b, *x]", '{"a":&x b, c: *x}', "&x a: b", "- &x\n", "a: [b,*x]"])
def test_an_anchor_or_alias_is_refused_wherever_it_stands(head: str) -> None:
    with pytest.raises(ContentError, match="anchors and aliases"):
        load(head, "x.md", 2)


def test_an_ampersand_or_asterisk_in_text_is_text() -> None:
    head = "a: R&D & more\nurl: https://example.org/?a=1&b=2\nb: 5 * 6\nc: '*bold*'\n"

    assert tuple(read(head).values()) == ("R&D & more", "https://example.org/?a=1&b=2", "5 * 6", "*bold*")


# -- values


def test_scalars_are_the_text_that_was_written() -> None:
    head = "a: 2026\nb: no\nc: 2026-01-01\nd: 0x1F\ne: null\nf:\ng: '5'\nh: [1, true]\n"

    assert " ".join(f"{key}={value}" for key, value in read(head).items()) == (
        "a=2026 b=no c=2026-01-01 d=0x1F e=null f= g=5 h=('1', 'true')"
    )
    assert isinstance(read(head)["a"], Plain)
    assert not isinstance(read(head)["g"], Plain)


def test_every_key_has_its_line() -> None:
    mapped = load("a: 1\nsource:\n  url: x\nparts:\n  - title: y\n", "x.md", 2)

    places = ["a", "source", "source.url", "parts", "parts.0", "parts.0.title"]
    assert mapped.lines == dict(zip(places, [2, 3, 4, 5, 6, 6], strict=True))


def test_the_parser_in_python_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    head = "a: '5'\nb: 5\nc: |\n  x\nd: [1, 'y']\ne:\n  - f: \"\\u263a\"\n"
    fast = load(head, "x.md", 2)

    monkeypatch.setattr(frontmatter, "_Loader", yaml.BaseLoader)

    slow = load(head, "x.md", 2)
    assert (slow.values, slow.lines, slow.columns) == (fast.values, fast.lines, fast.columns)
    assert replace(join(head, ""), "b", "6", "x.md") == join(head.replace("b: 5", "b: '6'"), "")
    assert "nested" in str(refused("---\na: " + "[" * 5_000 + "\n---\n"))


@given(st.dictionaries(keys, values, max_size=5))
def test_load_undoes_dump(mapping: dict[str, object]) -> None:
    assert read(dump(mapping)) == mapping


@given(texts)
def test_text_is_text_for_other_readers_too(text: str) -> None:
    assert yaml.safe_load(dump({"title": text, "tags": [text]})) == {"title": text, "tags": [text]}


@given(st.dictionaries(keys, values, max_size=5))
def test_what_was_read_is_written_back_as_it_was(mapping: dict[str, object]) -> None:
    written = dump(mapping) + "zz1: 5\nzz2: no\nzz3: 2026-01-01\nzz4: '5'\nzz5: [1, true, a]\nzz6:\n"

    assert dump(read(written)) == written


def test_every_hostile_field_reads_back_as_the_same_text(shared: Callable[..., Path]) -> None:
    for name in ("yaml_fields", "text", "slugs"):
        for line in shared("data", "hostile", f"{name}.jsonl").read_text(encoding="utf-8").split("\n")[:-1]:
            case = json.loads(line)
            text = case["payload"]
            if case.get("encoding") == "base64":
                text = base64.b64decode(text).decode("utf-8", "surrogatepass")
            head = dump({"title": text, "tags": [text, "x"], "note": "y"})

            kept = "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)
            assert read(head) == {"title": kept, "tags": (kept, "x"), "note": "y"}, case["id"]
            assert type(yaml.safe_load(head)["title"]) is str, case["id"]


def test_values_are_written_as_editors_like_them() -> None:
    head = dump(
        {
            "id": "1234567890",
            "title": "Ready: it's “on” 🚀",
            "long": "word " * 60 + "end",
            "date": datetime(2026, 11, 20, 10, 30, tzinfo=timezone(timedelta(hours=1))),
            "tags": ("ai", "a, b"),
            "links": ("https://example.org/" + "x" * 80,),
            "rows": Rows(("a",)),
            "source": {"feed": "x", "count": 3, "sure": True, "none": None},
            "odd": "a\u0085b",
        }
    )

    assert head == (
        "id: '1234567890'\n"
        "title: 'Ready: it''s “on” 🚀'\n"
        f"long: {'word ' * 60}end\n"
        "date: 2026-11-20T09:30:00Z\n"
        "tags: [ai, 'a, b']\n"
        f"links:\n  - https://example.org/{'x' * 80}\n"
        "rows:\n  - a\n"
        "source:\n  feed: x\n  count: 3\n  sure: true\n  none: null\n"
        'odd: "a\\Nb"\n'
    )


def test_an_apostrophe_asks_for_double_quotes_and_a_quote_for_single_ones() -> None:
    assert dump({"a": "it's: done", "b": '"x": y'}) == 'a: "it\'s: done"\nb: \'"x": y\'\n'


def test_numbers_of_yaml_1_2_are_quoted_too() -> None:
    for text in ("0o17", "1e3", "12345e6789", "+1.5", ".5", "0x1F"):
        assert dump({"a": text}) == f"a: '{text}'\n"


def test_a_set_has_no_place_in_front_matter() -> None:
    with pytest.raises(TypeError, match="no place for set"):
        dump({"a": {1}})


# -- changes

FILE = """\
---
# Kept.
id: 3f9a1c2b4d
title: "A: title"   # and this
status: draft                        # draft | approved | rejected
tags:
- a
# between
- b

# before source
source:
  feed: x
tldr: >
  Two
  lines.

by: extract/1
---
status: not this one
"""


@pytest.mark.parametrize(
    ("key", "value", "old", "new"),
    [
        ("status", "approved", "status: draft  ", "status: approved  "),
        ("title", "Other", 'title: "A: title"   #', "title: Other   #"),
        ("tags", ("c", "d"), "tags:\n- a\n# between\n- b\n", "tags: [c, d]\n"),
        ("tldr", "One line.", "tldr: >\n  Two\n  lines.\n", "tldr: One line.\n"),
        ("source", {"feed": "y"}, "  feed: x\n", "  feed: y\n"),
        ("by", "two\nlines", "by: extract/1", 'by: "two\\nlines"'),
        ("date", datetime(2026, 11, 20, tzinfo=UTC), "tags:\n", "date: 2026-11-20T00:00:00Z\ntags:\n"),
        ("section", "policy", "tags:\n", "section: policy\ntags:\n"),
        ("unheard", "of", "by: extract/1\n", "by: extract/1\nunheard: of\n"),
        ("status", None, "status: draft                        # draft | approved | rejected\n", ""),
        ("source", None, "source:\n  feed: x\n", ""),
        ("never", None, "", ""),
    ],
)
def test_only_the_lines_of_the_key_change(key: str, value: object, old: str, new: str) -> None:
    assert replace(FILE, key, value, "x.md") == FILE.replace(old, new, 1)


@pytest.mark.parametrize(
    ("head", "key", "value", "new"),
    [
        ("status:\n", "status", "draft", "status: draft\n"),
        ("status:   # todo\n", "status", "draft", "status: draft   # todo\n"),
        ("status:\n  draft\n", "status", "approved", "status:\n  approved\n"),
        ("title: a\n  b\nstatus: c\n", "title", "d", "title: d\nstatus: c\n"),
        ("  title: a\n  status: b\n", "date", "c", "  title: a\n  status: b\n  date: c\n"),
        ("? title\n: a\n", "title", "b", "? title\n: b\n"),
        ("'status': draft\n", "status", "approved", "'status': approved\n"),
        ("", "title", "a", "title: a\n"),
        ("# only a remark\n", "title", "a", "# only a remark\ntitle: a\n"),
        ("by: x\n", "title", "a", "title: a\nby: x\n"),
        ("title: a\ntags: [a,\n  b]\n", "tags", ("c",), "title: a\ntags: [c]\n"),
        ("title: 😀\nstatus: a\n", "status", "b", "title: 😀\nstatus: b\n"),
    ],
)
def test_however_it_is_written_the_key_changes(head: str, key: str, value: object, new: str) -> None:
    assert replace(join(head, "body"), key, value, "x.md") == join(new, "body")


def test_line_ends_and_byte_order_mark_stay() -> None:
    text = "\ufeff---\r\ntitle: a\r\nstatus: draft\r\n---\r\nbody\r\n"

    changed = replace(replace(text, "status", "approved", "x.md"), "section", "policy", "x.md")

    assert changed == text.replace("status: draft\r\n", "status: approved\r\nsection: policy\r\n")


def test_what_cannot_be_changed_alone_is_refused() -> None:
    with pytest.raises(ContentError, match="cannot be changed alone"):
        replace("---\n{title: x, status: draft}\n---\n", "status", "approved", "x.md")


styles = st.sampled_from(["plain", "rows", "flow", "block", "folded", "double"])


@st.composite
def written(draw: st.DrawFn) -> str:
    """Front matter as different hands write it."""
    lines = []
    for number in range(draw(st.integers(1, 5))):
        key = draw(st.sampled_from(["title", "status", "tags", "x"])) + str(number)
        word = draw(st.text("ab :#-'é😀", max_size=12))
        match draw(styles):
            case "plain":
                lines.append(dump({key: word}))
            case "rows":
                lines.append(dump({key: Rows((word, word))}))
            case "flow":
                lines.append(f"{key}: [{json.dumps(word, ensure_ascii=False)},\n  b]  # remark\n")
            case "block":
                lines.append(f"{key}: |\n  a{word}\n\n  # text\n")
            case "folded":
                lines.append(f"{key}: >-\n  a{word}\n  b\n")
            case "double":
                lines.append(f"{key}: {json.dumps(word, ensure_ascii=False)}  # remark: y\n")
        lines.append(draw(st.sampled_from(["", "\n", "# remark\n", "  # indented remark\n", "\n# a\n\n"])))
    return "".join(lines).replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@given(written(), st.sampled_from(["title0", "status1", "x2", "tags0", "title", "new"]), values | st.none())
def test_replace_sets_the_value_and_leaves_all_others(head: str, key: str, value: object) -> None:
    text = f"---\n{head}---\nbody\n"
    before = load(split(text, "x.md").head, "x.md", 2).values

    changed = replace(text, key, value, "x.md")

    parts = split(changed, "x.md")
    expected = {**before, key: value}
    if value is None:
        del expected[key]
    assert load(parts.head, "x.md", 2).values == expected
    assert parts.body == "body\n"
    comments = [line for line in head.splitlines() if line.startswith("#")]
    assert [line for line in parts.head.splitlines() if line.startswith("#")] == comments


@given(written(), st.sampled_from(["title0", "status1"]), values)
def test_replace_with_the_value_that_is_there_changes_no_more(head: str, key: str, value: object) -> None:
    once = replace(f"---\n{head}---\nbody\n", key, value, "x.md")

    assert replace(once, key, value, "x.md") == once
