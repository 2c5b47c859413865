"""The chance to be won by a day, for deals as they stand and for deals yet to be made."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from services.forecast.prediction.domain.days import month_of_quarter, month_starts
from services.forecast.prediction.domain.hazards import OLDEST, Hazards
from services.forecast.prediction.domain.lives import Floats, Ints

AHEAD = 3
STEP = 30
"""Effects of how a deal stands are of the first, second and later stretches of 30 days from then."""
FINE = 7


@dataclass(frozen=True, slots=True)
class Rows:
    """Deals alike: when made (maybe later than the start), and what multiplies both rates in each stretch."""

    created: Ints
    won: Floats
    lost: Floats

    def won_faster(self, times: float) -> "Rows":
        """With a rate of winning so many times as high."""
        return Rows(self.created, self.won * times, self.lost)


def chances(hazards: Hazards, rows: Rows, start: int, days: Sequence[int], *, fine: int = FINE) -> Floats:
    """For each row the chance to be won from the day `start` to before each of the `days` (ascending).

    In pieces of at most `fine` days, none over a month's start: what a deal goes through in a piece is exact,
    whether it ends won or lost goes by their shares in the piece.
    """
    rates = hazards.won.accrued(), hazards.lost.accrued()
    still_open, won = np.ones(len(rows.created)), np.zeros(len(rows.created))
    found = {start: won}
    for low, high in pairwise(_borders(start, days, fine)):
        season = month_of_quarter(low, hazards.fiscal_year_start_month)
        ahead = min((low - start) // STEP, len(rows.won) - 1)
        first, last = (np.clip(each - rows.created, 0, OLDEST) for each in (low, high))
        winning, losing = (each[season][last] - each[season][first] for each in rates)
        winning *= rows.won[ahead]
        losing *= rows.lost[ahead]
        ending = winning + losing
        leaving = still_open * -np.expm1(-ending)
        won = np.minimum(won + leaving * winning / np.maximum(ending, 1e-300), 1.0)
        still_open = still_open - leaving
        found[high] = won
    return np.stack([found[day] for day in days], axis=1)


def _borders(start: int, days: Sequence[int], fine: int) -> list[int]:
    end = days[-1]
    steps = range(start, min(start + AHEAD * STEP, end), STEP)
    cuts = sorted({start, *steps, *month_starts(start, end), *(day for day in days if day > start)})
    return sorted(
        {each for low, high in pairwise(cuts) for each in (*range(low, high, fine), high)} or {start}
    )
