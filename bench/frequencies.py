"""Count in how many texts a stem is met: the table behind `builder/summary/languages/CODE.frequencies.json`.

usage: frequencies.py CODE FILE... > CODE.frequencies.json

A FILE is a text, or with the ending .lines a text a line. Names, numbers and stems met once are left out:
what the table says is which words are common, and of no text what it is about.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from builder.summary import language

_PLAIN = re.compile(r"[^\W\d_]{2,}(?:[-'][^\W\d_]+)*")
_WITHIN = re.compile(r"(?<=[a-zà-ÿ,;] )[^\W\d_]+")
LEAST = 2


def table(texts: Iterable[str], code: str) -> str:
    """The table of `texts`, written in language `code`, as the JSON of its file."""
    tongue = language.load(code)
    met: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    count = 0
    for text in texts:
        count += 1
        met.update(list(dict.fromkeys(term for term in tongue.terms(text) if _PLAIN.fullmatch(term))))
        for word in _WITHIN.findall(text):
            stem = tongue.stem(word.lower())
            (lower if word[0].islower() else capital)[stem] += 1
    by_count: dict[int, list[str]] = {}
    for stem, times in sorted(met.items()):
        # Where nouns have capitals too, the names that are met twice among them must stay.
        if times >= LEAST and (tongue.head == "capital" or lower[stem] > capital[stem]):
            by_count.setdefault(times, []).append(stem)
    stems = {str(times): " ".join(by_count[times]) for times in sorted(by_count, reverse=True)}
    return json.dumps({"documents": count, "stems": stems}, ensure_ascii=False, indent=0) + "\n"


def main() -> None:
    """Read the files named, print the table."""
    code, *names = sys.argv[1:]
    texts: list[str] = []
    for name in names:
        text = Path(name).read_text("utf-8")
        texts.extend(text.splitlines() if name.endswith(".lines") else [text])
    print(table(texts, code), end="")


if __name__ == "__main__":
    main()
