"""What each sentence of a summary rests on, kept beside the item so that anyone can check it.

The whole article stays in the cache; here are the sentences that are cited, with their places, and the facts.

    parse(text) → Evidence
        .units       what each sentence of the draft rests on: `Proof`, in order
        .cited(unit)     the sentences themselves
        .facts       the numbers, names, dates and quotations of the source
    builder.summary.trace.trace(item.body, evidence)
        each sentence of the item as it stands now, with its proof while nobody has changed it
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from builder import digest
from builder.model import Article, BlockKind, Replaced, Summary, Unit
from builder.summary import facts
from builder.summary.facts import Facts
from builder.summary.form import Form
from builder.summary.said import Said
from builder.text import fold

if TYPE_CHECKING:
    from builder.summary.ground import Ground
    from builder.summary.language import Language

VERSION = 2
"""Of the file's form. Files of version 1, whose facts say less, are read too."""
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"'“”]+[^\s<>()\[\]\"'“”.,;:!?]")
_ALWAYS = ("url", "digest")
SUFFIX = ".evidence.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A sentence of the source that the summary rests on."""

    index: int
    start: int
    """Where it begins in `Article.text`, in characters."""
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What one unit of the summary rests on."""

    where: str
    """`tldr/0` for the first sentence of the TL;DR, `2/1` for the second unit of the third passage."""
    digest: str
    """Of the unit's text: another one says that the text was edited since."""
    sources: tuple[int, ...]
    """Indices of cited sentences."""
    support: float
    """The share of what the unit says, by the rarity of its words, that its sources say too; 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The content of an evidence file."""

    url: str
    digest: str
    """Of `Article.text`."""
    fetched: datetime
    language: str
    """Of the source, as detected; empty when unknown."""
    count: int
    """How many sentences the source has."""
    length: int = 0
    """How many characters `Article.text` has; 0 when unknown."""
    title: str = ""
    """Of the source."""
    headings: tuple[str, ...] = ()
    """Its subheadings."""
    published: datetime | None = None
    """When the page says it was published."""
    links: tuple[str, ...] = ()
    """The addresses that its text names."""
    notices: tuple[str, ...] = ()
    """What its page said of corrections to it."""
    sentences: tuple[Cited, ...]
    units: tuple[Proof, ...]
    facts: Facts
    body: str = ""
    """The digest of the item's body as drafted: another one says that it was edited. Older files lack it."""
    replaced: tuple[Replaced, ...] = ()
    """What a model wrote and is not shown."""

    def cited(self, unit: Proof) -> tuple[Cited, ...]:
        """The sentences that `unit` rests on, in their order."""
        return tuple(one for one in self.sentences if one.index in unit.sources)


def path_of(item_path: str) -> str:
    """Where the evidence of the item file at `item_path` lies."""
    return item_path.removesuffix(".md") + SUFFIX


def language_of(article: Article) -> str:
    """The language of `article` by its words, else as it declares; two letters, or empty when unknown."""
    # Here and below: a site that is built only parses what is there, and needs none of what finds it.
    from builder.summary.reading import of as reading_of

    return reading_of(article).language.code or article.language


def of(article: Article, summary: Summary, fetched: datetime, body: str = "") -> Evidence:
    """The evidence for `summary`, an account of `article` as it was fetched, written down as `body`."""
    from builder.summary.reading import of as reading_of

    reading = reading_of(article)
    split, tongue = reading.sentences, reading.language
    units = [(f"tldr/{place}", unit) for place, unit in enumerate(summary.tldr)]
    for number, passage in enumerate(summary.passages):
        units.extend((f"{number}/{place}", unit) for place, unit in enumerate(passage.units))
    cited = sorted({source for _, unit in units for source in unit.sources})
    published = article.published.astimezone(UTC).replace(microsecond=0) if article.published else None
    return Evidence(
        url=article.url,
        digest=digest.of_text(article.text),
        fetched=fetched.astimezone(UTC),
        language=language_of(article),
        count=len(split),
        length=len(article.text),
        title=fold(article.title),
        headings=tuple(fold(block.text) for block in article.blocks if block.kind is BlockKind.HEADING),
        published=published,
        links=tuple(dict.fromkeys(_ADDRESS.findall(article.text))),
        notices=tuple(map(fold, article.notices)),
        sentences=tuple(
            Cited(index=index, start=split[index].start, end=split[index].end, text=split[index].text)
            for index in cited
        ),
        units=tuple(
            Proof(
                where=where,
                digest=digest.of_text(unit.text),
                sources=unit.sources,
                support=support(unit, [split[index].text for index in unit.sources], tongue),
            )
            for where, unit in units
        ),
        facts=facts.of(article),
        body=digest.of_text(body) if body else "",
        replaced=summary.replaced,
    )


