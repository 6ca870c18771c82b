"""How people write that an article was corrected or withdrawn, in English, German, French and Spanish. Pure.

Such a notice is a paragraph of its own, or stands at the end of one, or in parentheses within. What makes it
one is a label with a colon, or a sentence that speaks of *this article*; the same words about a law, a
program or a market make none.
"""

import re
from collections.abc import Iterator

_FLAGS = re.IGNORECASE | re.DOTALL
_OPENS = r"(?P<opens>^\W{0,3}|[.!?…][”\"»’)\]]*\s+|[(\[]\s*|(?<=\s)[—–*•|]\s*)"
"""Where a sentence begins."""

# -- labels

_ABOUT = (
    r"(?:article|story|post|report|version|headline|column|artikel|beitrag|text|bericht|meldung|artículo"
    r"|noticia"
    r"|nota|información|information|texte|dépêche)"
)
_WHICH = rf"(?:\s*[(\[][^)\]]{{0,60}}[)\]]|[^:!?—–]{{0,40}}(?:\d|\b{_ABOUT})[^:.!?—–]{{0,30}})?"
"""What may stand between a label and its colon: a date, a time, or which article it is about."""
_LABEL = re.compile(
    rf"{_OPENS}(?P<told>(?:corrections?(?: and clarifications?)?|clarification|retraction(?: notice)?"
    rf"|errat(?:um|a)"
    r"|corrigendum|korrektur(?:hinweis)?|berichtigung|richtigstellung|rectificatif|rectification|rétractation"
    r"|corrección|rectificación|aclaración|fe de erratas|fe de errores|retractación)"
    rf"\b{_WHICH}\s*[:—–]\s*\S.{{15,}})",
    _FLAGS,
)
_WRONG = (
    r"\b(?:correct(?:ed|ing|ions?|s)\b|to correct\b|incorrect|inaccura|accurately reflect|erroneous"
    r"|misstat|misidentif|misspel|misattribut"
    r"|retract|mistakenly|wrongly|in error\b"
    r"|korrigiert|korrektur|berichtigt|richtiggestellt|fehlerhaft|falsch|irrtümlich|fälschlich|versehentlich"
    r"|corrig|rectifi|erron|inexact|par erreur|une erreur|à tort\b"
    r"|correg|corrección|rectific|errónea|erróneo|por error|un error)"
)
_NOTE = re.compile(
    rf"{_OPENS}(?P<told>(?:editor['’]?s['’]? note|note to readers|anm(?:erkung|\.) d(?:er|\.)"
    rf" red(?:aktion|\.)"
    r"|(?:redaktioneller |transparenz)?hinweis(?: der redaktion)?|note de la rédaction|n\.?d\.?l\.?r\.?"
    r"|nota de la redacción|nota del editor|update[ds]?|actualización|mise à jour|aktualisierung)"
    rf"(?!\w)(?:\s*[(\[][^)\]]{{0,60}}[)\]]|[^:!?—–]{{0,60}})\s*[:—–](?=.{{0,400}}?{_WRONG}).{{15,}})",
    _FLAGS,
)

# -- sentences

