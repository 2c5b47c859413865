"""Whether there is enough past to learn from; else no figure is given."""

from dataclasses import dataclass

import numpy as np

from services.forecast.prediction.domain.days import month_start
from services.forecast.prediction.domain.lives import Lives

ENOUGH = {"wins": 30, "closings": 60, "months_with_closings": 3}
"""Of the last year: so that a share won is known to a tenth, and a quarter was seen. `wins`: those whose
amount is known, since the others say nothing of what a win brings."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What there is too little of."""

    what: str
    needed: int
    present: int


def missing(lives: Lives, day: int) -> tuple[Missing, ...]:
    """By what was known at the start of the day; empty when there is enough."""
    lately = (lives.closed < day) & (lives.closed >= month_start(day, -12))
    months = {month_start(int(each)) for each in np.unique(lives.closed[lately])}
    present = {
        "wins": int((lately & lives.won & np.isfinite(lives.amount)).sum()),
        "closings": int(lately.sum()),
        "months_with_closings": len(months),
    }
    return tuple(
        Missing(what, needed, present[what]) for what, needed in ENOUGH.items() if present[what] < needed
    )


def worth_since(lives: Lives) -> int:
    """Since when it is known what was won: after the last month with more wins of unknown amount than of
    known ones, such as those in a currency that was the organisation's before."""
    won = np.flatnonzero(lives.won)
    days, month = np.unique(lives.closed[won], return_inverse=True)
    unknown = np.bincount(month, np.where(np.isfinite(lives.amount[won]), -1, 1), len(days))
    by_month: dict[int, float] = {}
    for day, more in zip(days.tolist(), unknown.tolist(), strict=True):
        by_month[month_start(day)] = by_month.get(month_start(day), 0) + more
    last = max((start for start, more in by_month.items() if more > 0), default=None)
    return lives.first_closing if last is None else month_start(last, 1)
