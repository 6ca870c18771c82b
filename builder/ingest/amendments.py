"""What a page says of corrections to it, or of its withdrawal: in schema.org's words, and in people's.

Moving parts must not be taken for it: links to other stories, comments, a house's rules for corrections.
"""

import json
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

from builder.ingest import amendment_words
from builder.text import excerpt, fold

MOST = 5
"""A page that says more is a log of corrections, and no article."""
NOTICE_MAX = 300
"""Characters of a notice that are kept."""
_BLOCK_MAX = 8000
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


def notices(tree: Any, html: str) -> tuple[str, ...]:
    """The notices of the page `tree`, whose text is `html`: each once, in order, at most `MOST`."""
    if not amendment_words.may_hold(html.lower()):
        return ()
    found: dict[str, str] = {}
    for text in (*_declared(tree), *_written(tree)):
        notice = excerpt(text, NOTICE_MAX)
        if notice:
            found.setdefault("".join(filter(str.isalnum, notice.casefold())), notice)
    return tuple(islice(found.values(), MOST))


def _written(tree: Any) -> Iterator[str]:
    """What paragraphs say of corrections, whole or from where they begin to."""
    for element in tree.iter(*_PARAGRAPHS):
        if any(one.tag in _PARAGRAPHS for one in element):
            continue
        below = list(islice(element.iter(), 1, _WITHIN))
        if len(below) >= _WITHIN - 1 or any(one.tag in _PARAGRAPHS for one in below):
            continue
        raw = " ".join(element.itertext())
        if not _BLOCK_MIN <= len(raw) <= _BLOCK_MAX or not amendment_words.may_hold(raw.lower()):
            continue
        text = fold(raw)
        told = tuple(islice(amendment_words.notices_in(text), MOST))
        if told and not _leads_elsewhere(element, below, text):
            yield from told


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
