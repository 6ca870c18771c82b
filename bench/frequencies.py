"""Count in how many texts a stem is met: the table behind `builder/summary/languages/CODE.frequencies.json`.

usage: frequencies.py CODE FILE... > CODE.frequencies.json
       frequencies.py CODE --words WORDS.csv --source TEXT > CODE.frequencies.json

A FILE is a text, or with the ending .lines a text a line. Names, numbers and stems met once are left out:
what the table says is which words are common, and of no text what it is about.

WORDS.csv lists words with how often they were met: columns `ngram`, `freq` and `cumshare`, the share of all
words up to and with this one. From that the table says in how many of 1,000 texts of 400 words a stem is to
be expected. `--source` says where the words are from, and is kept in the table.
"""

import argparse
import csv
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from builder.summary import language

_PLAIN = re.compile(r"[^\W\d_]{2,}(?:[-'][^\W\d_]+)*")
_WITHIN = re.compile(r"(?<=[a-zà-ÿ,;] )[^\W\d_]+")
LEAST = 2
TEXTS, LENGTH = 1000, 400


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
    # Where nouns have capitals too, the names that are met twice among them must stay.
    common = {
        stem: times
        for stem, times in met.items()
        if times >= LEAST and (tongue.head == "capital" or lower[stem] > capital[stem])
    }
    return _written(common, count)


def expected(rows: Iterable[Mapping[str, str]], code: str, source: str) -> str:
    """The table to be expected of a language whose words are as frequent as `rows` say."""
    tongue = language.load(code)
    shares: Counter[str] = Counter()
    total = reached = 0.0
    for row in rows:
        reached += float(row["freq"])
        total = reached / float(row["cumshare"])
        for term in tongue.terms(row["ngram"]):
            if _PLAIN.fullmatch(term):
                shares[term] += float(row["freq"])
    met = {
        stem: round(TEXTS * (1.0 - math.exp(-LENGTH * freq / total))) for stem, freq in sorted(shares.items())
    }
    return _written({stem: times for stem, times in met.items() if times >= LEAST}, TEXTS, source)


def _written(met: Mapping[str, int], documents: int, source: str = "") -> str:
    by_count: dict[int, list[str]] = {}
    for stem, times in sorted(met.items()):
        by_count.setdefault(times, []).append(stem)
    stems = {str(times): " ".join(by_count[times]) for times in sorted(by_count, reverse=True)}
    told = {"source": source} if source else {}
    return json.dumps({**told, "documents": documents, "stems": stems}, ensure_ascii=False, indent=0) + "\n"


def main() -> None:
    """Read the files named, print the table."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("code")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--words", type=Path)
    parser.add_argument("--source", default="")
    given = parser.parse_args()
    if given.words:
        with given.words.open(encoding="utf-8", newline="") as rows:
            print(expected(csv.DictReader(rows), given.code, given.source), end="")
        return
    texts: list[str] = []
    for path in given.files:
        text = path.read_text("utf-8")
        texts.extend(text.splitlines() if path.suffix == ".lines" else [text])
    print(table(texts, given.code), end="")


if __name__ == "__main__":
    main()
