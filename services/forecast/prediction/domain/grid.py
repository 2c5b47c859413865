"""The days up to which chances are kept, and what lies between them. Needs no numpy."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from services.forecast.prediction.domain.days import month_start

WEEKS = 14
MONTHS = 13


@dataclass(frozen=True, slots=True)
class Place:
    """Between the values at `index` and `index + 1` of the grid, both counted from 0: so far on."""

    index: int
    share: float


def grid_from(day: int) -> list[int]:
    """The day itself, every week of the coming quarter, and the first days of the 13 months to come.

    A value at one of them is of what is won before it; so that at a month's first day is of the month's end.
    """
    weeks = (day + 7 * number for number in range(WEEKS + 1))
    months = (month_start(day, number) for number in range(1, MONTHS + 1))
    return sorted({*weeks, *months})


def place_of(grid: Sequence[int], day: int) -> Place:
    """Where the day lies; before the first it is the first, after the last the last."""
    within = min(max(day, grid[0]), grid[-1])
    index = min(bisect_right(grid, within) - 1, len(grid) - 2)
    return Place(index, (within - grid[index]) / (grid[index + 1] - grid[index]))


def value_at(curve: Sequence[float], place: Place) -> float:
    """The straight line between its neighbours."""
    low, high = curve[place.index], curve[place.index + 1]
    return low + place.share * (high - low)
