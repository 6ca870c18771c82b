"""An item as rules see it: its file with all places, and what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from builder.model import Finding, Item
from builder.summary import body, trace
from builder.summary.body import Part, Place
from builder.summary.evidence import Evidence
from builder.summary.trace import Traced


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One item, read."""

    item: Item
    places: Mapping[str, Place]
    """Where each key of its front matter stands."""
    body: str
    """As it stands in the file."""
    body_line: int
    """The line on which it begins."""
    evidence: Evidence | None
    """None: there is none, or it is broken."""

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The headings, paragraphs and points of the body."""
        return body.parts(self.body)

    @cached_property
    def sentences(self) -> tuple[Traced, ...]:
        """The headings and sentences of the body, each with what it rests on."""
        return trace.trace(self.body, self.evidence)

    def placed(self, finding: Finding, offset: int) -> Finding:
        """`finding` at `offset` of the body."""
        where = body.place(self.body, offset, self.body_line)
        return replace(finding, path=self.item.path, line=where.line, column=where.column)

    def at_key(self, finding: Finding, key: str) -> Finding:
        """`finding` at what `key` says in the front matter."""
        where = self.places.get(key, Place(1, 1))
        return replace(finding, path=self.item.path, line=where.line, column=where.column)
