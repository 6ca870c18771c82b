"""Feeds added to, changed in and removed from the text of `config.yaml`, all else kept to the letter. Pure.

The file belongs to people: comments, order, quotes and spacing are theirs. So the text is edited where YAML's
own marks say that a feed stands, and what comes out is read again: unless it says exactly what was meant, the
edit is refused.
"""

import json
import re
from collections.abc import Mapping, Sequence

import yaml

from builder.config import yamltree
from builder.config.yamltree import Plain
from builder.errors import ConfigError

FILE = "config.yaml"
Keys = Mapping[str, str | bool | Sequence[str]]
"""Of a feed: words, true or false, or a list of words."""

_FEEDS = "feeds"
_INDENT = 2
_BOM = "\ufeff"
# Text that needs no quotes, in a flow collection either. Spaces may stand in it, but not at its ends.
_PLAIN = re.compile(r"[A-Za-z/](?:[\w./:@%+~?&=;!*'()-]|(?<!:) (?!#))*(?<![: ])", re.ASCII)
_SPECIAL = re.compile("[\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_BY_HAND = "Edit the file by hand: its feeds are written in a way that no program should touch."


def add(text: str, feeds: Sequence[Keys]) -> str:
    """`text` with `feeds` as the last ones. Raises ConfigError."""
    told: list[Plain] = [{key: _plain(value) for key, value in keys.items()} for keys in feeds]
    return _proved(text, _added(_Page(text), feeds) if feeds else text, [*_plain_feeds(text), *told])


def remove(text: str, index: int) -> str:
    """`text` without its feed number `index`, counted from 0. Raises ConfigError."""
    before = _plain_feeds(text)
    return _proved(text, _removed(_Page(text), index), before[:index] + before[index + 1 :])


def change(text: str, index: int, keys: Keys) -> str:
    """`text` with `keys` of its feed number `index` set. Raises ConfigError."""
    edited = text
    for key, told in keys.items():
        edited = _changed(_Page(edited), index, key, told)
    after = _plain_feeds(text)
    feed = after[index]
    mapping = dict(feed) if isinstance(feed, dict) else {"url": feed}
    mapping |= {key: _plain(told) for key, told in keys.items()}
    after[index] = mapping if isinstance(feed, dict) or len(mapping) > 1 else mapping["url"]
    return _proved(text, edited, after)


class _Page:
    """A text, and where in it the feeds stand."""

    def __init__(self, text: str) -> None:
        self.bom = _BOM if text.startswith(_BOM) else ""
        self.text = text.removeprefix(_BOM)
        self.newline = "\r\n" if "\r\n" in self.text else "\n"
        self.root = _composed(self.text)
        self.key, self.node = self._feeds()

    @property
    def in_flow(self) -> bool:
        """Whether the feeds stand in brackets."""
        return isinstance(self.node, yaml.SequenceNode) and bool(self.node.flow_style)

    @property
    def items(self) -> list[yaml.Node]:
        """The feeds."""
        return list(self.node.value) if isinstance(self.node, yaml.SequenceNode) else []

    def item(self, index: int) -> yaml.Node:
        """One of them, written out."""
        node = self.items[index]
        if not self.node or any(node is other for place, other in enumerate(self.items) if place != index):
            raise _refusal()
        return node

    def line_end(self, at: int) -> int:
        """Behind the line break of the line of `at`, or the end of the text."""
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found + 1

    def line_start(self, at: int) -> int:
        """The start of the line of `at`."""
        return self.text.rfind("\n", 0, at) + 1

    def with_(self, start: int, end: int, put: str) -> str:
        """The text with `put` in place of what stands from `start` to `end`."""
        return self.bom + self.text[:start] + put + self.text[end:]

    def with_lines(self, at: int, lines: Sequence[str]) -> str:
        """The text with `lines` put in at the start of a line, or at its end."""
        before = self.newline if at == len(self.text) and not self.text.endswith("\n") and self.text else ""
        return self.with_(at, at, before + "".join(line + self.newline for line in lines))

    def _feeds(self) -> tuple[yaml.Node | None, yaml.Node | None]:
        if self.root is None:
            return None, None
        if not isinstance(self.root, yaml.MappingNode) or self.root.flow_style:
            raise _refusal()
        for key, node in self.root.value:
            if key.value == _FEEDS:
                if not isinstance(node, yaml.SequenceNode) and not _is_empty(node):
                    raise _refusal()
                return key, node
        return None, None


def _composed(text: str) -> yaml.Node | None:
    try:
        # The parser in Python, whose marks count characters and not bytes.
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _refusal() from error


def _added(page: _Page, feeds: Sequence[Keys]) -> str:
    indent = " " * _INDENT
    if page.key is None:
        return page.with_lines(len(page.text), [f"{_FEEDS}:", *_block(feeds, indent)])
    assert page.node is not None  # noqa: S101 - a key has a value
    if not page.items:
        start, end = page.node.start_mark.index, page.node.end_mark.index
        if _is_empty(page.node) and not page.text[start:end].strip():
            start = end = page.key.end_mark.index
        without = _Edited(page, page.text[:start].rstrip(" ") + page.text[end:]) if start < end else page
        return without.with_lines(without.line_end(page.key.end_mark.index), _block(feeds, indent))
    last = page.items[-1]
    if page.in_flow:
        return page.with_(_end(last), _end(last), "".join(f", {_flow(keys)}" for keys in feeds))
    return page.with_lines(_after(page, last), _block(feeds, " " * page.node.start_mark.column))


class _Edited(_Page):
    """A text half way through an edit, of which only the lines are asked."""

    def __init__(self, page: _Page, text: str) -> None:
        self.bom, self.text, self.newline = page.bom, text, page.newline


def _removed(page: _Page, index: int) -> str:
    node = page.item(index)
    if page.in_flow:
        if index + 1 < len(page.items):
            return page.with_(node.start_mark.index, page.items[index + 1].start_mark.index, "")
        start = _end(page.items[index - 1]) if index else node.start_mark.index
        return page.with_(start, _end(node), "")
    return page.with_(page.line_start(_dashes(page)[index]), _after(page, node), "")


def _changed(page: _Page, index: int, key: str, told: str | bool | Sequence[str]) -> str:
    item = page.item(index)
    if isinstance(item, yaml.ScalarNode):
        start, end = item.start_mark.index, _end(item)
        if key == "url":
            return page.with_(start, end, _value(told))
        url = page.text[start:end]
        if page.in_flow:
            return page.with_(start, end, f"{{url: {url}, {key}: {_value(told)}}}")
        head = _Edited(page, page.text[:start] + "url: " + page.text[start:])
        indent = " " * item.start_mark.column
        return head.with_lines(head.line_end(end), [f"{indent}{key}: {_value(told)}"])
    if not isinstance(item, yaml.MappingNode):
        raise _refusal()
    for name, value in item.value:
        if name.value == key:
            if not isinstance(value, yaml.ScalarNode) or value.style in ("|", ">"):
                raise _refusal()
            start, end = value.start_mark.index, _end(value)
            return page.with_(start, end, ("" if start < end else " ") + _value(told))
    last = item.value[-1][1]
    if item.flow_style:
        return page.with_(_end(last), _end(last), f", {key}: {_value(told)}")
    indent = " " * item.start_mark.column
    return page.with_lines(_after(page, item), [f"{indent}{key}: {_value(told)}"])


def _dashes(page: _Page) -> list[int]:
    """Where the items of the block of feeds begin: at their dashes."""
    assert page.node is not None  # noqa: S101 - only asked when there are items
    start, end, column = (
        page.node.start_mark.index,
        page.node.end_mark.index,
        page.node.start_mark.column,
    )
    return [
        token.start_mark.index
        for token in yaml.scan(page.text, Loader=yaml.SafeLoader)
        if isinstance(token, yaml.BlockEntryToken)
        and token.start_mark.column == column
        and start <= token.start_mark.index < end
    ]


def _end(node: yaml.Node) -> int:
    """Where what is written of `node` ends. A block's own mark lies behind the comments that follow."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return max(_end(last[0]), _end(last[1])) if isinstance(last, tuple) else _end(last)
    return int(node.end_mark.index)


def _after(page: _Page, node: yaml.Node) -> int:
    """The start of the first line behind `node`."""
    end = _end(node)
    # A text in block style ends behind its own line break.
    return end if end and page.text[end - 1] == "\n" else page.line_end(end)


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _block(feeds: Sequence[Keys], indent: str) -> list[str]:
    lines: list[str] = []
    for keys in feeds:
        leads = [f"{indent}- ", *[f"{indent}  "] * (len(keys) - 1)]
        lines += [
            f"{lead}{key}: {_value(told)}" for lead, (key, told) in zip(leads, keys.items(), strict=True)
        ]
    return lines


def _flow(keys: Keys) -> str:
    return "{" + ", ".join(f"{key}: {_value(told)}" for key, told in keys.items()) + "}"


def _value(told: str | bool | Sequence[str]) -> str:
    if isinstance(told, bool):
        return "true" if told else "false"
    if isinstance(told, str):
        return told if _PLAIN.fullmatch(told) and told.lower() != "null" else _quoted(told)
    return "[" + ", ".join(map(_value, told)) + "]"


def _quoted(told: str) -> str:
    # A JSON text is one of YAML's, but for characters beyond the first plane, which it must not cut in two.
    return _SPECIAL.sub(lambda odd: f"\\u{ord(odd[0]):04x}", json.dumps(told, ensure_ascii=False))


def _plain(told: str | bool | Sequence[str]) -> Plain:
    if isinstance(told, bool):
        return "true" if told else "false"
    return told if isinstance(told, str) else list(told)


def _plain_feeds(text: str) -> list[Plain]:
    told = _read(text)
    found = told.get(_FEEDS) if isinstance(told, dict) else None
    return list(found) if isinstance(found, list) else []


def _proved(text: str, edited: str, feeds: list[Plain]) -> str:
    """`edited`, if it says what `text` says but for its `feeds`."""
    before, after = _read(text), _read(edited)
    meant = dict(before) if isinstance(before, dict) else {}
    if not isinstance(after, dict) or (after | {_FEEDS: after.get(_FEEDS) or []}) != meant | {_FEEDS: feeds}:
        raise _refusal()
    return edited


def _read(text: str) -> Plain:
    tree = yamltree.parse(text.encode("utf-8"), FILE)
    if tree.faults:
        raise ConfigError.of(tree.faults)
    return tree.root.plain()


def _refusal() -> ConfigError:
    return ConfigError("the feeds of this file cannot be edited", _BY_HAND, path=FILE)