def ground(evidence: Evidence) -> "Ground":
    """What `evidence` keeps of its source, as something to look statements up in."""
    from builder.summary import language
    from builder.summary.ground import Ground

    stated = evidence.facts
    others = [evidence.title, *evidence.headings, *stated.numbers, *stated.dates, *stated.names]
    if evidence.published:
        others.append(evidence.published.date().isoformat())
    texts = {cited.index: cited.text for cited in evidence.sentences}
    return Ground(
        language.load(evidence.language),
        texts,
        [*others, *(said.text for said in stated.quotes)],
        stated.quotes,
        complete=len(texts) == evidence.count,
    )


def support(unit: Unit, cited: Sequence[str], tongue: "Language") -> float:
    """How much of `unit` its cited sentences hold, by the rarity of its terms, 0 to 1 in three places."""
    if unit.text in cited:
        return 1.0
    held = {term for text in cited for term in tongue.terms(text)}
    terms = list(dict.fromkeys(tongue.terms(unit.text)))
    total = sum(max(tongue.rarity(term), 0.1) for term in terms)
    found = sum(max(tongue.rarity(term), 0.1) for term in terms if term in held)
    return round(found / total, 3) if total else 0.0


def dump(article: Article, summary: Summary, fetched: datetime, body: str = "") -> str:
    """The evidence file for `summary`: JSON that is the same for the same input; ends in a newline."""
    return written(of(article, summary, fetched, body))


def written(evidence: Evidence) -> str:
    """The text of an evidence file, a sentence or unit a line; `parse(written(x)) == x`."""
    source: dict[str, object] = {
        "url": evidence.url,
        "title": evidence.title,
        "headings": evidence.headings,
        "links": evidence.links,
        "notices": evidence.notices,
        "published": _time(evidence.published) if evidence.published else "",
        "language": evidence.language,
        "fetched": _time(evidence.fetched),
        "digest": evidence.digest,
        "length": evidence.length,
        "sentences": evidence.count,
    }
    parts: list[tuple[str, object]] = [
        ("version", VERSION),
        ("source", {key: value for key, value in source.items() if key in _ALWAYS or value not in ("", ())}),
        ("sentences", [asdict(cited) for cited in evidence.sentences]),
        ("units", [asdict(proof) for proof in evidence.units]),
        ("facts", asdict(evidence.facts)),
    ]
    if evidence.body:
        parts.append(("body", evidence.body))
    if evidence.replaced:
        parts.append(("replaced", [asdict(one) for one in evidence.replaced]))
    return "{\n" + ",\n".join(f"  {_json(name)}: {_lined(value)}" for name, value in parts) + "\n}\n"


def parse(text: str, path: str = "") -> Evidence:
    """The evidence in `text`; the inverse of `dump`. Raises ContentError that names `path`."""
    form = Form.of(text, path)
    version = form.whole("version")
    if not 1 <= version <= VERSION:
        raise form.fault("version", f"is {version}, which this version of Briefpress cannot read")
    source, stated = form.part("source"), form.part("facts")
    return Evidence(
        url=source.text("url"),
        digest=source.text("digest"),
        fetched=source.time("fetched"),
        language=source.text("language", ""),
        count=source.whole("sentences"),
        length=source.whole("length", 0),
        title=source.text("title", ""),
        headings=source.texts("headings"),
        links=source.texts("links"),
        notices=source.texts("notices"),
        published=source.time("published") if source.has("published") else None,
        sentences=tuple(
            Cited(
                index=one.whole("index"),
                start=one.whole("start"),
                end=one.whole("end"),
                text=one.text("text"),
            )
            for one in form.parts("sentences")
        ),
        units=tuple(
            Proof(
                where=one.text("where"),
                digest=one.text("digest"),
                sources=one.wholes("sources"),
                support=one.share("support"),
            )
            for one in form.parts("units")
        ),
        facts=Facts(
            numbers=stated.texts("numbers"),
            names=stated.texts("names"),
            dates=stated.texts("dates"),
            quotes=tuple(Said(text) for text in stated.texts("quotes"))
            if version == 1
            else tuple(Said(one.text("text"), one.texts("by")) for one in stated.parts("quotes")),
        ),
        body=form.text("body", ""),
        replaced=tuple(
            Replaced(where=one.text("where"), text=one.text("text"), why=one.text("why"))
            for one in (form.parts("replaced") if form.has("replaced") else ())
        ),
    )


def _time(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _lined(value: object) -> str:
    """JSON with each entry of a list, and each value of a mapping, on a line of its own."""
    if isinstance(value, dict):
        return _block("{", (f"{_json(key)}: {_json(inner)}" for key, inner in value.items()), "}")
    if isinstance(value, list):
        return _block("[", map(_json, value), "]")
    return _json(value)


def _block(opening: str, lines: Iterable[str], closing: str) -> str:
    inner = ",\n".join(f"    {line}" for line in lines)
    return f"{opening}\n{inner}\n  {closing}" if inner else opening + closing
