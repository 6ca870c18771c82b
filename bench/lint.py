"""What fact lint catches, and what it flags wrongly: changes planted into human summaries, and real errors.

usage: lint.py [DATA] [--floor bench/lint.floor.json] [--lower] [--missed KIND]

DATA is a folder with `pairs_dev.jsonl.gz` (`{"id", "set", "title", "paragraphs", "reference"}` a line) and
`faith_frank_dev.jsonl.gz` (`{"id", "set", "lines", "factuality"}`, a system summary of one of the pairs with
the share of readers who found no error in it). One run prints:

    caught      of changes planted one a copy into the human summaries of the set `cnndm`: a digit or number
                word, a scale, a month, weekday or day, a year, a name for one the article does not have, two
                names of a summary exchanged (but not *A and B*); and one word of a quotation of an article
    flagged     of what is right: sentences of the articles themselves, and rewrites of their numbers, dates,
                percents and country names in another spelling; and of the human summaries as they are
    support     how well the support score alone tells summaries with an error from those without
    CPU         for a summary, and for the source that is made ready once for all of them

A change counts as caught when its copy has a finding of level warning or error that the original has not. The
same seed plants the same changes. `--floor` compares with pinned numbers and fails below them; only `--lower`
lets them sink.
"""

import argparse
import gzip
import json
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from builder.model import Article, Block, BlockKind, Completeness, Finding, Level
from builder.summary import language, names, quotes
from builder.summary.known import Known
from builder.summary.proof import Trial

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "summaries"
SEED = 7
ROUNDS = 5
"""Of measuring time; other work on the machine only ever adds to it."""
PAIRS_A_SUMMARY = 20
"""The most exchanges that are planted into one summary."""
TARGETS = {
    "number": 0.95,
    "scale": 1.00,
    "date": 0.92,
    "year": 0.94,
    "name": 0.97,
    "quotation": 1.00,
    "exchange": 0.70,
}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
SCALES = ["thousand", "million", "billion", "trillion"]
WORDS = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
ENGLISH = language.load("en")

Change = Callable[[str, random.Random], Iterator[str]]


@dataclass(frozen=True)
class Pair:
    """An article with its human summary."""

    id: str
    set: str
    article: Article
    reference: tuple[str, ...]
    trial: Trial


def read_pairs(path: Path) -> list[Pair]:
    pairs = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            blocks = tuple(Block(BlockKind.PARAGRAPH, text) for text in row["paragraphs"] if text)
            # The titles of this set were made from addresses: they are no words of the article.
            title = "" if row["set"] == "cnndm" else row["title"]
            article = Article(
                url="", title=title, blocks=blocks, completeness=Completeness.FULL, language="en"
            )
            pairs.append(Pair(row["id"], row["set"], article, tuple(row["reference"]), Trial(article)))
    return pairs


# -- planting


