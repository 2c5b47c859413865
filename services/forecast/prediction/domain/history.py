"""Whether there is enough past to learn from; else no figure is given."""

from dataclasses import dataclass

import numpy as np

from services.forecast.prediction.domain.days import month_start
from services.forecast.prediction.domain.lives import Lives

ENOUGH = {"wins": 30, "closings": 60, "months_with_closings": 3}
"""Of the last year: so that a share won is known to a tenth, and a quarter was seen."""


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
        "wins": int((lately & lives.won).sum()),
        "closings": int(lately.sum()),
        "months_with_closings": len(months),
    }
    return tuple(
        Missing(what, needed, present[what]) for what, needed in ENOUGH.items() if present[what] < needed
    )