_THIS = (
    r"(?:(?:news |blog |opinion )?(?:article|story|post|page|piece|report|column|headline|item)|paper"
    r"|study|caption"
    r"|graphic|chart|map|newsletter|dispatch|briefing|review|obituary|transcript|interview|list|guide)"
)
_DIESES = (
    r"(?:(?:dieses|des|unseres) (?:artikels|textes|beitrags|berichts|interviews|kommentars|posts?)"
    r"|(?:dieser|unserer) (?:meldung|geschichte|nachricht|seite|kolumne|analyse|reportage|grafik|rezension))"
)
_CET = (
    r"(?:(?:cet|notre) (?:article|entretien)|ce (?:texte|billet)|cette (?:dépêche|page|information"
    r"|publication)"
    r"|l['’]article)"
)
_ESTE = (
    r"(?:este (?:artículo|texto|reportaje|contenido)|esta (?:noticia|nota|información|crónica|entrada"
    r"|entrevista|página)"
    r"|el artículo|la noticia)"
)
_SAID = re.compile(
    # English
    rf"\b(?:earlier|previous|prior|original) versions? of (?:(?:this|our) {_THIS}|the (?:article|story"
    rf"|headline))\b"
    r"(?! (?:was |were |is |has been )?(?:first |originally )?(?:published|appeared|appears|ran|posted"
    r"|printed))"
    r"|\b(?:an|the|our) (?:earlier|previous|original) version (?:of it )?"
    r"(?:incorrectly|wrongly|mistakenly|erroneously|inaccurately|misstated|misidentified|misspelled"
    r"|misattributed)"
    rf"|\bthis {_THIS} (?:has (?:since )?been|was|is) (?:since |later )?"
    r"(?:corrected|amended|retracted|withdrawn|removed because|(?:updated|edited|changed|modified) to"
    r" (?:correct|clarify"
    r"|fix|reflect (?:that|the correct)))"
    r"|\bthe (?:article|story|headline|post) has (?:since )?been (?:since )?"
    r"(?:corrected|amended|retracted|(?:updated|edited) to correct)"
    rf"|\bthis {_THIS} (?:originally|initially|previously|incorrectly|mistakenly|wrongly|erroneously)"
    rf" (?:said|stated"
    r"|misstated|misidentified|referred|gave|reported|listed|described|attributed|misspelled|named)"
    rf"|\bwe (?:have |['’]ve )?(?:since )?(?:corrected|retracted|withdrawn) (?:this|the|our) {_THIS}\b"
    # German
    rf"|\b(?:früheren?|vorherigen?|ursprünglichen?|ersten?|älteren?) (?:version|fassung) {_DIESES}"
    r"|\bin (?:einer|der|unserer) (?:früheren|vorherigen|ursprünglichen) (?:version|fassung) "
    r"(?:(?:stand|hieß es|hiess es|schrieben wir|berichteten wir|hatten wir|haben wir|war uns)"
    r"|(?:\w+ ){0,6}(?:fälschlich|irrtümlich|versehentlich))"
    r"|\b(?:dieser (?:artikel|beitrag|text|bericht)|der (?:artikel|text)|diese (?:meldung|nachricht|seite"
    r"|geschichte)) "
    r"(?:wurde|ist) (?:\w+ ){0,4}(?:korrigiert|berichtigt|zurückgezogen|richtiggestellt)"
    r"|\bwir haben (?:das|dies|den fehler|die stelle|die passage|die angaben?|die zahl|die überschrift"
    r"|den (?:artikel"
    r"|text|beitrag)|die meldung) (?:\w+ ){0,4}(?:korrigiert|berichtigt|richtiggestellt)"
    r"|\bwir bitten,? (?:um entschuldigung für )?(?:den|diesen) fehler\b"
    # French
    rf"|\b(?:précédente|première|ancienne) version de {_CET}"
    rf"|\bversion (?:précédente|antérieure|initiale) de {_CET}"
    r"|\b(?:une|la) (?:précédente version|première version|version (?:précédente|antérieure|initiale))"
    r" (?:indiquait"
    r"|affirmait|mentionnait|comportait|contenait|faisait état|disait|donnait|citait|laissait entendre)"
    r"|\b(?:cet article|ce texte|cette (?:publication|dépêche|information)) a été (?:\w+ ){0,2}"
    r"(?:corrigée?|rectifiée?|rétractée?|retirée?)\b"
    r"|\bcontrairement à ce que nous (?:avons|avions) (?:\w+ )?(?:écrit|indiqué|affirmé|publié|annoncé)"
    # Spanish
    rf"|\b(?:versión (?:anterior|previa|inicial|original)|primera versión|anterior versión) de {_ESTE}"
    r"|\b(?:una|la) (?:versión (?:anterior|previa|inicial)|primera versión) (?:decía|indicaba|señalaba"
    r"|afirmaba|daba"
    r"|contenía|aseguraba|mencionaba|recogía|atribuía)"
    rf"|\b{_ESTE} (?:ha sido|fue) (?:\w+ ){{0,2}}(?:corregid|rectificad|retractad|retirad)[oa]\b"
    r"|\bhemos corregido (?:este|esta|el|la|un) (?:artículo|texto|noticia|nota|información|error|titular)",
    _FLAGS,
)
_SENTENCE_END = re.compile(r"(?<![A-Z])[.!?…][”\"»’)\]]*\s+(?=[^a-zà-ÿ\d])")
_PAIRS = {"(": ")", "[": "]"}

