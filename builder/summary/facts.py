"""What a source states that can be looked up: numbers, dates, names and quotations, as written there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from builder.model import Article
from builder.summary.said import Said

if TYPE_CHECKING:
    from builder.summary.ground import Ground
    from builder.summary.known import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of a text, each once, in the order in which they are first met."""

    numbers: tuple[str, ...] = ()
    """With currency, scale and unit, or what they count: `$1.2 billion`, `25 percent`, `eleven berths`."""
    names: tuple[str, ...] = ()
    """Of persons, places, bodies and things. German capitals say little: there only what is surely a name."""
    dates: tuple[str, ...] = ()
    """Days, months, weekdays and years."""
    quotes: tuple[Said, ...] = ()


def of(article: Article) -> Facts:
    """The facts of `article`, its title, subheadings and tables among them."""
    # Whoever only reads what was found needs none of what finds it.
    from builder.summary.ground import Ground

    return found_in(Ground.of(article))


def found_in(ground: "Ground") -> Facts:
    """The facts of a source, as far as it is at hand."""
    known = tuple(ground.everything)
    return Facts(
        numbers=_once(number for one in known for number in _numbers(one)),
        names=_once(name.text for name in ground.names),
        dates=_once(date.text for one in known for date in one.dates),
        quotes=ground.said,
    )


def _numbers(known: "Known") -> Iterator[str]:
    """The numbers of a text, a range as one."""
    pairs = [amount for amount in known.amounts if amount.pair and amount.checked]
    for amount in known.amounts:
        within = any(
            pair.start <= amount.start and amount.end <= pair.end for pair in pairs if pair is not amount
        )
        if amount.checked and not within:
            yield known.text[amount.start : max(amount.end, amount.reach)]


def _once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in found if one))
