"""What each sentence of a summary rests on, kept beside the item so that anyone can check it.

The whole article stays in the cache; here are the sentences that are cited, with their places, and the facts.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from builder import digest
from builder.errors import ContentError
from builder.model import Article, Replaced, Summary, Unit
from builder.summary import facts, language, sentences
from builder.summary.facts import Facts
from builder.summary.language import Language

VERSION = 1
"""Of the file's form."""
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
    sentences: tuple[Cited, ...]
    units: tuple[Proof, ...]
    facts: Facts
    body: str = ""
    """The digest of the item's body as drafted: another one says that it was edited. Older files lack it."""
    replaced: tuple[Replaced, ...] = ()
    """What a model wrote and is not shown."""


def path_of(item_path: str) -> str:
    """Where the evidence of the item file at `item_path` lies."""
    return item_path.removesuffix(".md") + SUFFIX


def of(article: Article, summary: Summary, fetched: datetime, body: str = "") -> Evidence:
    """The evidence for `summary`, an account of `article` as it was fetched, written down as `body`."""
    split = sentences.split(article)
    tongue = language.of(article)
    units = [(f"tldr/{place}", unit) for place, unit in enumerate(summary.tldr)]
    for number, passage in enumerate(summary.passages):
        units.extend((f"{number}/{place}", unit) for place, unit in enumerate(passage.units))
    cited = sorted({source for _, unit in units for source in unit.sources})
    return Evidence(
        url=article.url,
        digest=digest.of_text(article.text),
        fetched=fetched.astimezone(UTC),
        language=tongue.code or article.language,
        count=len(split),
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


def support(unit: Unit, cited: Sequence[str], tongue: Language) -> float:
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
    evidence = of(article, summary, fetched, body)
    value: dict[str, object] = {
        "version": VERSION,
        "source": {
            "url": evidence.url,
            "digest": evidence.digest,
            "fetched": evidence.fetched.isoformat().replace("+00:00", "Z"),
            "language": evidence.language,
            "sentences": evidence.count,
        },
        "sentences": [asdict(cited) for cited in evidence.sentences],
        "units": [asdict(proof) for proof in evidence.units],
        "facts": asdict(evidence.facts),
    }
    if evidence.body:
        value["body"] = evidence.body
    if evidence.replaced:
        value["replaced"] = [asdict(one) for one in evidence.replaced]
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def parse(text: str, path: str = "") -> Evidence:
    """The evidence in `text`; the inverse of `dump`. Raises ContentError that names `path`."""
    try:
        value: dict[str, Any] = json.loads(text)
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
        raise ContentError(f"the evidence is not JSON: {error}", _HINT, path=path, line=line) from error
    try:
        if value["version"] != VERSION:
            raise ContentError(f"evidence of version {value['version']} cannot be read", _HINT, path=path)
        source = value["source"]
        return Evidence(
            url=str(source["url"]),
            digest=str(source["digest"]),
            fetched=datetime.fromisoformat(source["fetched"]).astimezone(UTC),
            language=str(source["language"]),
            count=int(source["sentences"]),
            sentences=tuple(Cited(**cited) for cited in value["sentences"]),
            units=tuple(Proof(**{**proof, "sources": tuple(proof["sources"])}) for proof in value["units"]),
            facts=Facts(**{kind: tuple(found) for kind, found in value["facts"].items()}),
            body=str(value.get("body", "")),
            replaced=tuple(Replaced(**one) for one in value.get("replaced", ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ContentError(f"the evidence has not its form: {error!r}", _HINT, path=path) from error


_HINT = "Take the file back from git, or draft the item again."
