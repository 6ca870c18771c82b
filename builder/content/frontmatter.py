"""Front matter: the YAML between two `---` lines at the top of a file, as text and as values.

Every scalar is read as the text that was written: `title: 2026`, `title: no` and `title: 2026-01-01` are
text, and the field a scalar lands in decides what it means (`builder.content.fields`). A file that people
edit is changed one key at a time, as text (`replace`); only a new file is written whole (`dump`).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import yaml

from builder.content import plainhead
from builder.content.plainhead import FLOW_MAX, NUMBER_1_2, Plain
from builder.errors import ContentError, Fault

MAX_DEPTH = 16
"""Levels of nesting; ours are four deep. The C parser overflows its stack at some ten thousand."""
ORDER = (
    *("id", "number", "title", "status", "date", "published", "section", "tags", "language"),
    *("story", "source", "tldr", "by", "provenance", "review", "sent", "subject", "preheader", "parts"),
    *("corrections", "corrected", "stale", "settled", "aliases"),
)
"""The keys of items and editions as they stand in a file; a key that is added finds its place by this."""

Rows = plainhead.Rows
timestamp = plainhead.timestamp

_Places = dict[str, int]
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_OPENING = re.compile(r"\ufeff?---[ \t]*\r?\n")
_CLOSING = re.compile(r"^---[ \t]*\r?(?:\n|\Z)", re.MULTILINE)
_CONFLICT = re.compile(r"^(?:<<<<<<<|>>>>>>>) ", re.MULTILINE)
# What must be looked at event by event before nodes are made of it: what may be an anchor or an alias, and
# what may nest deeply. (The `&` of an address or of R&D is neither.)
_SUSPECT = re.compile(r"(?:^|[\s\[{,:?])[&*]\S|^[ \t?:-]{60}", re.MULTILINE)
_BRACKETS_MAX = 60
# What YAML calls not printable; the loader refuses it too but knows no line.
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Written plain or in single quotes these would be lost, folded or invisible.
_ESCAPED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_TAG = "tag:yaml.org,2002:"
_WIDE = 2**31 - 1
_TOO_DEEP = f"front matter is nested deeper than {MAX_DEPTH} levels"
_LIBYAML_DEPTH = "maximum nesting depth"
_NO_YAML_HINT = (
    "Look here and just above for a quotation mark without its pair, a bare colon or # in a value, or a tab."
)
_RESOLVER: Any = yaml.resolver.Resolver()


@dataclass(frozen=True, slots=True)
class Parts:
    """A file in two."""

    head: str
    """The YAML text between the fences, without them; ends in a newline unless empty."""
    body: str
    """What follows, as it stands."""
    body_line: int
    """The line on which the body begins, counted from 1."""


class Mapped:
    """A front matter, read."""

    __slots__ = ("_found", "_places", "values")

    def __init__(self, values: dict[str, object], places: Callable[[], tuple[_Places, _Places]]) -> None:
        """Take the `values`, and what gives the line and the column of each: few ever ask for that."""
        self.values = values
        """Text (`Plain` when it was not quoted), tuples and dicts, in the order of the file."""
        self._places = places
        self._found: tuple[_Places, _Places] | None = None

    @property
    def lines(self) -> _Places:
        """The line of each key, also of nested ones (`source.url`, `parts.0.items.2`)."""
        return self._both()[0]

    @property
    def columns(self) -> _Places:
        """The column of what each key says, counted from 1.

        The key's own where that begins in a line below.
        """
        return self._both()[1]

    def _both(self) -> tuple[_Places, _Places]:
        if self._found is None:
            self._found = self._places()
        return self._found


def split(text: str, path: str) -> Parts:
    """The front matter and the body of `text`. Raises ContentError when there is none or it is not closed."""
    start, end, body = _bounds(text, path)
    return Parts(text[start:end], text[body:], text.count("\n", 0, body) + 1)


def join(head: str, body: str) -> str:
    """The text of a file: `head` between its fences, then `body`."""
    return f"---\n{head}---\n{body}"


def load(head: str, path: str, first_line: int) -> Mapped:
    """The values of a front matter that begins in line `first_line` of the file `path`.

    Raises ContentError: not YAML, not `key: value` lines, a key given twice, anchors, tags, too deep.
    """
    if values := plainhead.load(head):
        return Mapped(values, partial(plainhead.places, head, first_line))
    node = _composed(head, path, first_line)
    if node is None:
        return Mapped({}, lambda: ({}, {}))
    if not isinstance(node, yaml.MappingNode):
        raise ContentError(
            "front matter is not a list of keys", "Write `key: value` lines.", path=path, line=first_line
        )
    reader = _Reader(path, first_line)
    values = reader.mapping(node)
    if reader.faults:
        raise ContentError.of(tuple(reader.faults))
    return Mapped(values, lambda: (reader.lines, reader.columns))


def dump(values: Mapping[str, object]) -> str:
    """The YAML text of `values`, one key a line in their order; text is quoted only where it must be.

    Takes text, times, whole and broken numbers, truth values, None, sequences and mappings; raises TypeError
    for anything else. All text reads back as it was, but for lone surrogates, which become U+FFFD.
    """
    if (quick := plainhead.dump(values)) is not None:
        return quick
    return _emitted(values)


def _emitted(values: Mapping[str, object]) -> str:
    """As `dump`, by the emitter, and read back."""
    node = _node(values)
    text: str = yaml.serialize(node, Dumper=_Emitter, width=_WIDE, allow_unicode=True)
    if _texts(_composed(text, "", 1)) != _texts(node):
        raise ContentError("this text cannot be written into front matter", path=", ".join(values))
    return text


def replace(text: str, key: str, value: object, path: str) -> str:
    """`text` with the top-level `key` of its front matter set to `value`; None removes it.

    Only the lines of that key change, and a comment behind its value stays. A missing key is added behind the
    one that usually precedes it. Raises ContentError when the front matter cannot be read, or is written so
    that one key cannot be changed alone.
    """
    start, end, _ = _bounds(text, path)
    head = text[start:end]
    expected = load(head, path, 2).values
    edited = _edited(head, key, value, "\r\n" if text[:start].endswith("\r\n") else "\n")
    if value is None:
        expected.pop(key, None)
    else:
        expected[key] = _texts(_node(value))
    if edited is None or _values(edited) != expected:
        raise ContentError(
            f"`{key}` cannot be changed alone in the way this front matter is written",
            "Write one key a line, or change it by hand.",
            path=path,
            line=2,
        )
    return text[:start] + edited + text[end:]


def put(text: str, key: str, lines: str, path: str) -> str:
    """`text` with the lines of the top-level `key` of its front matter as given, whatever these were."""
    start, end, _ = _bounds(text, path)
    head = text[start:end]
    root = _composed(head, path, 2)
    entries = _entries(head, root) if isinstance(root, yaml.MappingNode) else ()
    known = {entry.key: entry for entry in entries}
    place = known[key].start if key in known else _place(key, known, len(head))
    rest = head[known[key].end :] if key in known else head[place:]
    return text[:start] + head[:place] + lines + rest + text[end:]


def spans(head: str, path: str) -> dict[str, tuple[int, int]]:
    """Where each top-level key stands in `head`: the start of its first line, and behind its last.

    What lies between two keys, comments and blank lines, is neither's. Raises ContentError as `load` does,
    and when the keys do not stand one a line.
    """
    root = _composed(head, path, 2)
    if not isinstance(root, yaml.MappingNode):
        return {}
    if root.flow_style:
        raise ContentError("front matter is not written one key a line", path=path, line=2)
    return {entry.key: (entry.start, entry.end) for entry in _entries(head, root)}


def remarked_keys(head: str, path: str) -> frozenset[str]:
    """The top-level keys in whose lines a remark stands, behind a value or between them."""
    root = _composed(head, path, 2)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        return frozenset()
    keys = {key.value: key for key, _ in root.value}
    return frozenset(
        entry.key
        for entry in _entries(head, root)
        if "#" in head[entry.start : entry.end] and _has_remark(head, entry, keys[entry.key])
    )


def refuse_conflict(text: str, path: str) -> None:
    """Raise ContentError when `text` holds a marker that a git merge left behind."""
    if ("<<<<<<<" in text or ">>>>>>>" in text) and (marker := _CONFLICT.search(text)):
        line = text.count("\n", 0, marker.start()) + 1
        hint = "Keep one of the two versions and remove the lines with <<<<<<<, ======= and >>>>>>>."
        raise ContentError("an unresolved merge conflict", hint, path=path, line=line)


def _bounds(text: str, path: str) -> tuple[int, int, int]:
    """Where in `text` the head begins and ends, and where the body begins."""
    opening = _OPENING.match(text)
    if not opening:
        hint = "Begin the file with a line `---`, then `key: value` lines, then another line `---`."
        raise ContentError("the file does not begin with front matter", hint, path=path, line=1)
    closing = _CLOSING.search(text, opening.end())
    if not closing:
        hint = "End it with a line that holds only `---`."
        raise ContentError("front matter is not closed", hint, path=path, line=1)
    return opening.end(), closing.start(), closing.end()


# -- reading


def _composed(head: str, path: str, first_line: int) -> yaml.Node | None:
    """The nodes of `head`, None when it is empty. Raises ContentError."""
    try:
        if _SUSPECT.search(head) or head.count("[") + head.count("{") > _BRACKETS_MAX:
            _refuse_bombs(head, path, first_line)
        node: yaml.Node | None = yaml.compose(head, Loader=_Loader)
    except (yaml.YAMLError, UnicodeError, RecursionError) as error:
        raise _refusal(error, head, path, first_line) from error
    return node


def _refuse_bombs(head: str, path: str, first_line: int) -> None:
    depth = 0
    events: Iterable[Any] = yaml.parse(head, Loader=_Loader)
    for event in events:
        line = event.start_mark.line + first_line
        if getattr(event, "anchor", None):
            hint = "Write the value out; put quotes around text that begins with & or *."
            raise ContentError("anchors and aliases are not read here", hint, path=path, line=line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise ContentError(_TOO_DEEP, path=path, line=line)


def _refusal(error: Exception, head: str, path: str, first_line: int) -> ContentError:
    if odd := _NOT_YAML.search(head):
        line = head.count("\n", 0, odd.start()) + first_line
        what = f"front matter holds the control character U+{ord(odd[0]):04X}"
        return ContentError(what, "Remove it.", path=path, line=line)
    mark = getattr(error, "problem_mark", None)
    # What is missing at the end is told for the line after it.
    last = head.rstrip("\r\n").count("\n")
    line = min(mark.line if mark else 0, last) + first_line
    problem = getattr(error, "problem", None) or "it cannot be read"
    # Newer builds of libyaml have a bound of their own, and meet it while they look ahead of us.
    if _LIBYAML_DEPTH in problem:
        return ContentError(_TOO_DEEP, path=path, line=line)
    return ContentError(f"front matter is not valid YAML: {problem}", _NO_YAML_HINT, path=path, line=line)


class _Reader:
    """Makes values of nodes, noting the line of each and all that is wrong."""

    __slots__ = ("_first_line", "_path", "columns", "faults", "lines")

    def __init__(self, path: str, first_line: int) -> None:
        self._path = path
        self._first_line = first_line
        self.lines: dict[str, int] = {}
        self.columns: dict[str, int] = {}
        self.faults: list[Fault] = []

    def mapping(self, node: Any, prefix: str = "", depth: int = 1) -> dict[str, object]:
        self._refuse_tag(node, "map")
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + self._first_line
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault("a key must be plain text", line, "Put quotes around it.")
                continue
            key: str = key_node.value
            where = prefix + key
            if key in values:
                first = self.lines[where]
                self._fault(f"`{where}` is given twice, first in line {first}", line, "Remove one of them.")
                continue
            self.lines[where] = line
            begins = value_node if value_node.start_mark.line == key_node.start_mark.line else key_node
            self.columns[where] = begins.start_mark.column + 1
            values[key] = self._value(value_node, where, depth)
        return values

    def _value(self, node: Any, where: str, depth: int) -> object:
        if isinstance(node, yaml.ScalarNode):
            self._refuse_tag(node, "str")
            return node.value if node.style else Plain(node.value)
        if depth >= MAX_DEPTH:
            self._fault(_TOO_DEEP, node.start_mark.line + self._first_line)
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, where + ".", depth + 1)
        self._refuse_tag(node, "seq")
        values = []
        for index, below in enumerate(node.value):
            place = f"{where}.{index}"
            self.lines[place] = below.start_mark.line + self._first_line
            self.columns[place] = below.start_mark.column + 1
            values.append(self._value(below, place, depth + 1))
        return tuple(values)

    def _refuse_tag(self, node: Any, kind: str) -> None:
        if node.tag != _TAG + kind:
            name = node.tag.replace(_TAG, "!!")[:40]
            line = node.start_mark.line + self._first_line
            hint = "Put quotes around text that begins with !."
            self._fault(f"the tag {name} means nothing here", line, hint)

    def _fault(self, message: str, line: int, hint: str = "") -> None:
        self.faults.append(Fault(message, self._path, line, hint))


def _values(head: str) -> dict[str, object] | None:
    """The values of `head`, None when it cannot be read."""
    try:
        return load(head, "", 1).values
    except ContentError:
        return None


# -- writing


class _Emitter(yaml.SafeDumper):
    """Writes as people do: lists indented, apostrophes in double quotes, control characters as escapes.

    The emitter in Python, not the one in C: that one escapes emoji, and every machine shall write the same.
    """

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)

    def choose_scalar_style(self) -> str:
        style: str = super().choose_scalar_style()
        event: Any = self.event
        text: str = event.value
        if _ESCAPED.search(text):
            return '"'
        if style == "'" and "'" in text and '"' not in text and "\\" not in text:
            # Double quotes turn letters beyond the first plane, such as emoji, into escapes.
            return '"' if max(text) <= "\uffff" else style
        return style


def _node(value: object) -> yaml.Node:
    """`value` as nodes, to be written or compared."""
    match value:
        case Plain():
            return _unquoted(value)
        case str():
            return _quotable(value)
        case bool() | None:
            return _unquoted({True: "true", False: "false", None: "null"}[value])
        case int() | float():
            return _unquoted(str(value))
        case datetime():
            return _unquoted(timestamp(value))
        case Mapping():
            pairs = [(_quotable(str(key)), _node(below)) for key, below in value.items()]
            return yaml.MappingNode(_TAG + "map", pairs, flow_style=False)
        case Sequence():
            nodes = [_node(below) for below in value]
            on_a_line = not isinstance(value, Rows) and _fits_on_a_line(nodes)
            return yaml.SequenceNode(_TAG + "seq", nodes, flow_style=on_a_line)
        case _:
            raise TypeError(f"front matter has no place for {type(value).__name__}")


def _quotable(text: str) -> yaml.ScalarNode:
    text = _SURROGATE.sub("\ufffd", text)
    return yaml.ScalarNode(_TAG + "str", text, style="'" if NUMBER_1_2.fullmatch(text) else None)


def _unquoted(text: str) -> yaml.ScalarNode:
    # A scalar is written plain when its tag is the one that YAML would guess.
    return yaml.ScalarNode(_RESOLVER.resolve(yaml.ScalarNode, text, (True, False)), text)


def _fits_on_a_line(nodes: Sequence[yaml.Node]) -> bool:
    return all(isinstance(node, yaml.ScalarNode) and node.value for node in nodes) and (
        sum(len(node.value) + 2 for node in nodes) <= FLOW_MAX
    )


def _texts(node: yaml.Node | None) -> object:
    """What `load` would say of `node`."""
    match node:
        case yaml.ScalarNode():
            return node.value
        case yaml.SequenceNode():
            return tuple(_texts(below) for below in node.value)
        case yaml.MappingNode():
            return {key.value: _texts(below) for key, below in node.value}
        case _:
            return None


# -- changing


@dataclass(frozen=True, slots=True)
class _Entry:
    """A key of a front matter, where it stands in the text."""

    key: str
    start: int
    """The start of its first line."""
    end: int
    """Behind its last line; comments and blank lines before the next key are not its own."""
    value: yaml.Node


def _edited(head: str, key: str, value: object, newline: str) -> str | None:
    """`head` with `key` changed, added or removed; None when it is not written one key a line."""
    root = _composed(head, "", 1)
    if isinstance(root, yaml.MappingNode) and root.flow_style:
        return None
    entries = tuple(_entries(head, root)) if isinstance(root, yaml.MappingNode) else ()
    indent = " " * (root.start_mark.column if entries and root else 0)
    known = {entry.key: entry for entry in entries}
    old = known.get(key)
    if value is None:
        return head[: old.start] + head[old.end :] if old else head
    lines = "".join(indent + line + newline for line in dump({key: value}).splitlines())
    if old is None:
        place = _place(key, known, len(head))
        return head[:place] + lines + head[place:]
    if lines.count("\n") == 1 and _has_exact_end(old.value):
        return _put_value(head, old.value, _value_text(value))
    return head[: old.start] + lines + head[old.end :]


def _entries(head: str, root: yaml.MappingNode) -> Iterator[_Entry]:
    starts = [head.rfind("\n", 0, key.start_mark.index) + 1 for key, _ in root.value]
    column = root.start_mark.column
    for (key, value), start, limit in zip(root.value, starts, [*starts[1:], len(head)], strict=True):
        lines = head[start:limit].splitlines(keepends=True)
        while len(lines) > 1 and _is_between(lines[-1], column):
            lines.pop()
        yield _Entry(key.value, start, start + sum(map(len, lines)), value)


def _has_remark(head: str, entry: _Entry, key: Any) -> bool:
    """Whether a `#` of an entry stands outside of its texts; in doubt it does."""
    letters = list(head[: entry.end])
    nodes = [key, entry.value]
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.ScalarNode):
            # The parser does not tell where a block of text ends, only what comes next.
            if node.style not in ("|", ">"):
                letters[node.start_mark.index : node.end_mark.index] = " " * (
                    node.end_mark.index - node.start_mark.index
                )
        elif isinstance(node, yaml.MappingNode):
            nodes.extend(below for pair in node.value for below in pair)
        else:
            nodes.extend(node.value)
    return "#" in letters[entry.start :]


def _is_between(line: str, column: int) -> bool:
    """Whether `line` is blank or a comment of the top level, and so belongs to no value."""
    text = line.lstrip(" ")
    return not text.strip() or (text.startswith("#") and len(line) - len(text) <= column)


def _place(key: str, known: Mapping[str, _Entry], end: int) -> int:
    """Where a missing `key` goes: behind the nearest that precedes it in ORDER, else before the next."""
    rank = ORDER.index(key) if key in ORDER else 0
    if before := [known[name] for name in ORDER[:rank] if name in known]:
        return before[-1].end
    if key in ORDER and (after := [known[name] for name in ORDER[rank:] if name in known]):
        return after[0].start
    return max((entry.end for entry in known.values()), default=end)


def _has_exact_end(node: yaml.Node) -> bool:
    """Whether the parser knows where the text of `node` ends; of block forms it names the next token."""
    if isinstance(node, yaml.ScalarNode):
        return node.style not in ("|", ">")
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def _value_text(value: object) -> str:
    return dump({"k": value}).removeprefix("k:").strip(" \n")


def _put_value(head: str, old: Any, new: str) -> str:
    start, end = old.start_mark.index, old.end_mark.index
    # An empty value begins right behind its colon.
    gap = "" if head[start - 1 : start].isspace() else " "
    return head[:start] + gap + new + head[end:]
