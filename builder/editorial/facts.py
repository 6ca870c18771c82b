"""Facts of an item that its source does not bear out: machine text and human text by the same rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from builder import digest, rules
from builder.config import Config
from builder.editorial import links
from builder.editorial.subject import Subject
from builder.model import Finding, Item, Verdict
from builder.summary import body, copying
from builder.summary.body import Kind, Link
from builder.summary.proof import Checked, Trial
from builder.summary.trace import Traced

_EXTRACT = "extract/"


@dataclass(frozen=True, slots=True)
class Statement:
    """A heading or sentence of an item's body with what its source says to it."""

    traced: Traced
    checked: Checked | None
    """None where there is no evidence to check it against."""
    findings: tuple[Finding, ...]
    """At their places in the file."""

    @property
    def verdict(self) -> Verdict:
        """The worst that was found; *supported* only for a sentence with evidence of its own."""
        told = {finding.verdict for finding in self.findings}
        for verdict in (Verdict.CONTRADICTED, Verdict.UNSUPPORTED):
            if verdict in told:
                return verdict
        if self.traced.proof is None or Verdict.NOT_CHECKABLE in told:
            return Verdict.NOT_CHECKABLE
        return Verdict.SUPPORTED

    def nearest(self, subject: Subject) -> str:
        """The sentences of the source it was tried against; empty when there are none at hand."""
        if not subject.evidence or not self.checked:
            return ""
        kept = {cited.index: cited.text for cited in subject.evidence.sentences}
        return " ".join(kept[index] for index in self.checked.sources if index in kept)


def findings(subject: Subject, config: Config) -> Iterator[Finding]:
    """All that fact lint has to say about an item."""
    if subject.evidence is None:
        if subject.item.by or subject.item.source.url:
            missing = rules.finding(
                "F901", "there is no evidence beside this item", verdict=Verdict.NOT_CHECKABLE
            )
            yield subject.at_key(missing, "id")
    else:
        yield from _front(subject, Trial(subject.evidence), config)
        for statement in statements(subject, config.lint.copied_words):
            yield from statement.findings
        yield from _reproduced(subject, config)
    yield from _links(subject, config)


def statements(subject: Subject, copied_words: int = copying.COPIED_WORDS) -> Iterator[Statement]:
    """Every heading and sentence of the body, tried against the evidence, in order."""
    trial = Trial(subject.evidence) if subject.evidence else None
    for one in subject.sentences:
        checked = _checked(subject, one, trial, copied_words) if trial else None
        placed = tuple(
            subject.placed(finding, one.offsets[min(max(finding.column - 1, 0), len(one.offsets) - 1)])
            for finding in (checked.findings if checked else ())
        )
        yield Statement(one, checked, placed)


def _checked(subject: Subject, one: Traced, trial: Trial, copied_words: int) -> Checked | None:
    if one.kind is Kind.HEADING:
        return _heading(subject, one, trial)
    # The engine's own sentences, and those it put in a model's place, are the source's by design.
    copied = 0 if one.proof and _is_extracted(subject.item, one.proof.where) else copied_words
    return trial.point(one.text, _lead(subject, one), one.proof.sources if one.proof else (), copied)


def _is_extracted(item: Item, where: str) -> bool:
    return item.by.startswith(_EXTRACT) or bool(item.provenance and where in item.provenance.replaced)


def _heading(subject: Subject, one: Traced, trial: Trial) -> Checked | None:
    """A heading; of those that the product makes, only what follows their label.

    Older evidence keeps no subheadings of the source, whose words may have capitals for no reason.
    """
    if not (subject.evidence and subject.evidence.title):
        return None
    if subject.parts[one.part].level != 2:
        return trial.heading(one.text)
    if subject.item.title in one.text or not one.text.partition(": ")[2]:
        return None
    return trial.heading(one.text, start=one.text.index(": ") + 2)


def _lead(subject: Subject, one: Traced) -> int:
    """How many letters at its start are a lead-in that was put before it."""
    part = subject.parts[one.part]
    lead = part.text[: part.bold]
    return part.bold if one.text == part.text and lead.rstrip().endswith(":") else 0


def _front(subject: Subject, trial: Trial, config: Config) -> Iterator[Finding]:
    """The title and the one-line TL;DR of the front matter, where they are not those of the draft."""
    item, proof = subject.item, subject.evidence
    if proof and proof.title and item.title != proof.title:
        for finding in trial.heading(item.title).findings:
            yield subject.at_key(finding, "title")
    drafted = {unit.digest for unit in proof.units} if proof else set()
    if item.tldr and digest.of_text(item.tldr) not in drafted:
        for finding in trial.unit(item.tldr, copied_words=config.lint.copied_words).findings:
            yield subject.at_key(finding, "tldr")


def _reproduced(subject: Subject, config: Config) -> Iterator[Finding]:
    """Whether too much of the source stands in the item, word for word."""
    proof = subject.evidence
    if proof is None or not subject.item.by.startswith(_EXTRACT):
        return
    taken = {cited.index: len(cited.text) for one in subject.sentences for cited in one.cited}
    if found := copying.share(sum(taken.values()), proof.length, config.lint.copied_share):
        yield subject.at_key(found, "source.url")


def _links(subject: Subject, config: Config) -> Iterator[Finding]:
    """Links to what is neither the source, nor named in it, nor allowed."""
    own = [subject.item.source.url, *(subject.evidence.links if subject.evidence else ())]
    known = {links.address(url) for url in own if url}
    led = [link for part in subject.parts for link in part.links]
    for link in (*led, *body.definitions(subject.body)):
        if not _may_stand(link, known, config):
            found = rules.finding(
                "F601",
                f"the source does not lead to {link.url[:120]}",
                verdict=Verdict.UNSUPPORTED,
                subject=link.url,
                hint="Take it out, or name its host in lint.allow_links of config.yaml.",
            )
            yield subject.placed(found, link.offset)


def _may_stand(link: Link, known: set[str], config: Config) -> bool:
    try:
        parts = urlsplit(link.url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    if not parts.scheme and not parts.netloc:
        return True
    if parts.scheme not in ("", "http", "https"):
        return False
    if links.address(link.url) in known or link.url.startswith(config.site.url):
        return True
    return any(host == one or host.endswith(f".{one}") for one in config.lint.allow_links)
