"""YAML text → nodes that know their line.

Every scalar stays the text that was written: `title: 2026`, `language: no` and `name: 2026-02-30` are what
they say, and the field a scalar lands in decides what it means. So YAML's own types, and what goes wrong in
making them, never come up. The loader's events are read one by one; depth and repetition are bounded before
they cost.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from builder.errors import ConfigError, Fault
from builder.text import excerpt

MAX_BYTES = 1024 * 1024
"""Some ten thousand feeds; what is larger is no configuration."""
MAX_DEPTH = 16
"""The deepest key of ours is four levels down."""
_TOO_DEEP = f"is nested deeper than {MAX_DEPTH} levels"
_LIBYAML_DEPTH = "maximum nesting depth"
MAX_REPEATED = 1000
"""Nodes that aliases may add to a file: plenty for shared tags, too few for a bomb."""

LOADER: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser in C where there is one: some ten times faster."""

_NULLS = frozenset(["", "~", "null", "Null", "NULL"])
# What YAML calls not printable; the loader finds it too but knows no line.
_NOT_YAML = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Plain = str | list["Plain"] | dict[str, "Plain"] | None
"""A node without its line."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it is."""

    line: int
    """Counted from 1: of its key, else of its own start."""
    value: "str | list[Node] | dict[str, Node] | None"
    """None where nothing, `~` or `null` was written."""

    def plain(self) -> Plain:
        """The value without lines."""
        match self.value:
            case list():
                return [node.plain() for node in self.value]
            case dict():
                return {key: node.plain() for key, node in self.value.items()}
            case _:
                return self.value

    def size(self) -> int:
        """How many nodes this is, itself included."""
        match self.value:
            case list():
                return 1 + sum(node.size() for node in self.value)
            case dict():
                return 1 + sum(node.size() for node in self.value.values())
            case _:
                return 1

    def trail(self, path: tuple[int | str, ...]) -> "tuple[Node, ...]":
        """The nodes along `path` as far as they exist, this one first."""
        below: Node | None = None
        match self.value, path:
            case dict() as mapping, [str() as key, *_]:
                below = mapping.get(key)
            case list() as items, [int() as index, *_] if index < len(items):
                below = items[index]
        return (self, *below.trail(path[1:])) if below else (self,)


@dataclass(frozen=True, slots=True)
class Tree:
    """A file, read."""

    root: Node
    faults: tuple[Fault, ...]
    """What is wrong with it as YAML although it can be read: a key given twice, a tag, a second document."""


def parse(data: bytes, path: str) -> Tree:
    """The tree of a YAML file; an empty one is a node without a value.

    `path` names the file in faults. Raises ConfigError when it cannot be read to its end.
    """
    return _Composer(_decoded(data, path), path).tree()


def line_of(data: bytes, path: str, key: str) -> int:
    """The line on which `key`, such as `summary.engine`, is given; 0 where it is not. Raises as `parse`."""
    node, line = parse(data, path).root, 0
    for name in key.split("."):
        if not isinstance(node.value, dict) or name not in node.value:
            # A short form: `summary: llm` gives the engine in the line of its mapping.
            return line
        node = node.value[name]
        line = node.line
    return line


def _decoded(data: bytes, path: str) -> str:
    if len(data) > MAX_BYTES:
        raise ConfigError(f"is larger than {MAX_BYTES // 1024:,} KiB", path=path, line=1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError("is not UTF-8 text", "Save the file as UTF-8.", path=path, line=line) from error
    # Files from other systems end their lines otherwise; one form keeps the line numbers an editor's.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if odd := _NOT_YAML.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise ConfigError(
            f"holds the control character U+{ord(odd[0]):04X}", "Remove it.", path=path, line=line
        )
    return text


class _Composer:
    """Makes one tree from the loader's events."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=LOADER)
        self._faults: list[Fault] = []
        self._anchors: dict[str, Node] = {}
        self._repeated = 0

    def tree(self) -> Tree:
        root: Node | None = None
        try:
            for event in self._events:
                if isinstance(event, yaml.DocumentStartEvent):
                    if root:
                        self._fault(
                            "a second document begins here", _line(event), "Keep one, without `---` below."
                        )
                        break
                    root = self._node(next(self._events), 1, 0)
        except yaml.YAMLError as error:
            raise self._refusal(error) from error
        return Tree(root or Node(1, None), tuple(self._faults))

    def _node(self, event: yaml.Event, line: int, depth: int) -> Node:
        # An alias has no tag, and is the one event that adds nodes without text of its own.
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, line)
        if depth > MAX_DEPTH:
            raise self._stop(_TOO_DEEP, _line(event))
        match event:
            case yaml.SequenceStartEvent():
                node = Node(line, self._items(depth))
            case yaml.MappingStartEvent():
                node = Node(line, self._pairs(depth))
            case yaml.ScalarEvent(value=str() as written, implicit=(is_plain, _)):
                node = Node(line, None if is_plain and written in _NULLS else written)
            case _:
                raise self._stop("cannot be read", _line(event))
        if event.tag is not None:
            name = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._fault(f"the tag {excerpt(name, 40)} means nothing here", _line(event), "Remove the tag.")
        # Known from its end on, so that a node can never hold itself.
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _items(self, depth: int) -> list[Node]:
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, _line(event), depth + 1))
        return items

    def _pairs(self, depth: int) -> dict[str, Node]:
        pairs: dict[str, Node] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            line = _line(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise self._stop("a key must be plain text", line)
            node = self._node(next(self._events), line, depth + 1)
            key: str = event.value
            if key in pairs:
                self._fault(
                    f"{excerpt(key, 60)}: is given twice, first in line {pairs[key].line}",
                    line,
                    "Remove one of them.",
                )
            else:
                pairs[key] = node
        return pairs

    def _alias(self, event: yaml.AliasEvent, line: int) -> Node:
        name = event.anchor or ""
        anchored = self._anchors.get(name)
        if anchored is None:
            raise self._stop(f"*{excerpt(name, 40)} stands for nothing above it", line)
        self._repeated += anchored.size()
        if self._repeated > MAX_REPEATED:
            raise self._stop("aliases repeat too much of the file", line)
        return Node(line, anchored.value)

    def _fault(self, message: str, line: int, hint: str = "") -> None:
        self._faults.append(Fault(message, self._path, line, hint))

    def _stop(self, message: str, line: int) -> Exception:
        self._fault(message, line)
        return ConfigError.of(tuple(self._faults))

    def _refusal(self, error: yaml.YAMLError) -> Exception:
        mark = getattr(error, "problem_mark", None)
        lines = self._text.split("\n")
        # What is missing at the end of a file is told for the line after it.
        line = min(mark.line + 1, len(self._text.rstrip("\n").split("\n"))) if mark else 1
        problem = getattr(error, "problem", None) or "it cannot be read"
        hint = "Check the indentation, colons, quotes and brackets around this line."
        if re.match(r" *\t", lines[line - 1]):
            problem, hint = "a tab in the indentation", "Indent with spaces."
        # Newer builds of libyaml have a bound of their own, and meet it while they look ahead of us.
        if _LIBYAML_DEPTH in problem:
            return self._stop(_TOO_DEEP, line)
        self._fault(f"not valid YAML: {problem}", line, hint)
        return ConfigError.of(tuple(self._faults))


def _line(event: yaml.Event) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 1