def _put(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def _names(text: str) -> list[names.Name]:
    return list(names.find(text, ENGLISH, lambda word: names.is_common(word, ENGLISH)))


def numbers(text: str, rng: random.Random) -> Iterator[str]:
    for amount in Known(text, ENGLISH).amounts:
        if amount.pair:
            continue
        if digits := re.search(r"\d[\d.,]*\d|\d", amount.text):
            new = digits[0]
            while new == digits[0] or (new[0] == "0" and digits[0][0] != "0"):
                new = re.sub(r"\d", lambda _: str(rng.randint(0, 9)), digits[0])
            yield _put(text, amount.start + digits.start(), amount.start + digits.end(), new)
        elif (word := amount.text.split()[0]).lower() in WORDS:
            new = rng.choice([other for other in WORDS if other != word.lower()])
            yield _put(
                text,
                amount.start,
                amount.start + len(word),
                new.capitalize() if word[0].isupper() else new,
            )


def scales(text: str, rng: random.Random) -> Iterator[str]:
    for match in re.finditer(r"\b(?:thousand|million|billion|trillion)\b|(?<=\d)(?:m|bn|k)\b", text):
        new = {"m": "bn", "bn": "m", "k": "m"}.get(match[0])
        yield _put(text, *match.span(), new or rng.choice([other for other in SCALES if other != match[0]]))


def dates(text: str, rng: random.Random) -> Iterator[str]:
    for pool in (MONTHS, DAYS):
        for match in re.finditer(rf"\b(?:{'|'.join(pool)})\b(?! [A-Z])", text):
            if match[0] in ("May", "March") and not re.search(r"(?:in|\d) \Z", text[: match.start()]):
                continue
            yield _put(text, *match.span(), rng.choice([other for other in pool if other != match[0]]))
    months = "|".join(MONTHS)
    for match in re.finditer(rf"\b(?:{months}) (\d{{1,2}})\b|\b(\d{{1,2}}) (?:{months})\b", text):
        group = 1 if match[1] else 2
        days = [str(day) for day in range(1, 29) if str(day) != match[group]]
        yield _put(text, *match.span(group), rng.choice(days))


def years(text: str, rng: random.Random) -> Iterator[str]:
    for match in re.finditer(r"\b(?:19|20)\d\d\b(?!s)", text):
        year = int(match[0])
        others = [str(other) for other in range(year - 15, year + 16) if other != year]
        yield _put(text, *match.span(), rng.choice(others))


def foreign_names(pool: Sequence[str]) -> Change:
    def plant(text: str, rng: random.Random) -> Iterator[str]:
        for name in _names(text):
            fitting = [other for other in pool if other.count(" ") == name.text.count(" ")]
            if fitting:
                yield _put(text, name.start, name.end, rng.choice(fitting))

    return plant


def exchanges(text: str, rng: random.Random, *, within: bool) -> Iterator[str]:
    """Copies with two names exchanged, both of one sentence or of two."""
    found = _names(text)
    pairs = []
    for at, one in enumerate(found):
        for two in found[at + 1 :]:
            between = text[one.end : two.start]
            listed = not set(re.findall(r"\w+", between.lower())) - {"and", "or"}
            if not set(one.words) & set(two.words) and not listed and ("\n" not in between) == within:
                pairs.append((one, two))
    rng.shuffle(pairs)
    for one, two in pairs[:PAIRS_A_SUMMARY]:
        yield (text[: one.start] + two.text + text[one.end : two.start] + one.text + text[two.end :])


# -- trying


def weighty(findings: Sequence[Finding]) -> Counter[tuple[str, str]]:
    return Counter((finding.code, finding.message) for finding in findings if finding.level is not Level.INFO)


def found(pair: Pair, text: str) -> Counter[tuple[str, str]]:
    """The findings of a summary, a sentence a line."""
    counted: Counter[tuple[str, str]] = Counter()
    for line in text.split("\n"):
        counted += weighty(pair.trial.unit(line).findings)
    return counted


@dataclass
class Tally:
    """Changes of one kind."""

    planted: int = 0
    caught: int = 0

    @property
    def share(self) -> float:
        return self.caught / self.planted if self.planted else 0.0


def planted(pairs: Sequence[Pair], missed: str) -> dict[str, Tally]:
    """Changes in human summaries, by kind."""
    human = [pair for pair in pairs if pair.set == "cnndm"]
    everybody = {name.text for pair in human for line in pair.reference for name in _names(line)}
    tallies: dict[str, Tally] = defaultdict(Tally)
    for pair in human:
        text = "\n".join(pair.reference)
        pool = sorted(name for name in everybody if name not in pair.article.text)
        before = found(pair, text)
        kinds: dict[str, Change] = {
            "number": numbers,
            "scale": scales,
            "date": dates,
            "year": years,
            "name": foreign_names(pool),
            "exchange within a sentence": lambda text, rng: exchanges(text, rng, within=True),
            "exchange across sentences": lambda text, rng: exchanges(text, rng, within=False),
        }
        for kind, plant in kinds.items():
            for copy in plant(text, random.Random(f"{SEED} {pair.id} {kind}")):
                caught = bool(found(pair, copy) - before)
                for one in (kind, "exchange") if kind.startswith("exchange") else (kind,):
                    tallies[one].planted += 1
                    tallies[one].caught += caught
                if kind == missed and not caught:
                    show(text, copy)
    return tallies


def show(text: str, copy: str) -> None:
    for one, two in zip(text.split("\n"), copy.split("\n"), strict=True):
        if one != two:
            print(f"  missed: {one}\n      as: {two}")


def planted_quotations(pairs: Sequence[Pair], missed: str) -> Tally:
    """One word changed in a quotation of an article's own sentence."""
    tally, rng = Tally(), random.Random(SEED)
    words = sorted({word for pair in pairs[:20] for word in re.findall(r"[a-z]{5,}", pair.article.text)})
    for pair in pairs:
        for known in pair.trial.ground.sentences.values():
            for start, end in quotes.spans(known.text):
                quoted = known.text[start:end]
                inner = list(re.finditer(r"[A-Za-z]{4,}", quoted))
                # Marks that do not pair, as where a quotation began before, and an editor's brackets.
                torn = known.text.count('"') % 2 or quoted[1:2].isspace() or quoted[-2:-1].isspace()
                if len(quoted.split()) < quotes.QUOTED_LEAST or not inner or torn or "[" in quoted:
                    continue
                match = rng.choice(inner)
                new = rng.choice([word for word in words if word != match[0].lower()])
                copy = _put(known.text, start + match.start(), start + match.end(), new)
                caught = bool(weighty(pair.trial.unit(copy).findings))
                tally.planted += 1
                tally.caught += caught
                if missed == "quotation" and not caught:
                    show(known.text, copy)
    return tally


SURE_MONTHS = "|".join(month for month in MONTHS if month not in ("March", "May"))
REWRITES: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"(?<=\d)bn\b", lambda _: " billion"),
    (r"(?<=[$£€]\d)m\b|(?<=[$£€]\d\d)m\b|(?<=[$£€]\d\d\d)m\b", lambda _: " million"),
    (r"(?<=\d) billion\b", lambda _: "bn"),
    (r"(?<=\d)(?: per cent| percent)\b", lambda _: "%"),
    (r"(?<=\d)%", lambda _: " percent"),
    (rf"\b(\d{{1,2}}) ({SURE_MONTHS})\b",
     lambda match: f"{match[2]} {match[1]}"),
    (rf"\b({SURE_MONTHS}) (\d{{1,2}})\b(?!,? \d{{4}})",
     lambda match: f"{match[2]} {match[1]}"),
    (r"\b(September|October|November|December|January|February|August) (?=\d)",
     lambda match: f"{match[1][:3]}. "),
    (r"\bUS\b", lambda _: "U.S."),
    (r"\bU\.S\.(?= [a-z])", lambda _: "US"),
    (r"\bUK\b", lambda _: "United Kingdom"),
    (r"(?<![-\w])(two|three|four|five|six|seven|eight|nine|ten)\b(?! of|-)",
     lambda match: str(WORDS.index(match[1]) + 2)),
    (r"(?<![\d.,$£€/:-])\b([2-9])\b(?![\d.,/:%-]|st|nd|rd|th| [A-Z])",
     lambda match: WORDS[int(match[1]) - 2]),
    (r"(?<![\d,])(\d{1,3}),(\d{3})(?![\d,.])", lambda match: f"{match[1]}\u00a0{match[2]}"),
)  # fmt: skip