# One of these stands in any text with such a notice. Looked for one by one: that is ten times as fast as a
# pattern, and most texts have none.
_NEEDED = (
    *(
        "correct",
        "clarification",
        "retract",
        "withdrawn",
        "amended",
        "errat",
        "corrigend",
        "misstat",
        "misidentif",
    ),
    *(
        "misspel",
        "misattribut",
        "inaccura",
        "erroneous",
        "accurately",
        "mistakenly",
        "wrongly",
        "in error",
        "removed because",
    ),
    *("earlier version", "previous version", "prior version", "original version"),
    *(" originally ", " initially ", " previously ", "updated to", "edited to", "changed to", "modified to"),
    *(
        "korrektur",
        "korrigier",
        "berichtig",
        "richtigstell",
        "zurückgezogen",
        "richtiggestellt",
        "fehler",
        "falsch",
    ),
    *(
        "irrtüm",
        "fälschlich",
        "versehentlich",
        "version dieses",
        "fassung dieses",
        "version des",
        "fassung des",
    ),
    *(
        "version unseres",
        "fassung unseres",
        "version dieser",
        "fassung dieser",
        "version unserer",
        "fassung unserer",
    ),
    *("früheren", "vorherigen", "ursprünglichen"),
    *(
        "rectif",
        "corrig",
        "rétract",
        "retiré",
        "erreur",
        "erron",
        "inexact",
        "à tort",
        "contrairement à ce que",
    ),
    *(
        "précédente version",
        "première version",
        "ancienne version",
        "version précédente",
        "version antérieure",
    ),
    *(
        "version initiale",
        "correcc",
        "correg",
        "aclaración",
        "fe de err",
        "retract",
        "retirad",
        "errón",
        "error",
    ),
    *("versión anterior", "versión previa", "versión inicial", "versión original", "primera versión"),
    *("anterior versión",),
)


def may_hold(lowered: str) -> bool:
    """Whether a text in lower case can hold a notice at all; quick."""
    return any(word in lowered for word in _NEEDED)


def notices_in(text: str) -> Iterator[str]:
    """What the paragraph `text`, on one line, says of a correction: each notice from its beginning on."""
    at = 0
    while at < len(text) and (found := _next(text, at)):
        start, at = found
        yield text[start:at].strip().lstrip("—–*•| ")


def _next(text: str, at: int) -> tuple[int, int] | None:
    """Where the first notice after `at` begins and ends; None when there is none."""
    starts = [
        *(_labelled(text, pattern, at) for pattern in (_LABEL, _NOTE)),
        _sentence_start(text, at, said.start()) if (said := _SAID.search(text, at)) else -1,
    ]
    known = [start for start in starts if start >= 0]
    if not known:
        return None
    start = min(known)
    return start, _end(text, start)


def _labelled(text: str, pattern: re.Pattern[str], at: int) -> int:
    """Where a label stands; in the middle of a paragraph it has a capital, or a parenthesis before it."""
    for found in pattern.finditer(text, at):
        opens, start = found["opens"].strip(), found.start("told")
        if start <= 3 or opens in _PAIRS or text[start].isupper():
            return start
    return -1


def _sentence_start(text: str, at: int, here: int) -> int:
    """Where the sentence begins in which `here` stands, or the parenthesis that holds it."""
    opened = [mark for mark in map(text.rfind, _PAIRS, (at, at), (here, here)) if mark >= 0]
    inside = [mark + 1 for mark in opened if _PAIRS[text[mark]] not in text[mark:here]]
    ends = [end.end() for end in _SENTENCE_END.finditer(text, max(at, max(inside, default=0)), here + 1)]
    # Within a parenthesis all of it is the notice.
    return max(inside) if inside else max(ends, default=at)


def _end(text: str, start: int) -> int:
    """Where a notice ends that begins at `start`: with its parenthesis, else with the paragraph."""
    before = text[:start].rstrip()[-1:]
    if before not in _PAIRS:
        return len(text)
    depth = 1
    for place in range(start, len(text)):
        depth += (text[place] == before) - (text[place] == _PAIRS[before])
        if not depth:
            return place
    return len(text)
