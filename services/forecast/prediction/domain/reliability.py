"""How far chances are to be believed: of deals with a like chance, how many were won. Needs no numpy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Deals whose chance lay between `low` and `high`: sums of their chances, of wins, of squared errors."""

    low: float
    high: float
    deals: int
    chance: float
    won: int
    squared_error: float


def added(tables: Iterable[Sequence[Bin]]) -> tuple[Bin, ...]:
    """Several walks' bins as one."""
    return tuple(
        Bin(
            low=same[0].low,
            high=same[0].high,
            deals=sum(each.deals for each in same),
            chance=sum(each.chance for each in same),
            won=sum(each.won for each in same),
            squared_error=sum(each.squared_error for each in same),
        )
        for same in zip(*tables, strict=True)
    )


def brier(bins: Sequence[Bin]) -> float | None:
    """The mean squared error of the chances; None where there are none."""
    deals = sum(each.deals for each in bins)
    return sum(each.squared_error for each in bins) / deals if deals else None