def rewritten(pairs: Sequence[Pair], missed: str) -> Tally:
    """Sentences of articles with one number, date or name in another spelling, outside quotations."""
    tally = Tally()
    for pair in pairs:
        for known in pair.trial.ground.sentences.values():
            before = weighty(pair.trial.unit(known.text + " ").findings)
            own = quotes.outside(known.text, quotes.spans(known.text))
            for pattern, put in REWRITES:
                match = re.search(pattern, own)
                if not match:
                    continue
                copy = _put(known.text, *match.span(), put(match))
                tally.planted += 1
                flags = weighty(pair.trial.unit(copy).findings) - before
                tally.caught += bool(flags)
                if flags and missed == "spelling":
                    print(
                        f"  flagged: {match[0]} → {put(match)}: {', '.join(message for _, message in flags)}"
                    )
    return tally


def verbatim(pairs: Sequence[Pair], missed: str) -> Tally:
    """The articles' own sentences; a blank at the end keeps the proof from knowing them as a whole."""
    tally = Tally()
    for pair in pairs:
        for known in pair.trial.ground.sentences.values():
            tally.planted += 1
            flags = weighty(pair.trial.unit(known.text + " ").findings)
            tally.caught += bool(flags)
            if flags and missed == "verbatim":
                print(f"  flagged: {known.text}\n     with: {', '.join(message for _, message in flags)}")
    return tally


def untouched(pairs: Sequence[Pair]) -> tuple[Tally, Counter[str]]:
    """The sentences of human summaries as they are."""
    tally, codes = Tally(), Counter[str]()
    for pair in pairs:
        if pair.set == "cnndm":
            for line in pair.reference:
                flags = weighty(pair.trial.unit(line).findings)
                tally.planted += 1
                tally.caught += bool(flags)
                codes.update({code for code, _ in flags})
    return tally, codes


