"""Python-Markdown without the work it does for nothing: the same HTML in about half the time.

For each run of text it tries every inline pattern, and for each block every kind of block, though nearly all
of them need a character that is not there. So that character is looked for first. What needs nothing in
particular, and whatever an extension brings along, is tried as ever. `tests/render` holds both side by side.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import markdown
from markdown import blockprocessors, inlinepatterns, preprocessors, treeprocessors, util
from markdown.extensions import def_list, fenced_code, footnotes, smarty, tables

_Pieces = tuple[str, ...]

_INLINE: Mapping[str, _Pieces] = {
    inlinepatterns.BACKTICK_RE: ("`",),
    inlinepatterns.ESCAPE_RE: ("\\",),
    inlinepatterns.LINK_RE: ("[",),
    inlinepatterns.IMAGE_LINK_RE: ("![",),
    inlinepatterns.AUTOLINK_RE: ("<",),
    inlinepatterns.AUTOMAIL_RE: ("<",),
    inlinepatterns.HTML_RE: ("<",),
    inlinepatterns.LINE_BREAK_RE: ("  \n",),
    inlinepatterns.ENTITY_RE: ("&",),
    r"\*|_": ("*", "_"),
    r"\*": ("*",),
    r"_": ("_",),
    r"\[\^([^\]]*)\]": ("[^",),
    r"(?<!-)---(?!-)": ("---",),
    r"(?<!-)--(?!-)": ("--",),
    r"(?<!\.)\.{3}(?!\.)": ("...",),
    **{
        pattern: ("'", '"')
        for name, pattern in vars(smarty).items()
        if isinstance(pattern, str) and "uote" in name and ("'" in pattern or '"' in pattern)
    },
}
"""What an inline pattern needs one of to match, by the pattern's own expression."""

_BLOCKS: Mapping[type[blockprocessors.BlockProcessor], _Pieces] = {
    blockprocessors.HashHeaderProcessor: ("#",),
    blockprocessors.HRProcessor: ("-", "_", "*"),
    blockprocessors.BlockQuoteProcessor: (">",),
    blockprocessors.ReferenceProcessor: ("]:",),
    def_list.DefListProcessor: (":",),
    footnotes.FootnoteBlockProcessor: ("[^",),
    tables.TableProcessor: ("|",),
}
"""What a block of that kind has one of."""

_WHOLE: Mapping[type[preprocessors.Preprocessor], _Pieces] = {
    preprocessors.HtmlBlockPreprocessor: ("<", "&"),
    fenced_code.FencedBlockPreprocessor: ("```", "~~~"),
}
"""What a text has one of when that can take something out of it."""


class _Inline(treeprocessors.InlineProcessor):
    """The walk over a tree, with one method of its parent's replaced: how one run of text is worked off."""

    inlinePatterns: Any  # noqa: N815 (the parent names it)
    _needed: tuple[_Pieces, ...]

    def run(self, tree: Any, ancestors: Any = None) -> Any:
        """As the parent's, with what the patterns need looked up first: an extension may have added some."""
        self._patterns = tuple(self.inlinePatterns)
        self._needed = tuple(map(_needs_of, self._patterns))
        return super().run(tree, ancestors)

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        if isinstance(data, util.AtomicString):
            return data
        apply: Any = self._InlineProcessor__applyPattern  # type: ignore[attr-defined]
        for index in range(patternIndex, len(self._patterns)):
            needed = self._needed[index]
            if needed and needed[0] not in data and not (needed[1:] and _has_one(data, needed)):
                continue
            start, matched = 0, True
            while matched:
                data, matched, start = apply(self._patterns[index], data, index, start)
        return data


def _needs_of(pattern: Any) -> _Pieces:
    if not isinstance(pattern, inlinepatterns.InlineProcessor):
        return ()
    return _INLINE.get(pattern.getCompiledRegExp().pattern, ())


def _has_one(text: str, pieces: _Pieces) -> bool:
    for piece in pieces:  # noqa: SIM110 (a generator costs more than the search)
        if piece in text:
            return True
    return False


def quickened(made: markdown.Markdown) -> markdown.Markdown:
    """`made`, which asks each of its parts only where that may have something to do."""
    for tree in made.treeprocessors:
        if type(tree) is treeprocessors.InlineProcessor:
            tree.__class__ = _Inline
    for block in made.parser.blockprocessors:
        if needed := _BLOCKS.get(type(block)):
            vars(block)["test"] = partial(_tested, needed, block.test)
    for whole in made.preprocessors:
        if needed := _WHOLE.get(type(whole)):
            vars(whole)["run"] = partial(_run, needed, whole.run)
    return made


def _tested(needed: _Pieces, test: Callable[[Any, str], bool], parent: Any, block: str) -> bool:
    return _has_one(block, needed) and test(parent, block)


def _run(needed: _Pieces, run: Callable[[list[str]], list[str]], lines: list[str]) -> list[str]:
    return run(lines) if _has_one("\n".join(lines), needed) else lines
