"""What a page says of corrections to it, or of its withdrawal: in schema.org's words, and in people's.

Moving parts must not be taken for it: links to other stories, comments, a house's rules for corrections.
"""

import json
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

from builder.text import excerpt, fold

MOST = 5
"""A page that says more is a log of corrections, and no article."""
NOTICE_MAX = 300
"""Characters of a notice that are kept."""
_BLOCK_MAX = 1500
_BLOCK_MIN = 25
_WITHIN = 60
"""An element with more elements in it is no paragraph."""
_LINKED = 0.6
"""Where links are more of a text than this, it leads to something else."""
_DATA_MAX = 300_000
_PARTS_MAX = 20_000

_PARAGRAPHS = frozenset(
    ["p", "li", "div", "small", "h2", "h3", "h4", "h5", "aside", "section", "footer", "td", "blockquote"]
)
_ELSEWHERE = re.compile(
    r"(?:^|[\s_-])(?:comments?|kommentare?|commentaires?|comentarios?|related|recirc\w*|sidebar|teasers?"
    r"|disqus\w*|nav|menu|breadcrumbs?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ARTICLE = r"(?:article|story|post|page|piece|report|column|headline|paper|study|item|blog post)"
_LABEL = re.compile(
    r"(?:corrections?(?: and clarifications?)?|clarification|retraction(?: notice)?|erratum|corrigendum"
    r"|korrektur(?:hinweis)?|berichtigung|richtigstellung|rectificatif|rétractation"
    r"|corrección|rectificación|fe de erratas|fe de errores|retractación)"
    r"\b(?:\s*[(\[][^)\]]{0,60}[)\]])?[^:.!?—–]{0,60}[:—–]\s*\S.{15,}",
    re.IGNORECASE | re.DOTALL,
)
_NOTE = re.compile(
    r"(?:editor['’]?s['’]? note|anmerkung der redaktion|note de la rédaction|nota de la redacción"
    r"|update[ds]?|actualización|mise à jour|aktualisierung)\b[^:.!?—–]{0,60}[:—–]"
    r"(?=.{0,400}?\b(?:correct|incorrect|inaccura|erroneous|misstat|misidentif|misspel|retract|korrigier|berichtig"
    r"|fehler|corrigé|erreur|inexact|corregid|error\b|errónea))",
    re.IGNORECASE | re.DOTALL,
)
_SAID = re.compile(
    rf"\b(?:this|the) {_ARTICLE} (?:has been|was|is) (?:since |later )?"
    r"(?:corrected|amended|retracted|withdrawn|updated to correct|removed because)"
    rf"|\b(?:earlier|previous|prior|original) versions? of (?:this|the|that|our) {_ARTICLE}"
    r"|\b(?:früheren?|vorherigen?|ursprünglichen?|ersten) (?:version|fassung) (?:dieses|des|dieser|unseres)"
    r"|\b(?:dieser|der) (?:artikel|beitrag|text|bericht) (?:wurde|ist) (?:\w+ ){0,3}"
    r"(?:korrigiert|berichtigt|zurückgezogen|richtiggestellt)"
    r"|\bune (?:précédente|première) version de (?:cet|ce|l)"
    r"|\bversion (?:précédente|antérieure|initiale) de (?:cet|ce|l)"
    r"|\b(?:cet article|ce texte|cette publication) a été (?:\w+ ){0,2}"
    r"(?:corrigée?|rectifiée?|rétractée?|retirée?)"
    r"|\buna (?:primera versión|versión (?:anterior|previa)) de (?:este|esta|la|el)"
    r"|\beste (?:artículo|texto|reportaje) (?:ha sido|fue) (?:\w+ ){0,2}"
    r"(?:corregido|rectificado|retractado|retirado)",
    re.IGNORECASE,
)
_WORTH_A_LOOK = re.compile(
    r"correct|clarif|retract|withdrawn|errat|corrigend|versi[oó]n|fassung|korr|berichtig|richtigst|zurückgez|rectifi"
    r"|corrig|rétract|retir|corre[cg]|fe de err|misstat|inaccura|removed because",
    re.IGNORECASE,
)


# One of these stands in any page with such a notice. Looked for one by one: that is ten times as fast as a
# pattern, and most pages have none.
_NEEDED = (
    *("correction", "corrected", "correct ", "incorrect", "clarification", "retract", "withdrawn", "amended"),
    *("erratum", "corrigend", "misstat", "misidentif", "misspel", "inaccura", "erroneous", "removed because"),
    *("earlier version", "previous version", "prior version", "original version"),
    *("korrektur", "korrigier", "berichtig", "richtigstell", "zurückgezogen", "richtiggestellt", "fehler"),
    *("version dieses", "fassung dieses", "version des", "fassung des", "version unseres", "fassung unseres"),
    *("rectifi", "corrig", "rétract", "retiré", "erreur", "inexact", "version précédente"),
    *("précédente version", "version antérieure", "version initiale", "première version"),
    *("corrección", "rectificación", "fe de err", "retractación", "corregid", "retractado", "retirado"),
    *("errónea", "versión anterior", "versión previa", "primera versión"),
)


def notices(tree: Any, html: str) -> tuple[str, ...]:
    """The notices of the page `tree`, whose text is `html`: each once, in order, at most `MOST`."""
    said = html.lower()
    if not any(word in said for word in _NEEDED):
        return ()
    found: dict[str, str] = {}
    for text in (*_declared(tree), *_written(tree)):
        notice = excerpt(text, NOTICE_MAX)
        if notice:
            found.setdefault("".join(filter(str.isalnum, notice.casefold())), notice)
    return tuple(islice(found.values(), MOST))


def _written(tree: Any) -> Iterator[str]:
    """Paragraphs that are such a notice."""
    for element in tree.iter(*_PARAGRAPHS):
        if any(one.tag in _PARAGRAPHS for one in element):
            continue
        below = list(islice(element.iter(), 1, _WITHIN))
        if len(below) >= _WITHIN - 1 or any(one.tag in _PARAGRAPHS for one in below):
            continue
        raw = " ".join(element.itertext())
        if not _BLOCK_MIN <= len(raw) <= 2 * _BLOCK_MAX or not _WORTH_A_LOOK.search(raw):
            continue
        text = fold(raw)
        if _is_notice(text) and not _leads_elsewhere(element, below, text):
            yield text


def _is_notice(text: str) -> bool:
    return bool(_LABEL.match(text) or _NOTE.match(text) or _SAID.search(text))


def _leads_elsewhere(element: Any, below: list[Any], text: str) -> bool:
    linked = sum(len(fold(" ".join(one.itertext()))) for one in below if one.tag == "a")
    if linked > _LINKED * len(text):
        return True
    for one in (element, *islice(element.iterancestors(), 40)):
        named = f"{one.get('class', '')} {one.get('id', '')}"
        if one.tag in ("nav", "a") or (one.tag not in ("body", "html") and _ELSEWHERE.search(named)):
            return True
    return False


def _declared(tree: Any) -> Iterator[str]:
    """What the page tells programs: schema.org's `correction`, as JSON-LD and as microdata."""
    for script in islice(tree.iter("script"), 200):
        told = script.text or ""
        if "ld+json" in script.get("type", "") and '"correction"' in told and len(told) <= _DATA_MAX:
            try:
                yield from _corrections(json.loads(told))
            except (ValueError, RecursionError):
                continue
    for element in islice(tree.xpath("//*[contains(@itemprop, 'correction')]"), MOST):
        if "correction" in element.get("itemprop").split():
            yield fold(element.get("content") or " ".join(element.itertext()))


def _corrections(data: object) -> Iterator[str]:
    waiting = deque([data])
    seen = 0
    while waiting and seen < _PARTS_MAX:
        seen += 1
        one = waiting.popleft()
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            for key, value in one.items():
                if key == "correction":
                    yield from _texts(value)
                else:
                    waiting.append(value)


def _texts(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        told = one.get("text") or one.get("description") if isinstance(one, dict) else one
        if isinstance(told, str):
            yield fold(told)
