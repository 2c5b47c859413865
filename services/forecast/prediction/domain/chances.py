"""The chance to be won by a day, for deals as they stand and for deals yet to be made."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.forecast.prediction.domain.days import month_of_quarter
from services.forecast.prediction.domain.hazards import BAND_OF, OLDEST, Hazards
from services.forecast.prediction.domain.lives import Floats, Ints

AHEAD = 3
STEP = 30
"""Effects of how a deal stands are of the first, second and later stretches of 30 days from then."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Deals alike: when made (maybe later than the start), and what multiplies both rates in each stretch."""

    created: Ints
    won: Floats
    lost: Floats


def chances(hazards: Hazards, rows: Rows, start: int, days: Sequence[int]) -> Floats:
    """For each row the chance to be won from the day `start` to before each of the `days` (ascending)."""
    still_open, won = np.ones(len(rows.created)), np.zeros(len(rows.created))
    columns = []
    day = start
    for until in days:
        while day < until:
            leaving, share = _leaving(hazards, rows, start, day)
            leaving *= still_open
            won = won + leaving * share
            still_open = still_open - leaving
            day += 1
        columns.append(won)
    return np.stack(columns, axis=1)


def _leaving(hazards: Hazards, rows: Rows, start: int, day: int) -> tuple[Floats, Floats]:
    """The chance to end on the day, and the share of wins among the endings."""
    age = day - rows.created
    band = BAND_OF[np.clip(age, 0, OLDEST - 1)]
    season = month_of_quarter(day, hazards.fiscal_year_start_month)
    ahead = min((day - start) // STEP, rows.won.shape[0] - 1)
    winning = hazards.won.rate[:, season][band] * rows.won[ahead]
    ending = winning + hazards.lost.rate[:, season][band] * rows.lost[ahead]
    leaving: Floats = np.where(age >= 0, -np.expm1(-ending), 0.0)
    return leaving, winning / np.maximum(ending, 1e-300)