def balanced(path: Path, pairs: Sequence[Pair]) -> dict[str, tuple[float, float, int]]:
    """For each set: the best balanced accuracy of the lowest support, its threshold, and how many."""
    known = {pair.id: pair for pair in pairs}
    scored: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            pair = known.get(row["id"])
            if pair and row["lines"]:
                least = min(pair.trial.unit(line).support for line in row["lines"])
                scored[row["set"]].append((least, row["factuality"] < 1.0))
    made = {}
    for name, rows in sorted(scored.items()):
        wrong, right = sum(bad for _, bad in rows), sum(not bad for _, bad in rows)
        best = max(
            (
                (
                    sum(bad and score < cut for score, bad in rows) / max(wrong, 1)
                    + sum(not bad and score >= cut for score, bad in rows) / max(right, 1)
                )
                / 2,
                cut,
            )
            for cut in sorted({score for score, _ in rows})
        )
        made[name] = (*best, len(rows))
    return made


def costs(pairs: Sequence[Pair]) -> tuple[float, float]:
    """CPU milliseconds of one summary, and of making its source ready: the least of ROUNDS rounds."""
    rounds = [_round(pairs) for _ in range(ROUNDS)]
    return min(each for each, _ in rounds), min(ready for _, ready in rounds)


def _round(pairs: Sequence[Pair]) -> tuple[float, float]:
    human = [pair for pair in pairs if pair.set == "cnndm"]
    start = time.process_time()
    trials = [Trial(pair.article) for pair in human]
    for trial in trials:
        trial.unit("Nobody of this name was in Northport.")
    ready = time.process_time()
    for pair, trial in zip(human, trials, strict=True):
        for line in pair.reference:
            trial.unit(line)
    done = time.process_time()
    return 1000 * (done - ready) / len(human), 1000 * (ready - start) / len(human)


def main() -> int:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--floor", type=Path)
    parser.add_argument("--lower", action="store_true", help="write the floor anew, even below the old one")
    parser.add_argument("--missed", default="", metavar="KIND", help="print the changes of a kind not caught")
    given = parser.parse_args()
    if not (given.data / "pairs_dev.jsonl.gz").exists():
        print(f"skipped: there are no pairs in {given.data}")
        return 0
    pairs = read_pairs(given.data / "pairs_dev.jsonl.gz")
    got: dict[str, float] = {}
    tallies = planted(pairs, given.missed)
    tallies["quotation"] = planted_quotations(pairs, given.missed)
    print("caught of what was planted")
    for kind, tally in sorted(tallies.items()):
        target = f"   (asked: {TARGETS[kind]:.2f})" if kind in TARGETS else ""
        print(f"  {kind:28} {tally.share:.3f} of {tally.planted}{target}")
        got[kind] = tally.share
    print("flagged of what is right")
    own, other = verbatim(pairs, given.missed), rewritten(pairs, given.missed)
    print(f"  {'verbatim sentences':28} {own.caught} of {own.planted}   (asked: at most 1 in 1,000)")
    print(f"  {'other spellings':28} {other.share:.3f} of {other.planted}   (asked: at most 0.030)")
    people, codes = untouched(pairs)
    told = ", ".join(f"{code} {count}" for code, count in codes.most_common())
    print(f"  {'sentences of human summaries':28} {people.share:.3f} of {people.planted}   ({told})")
    got["verbatim left alone"], got["spellings left alone"] = 1 - own.share, 1 - other.share
    print("support score alone, summaries with any error against those without")
    for name, (accuracy, cut, count) in balanced(given.data / "faith_frank_dev.jsonl.gz", pairs).items():
        print(f"  {name:28} balanced accuracy {accuracy:.3f} at {cut:.2f}, of {count}")
        got[f"support, {name}"] = accuracy
    each, source = costs(pairs)
    print(f"CPU: {each:.2f} ms a summary, {source:.1f} ms to make its source ready")
    below = _floor(given.floor, got, lower=given.lower) if given.floor else []
    for line in below:
        print(f"BELOW: {line}")
    return 1 if below else 0


def _floor(path: Path, got: dict[str, float], *, lower: bool) -> list[str]:
    pinned = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if lower or not pinned:
        rounded = {name: round(value - 0.0005, 3) for name, value in sorted(got.items())}
        path.write_text(json.dumps(rounded, indent=2) + "\n", "utf-8")
        return []
    return [
        f"{name}: {got.get(name, 0.0):.3f} is under the floor ({floor:.3f})"
        for name, floor in pinned.items()
        if got.get(name, 0.0) < floor
    ]


if __name__ == "__main__":
    sys.exit(main())
