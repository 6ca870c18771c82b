"""A made-up newsletter of any size, the same on every machine, for `bench/build.py`."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SEED = 1
TAGS = tuple(f"topic {number}" for number in range(40))
SOURCES = tuple(f"Source {number}" for number in range(20))
SECTIONS = ("Policy", "Research", "Tools", "Business")
_FIRST = datetime(2020, 1, 1, 9, 30, tzinfo=UTC)
_DAYS = 2000
# Sentences are drawn from a few hundred words of uneven length, as those of a language are.
_SYLLABLES = ("ba", "den", "fo", "gri", "hal", "ki", "lo", "mer", "nu", "pra", "sti", "ter", "vo", "wen")


@dataclass(frozen=True)
class Piece:
    """One item: its front matter as values, and its body as Markdown."""

    number: int
    title: str
    date: datetime
    section: str
    tags: tuple[str, ...]
    source: str
    tldr: str
    body: str

    @property
    def name(self) -> str:
        """The stem of its file."""
        return f"{self.date:%Y-%m-%d}-item-{self.number}"


def pieces(count: int) -> Iterator[Piece]:
    """`count` items, oldest first: a median of some 290 words each, and 2.4 tags."""
    rng = random.Random(SEED)
    words = sorted({"".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4))) for _ in range(600)})
    rng.shuffle(words)
    for number in range(count):
        yield Piece(
            number=number,
            title=_sentence(rng, words, 5, 10)[:-1],
            date=_FIRST + timedelta(days=number * _DAYS // count, minutes=number % 600),
            section=rng.choice(SECTIONS),
            tags=tuple(rng.sample(TAGS, k=rng.choice((1, 2, 2, 3, 4)))),
            source=rng.choice(SOURCES),
            tldr=_sentence(rng, words, 14, 26),
            body=_body(rng, words, number),
        )


def _body(rng: random.Random, words: list[str], number: int) -> str:
    parts = [
        f"## TL;DR Summary of Item {number}",
        " ".join(_sentence(rng, words, 10, 22) for _ in range(2)),
        f"## The Brief's Overview: {_sentence(rng, words, 5, 9)[:-1]}",
    ]
    for _ in range(rng.choice((2, 3, 3, 3, 4))):
        parts += [
            f"### {_sentence(rng, words, 3, 6)[:-1]}",
            " ".join(_sentence(rng, words, 9, 20) for _ in range(3)),
        ]
    link = f'It *was* said [in full](https://example.org/{number}) and `--kept` "as is".'
    points = [f"- **{_sentence(rng, words, 2, 3)[:-1]}:** {_sentence(rng, words, 9, 18)}" for _ in range(4)]
    return "\n\n".join([*parts, link, "### What follows", "\n".join(points)]) + "\n"


def _sentence(rng: random.Random, words: list[str], shortest: int, longest: int) -> str:
    chosen = rng.choices(words, k=rng.randint(shortest, longest))
    if len(chosen) > 12:
        chosen[6] += ","
    return " ".join(chosen).capitalize() + "."
