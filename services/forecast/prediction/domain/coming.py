"""Deals yet to be made: as many a day as lately, more or fewer by the month of the quarter and by growth.

They are of the kinds that the deals of the last `LOOK_BACK` days were, each with the chances of a new deal.
The season is that of the whole quarters so far, drawn to none by `DOUBT` quarters; growth that of the
stretches of `BLOCK` days since closings are written down, from a year of them on, drawn to none by how
unsteady it was, and halved, since growth does not go on as it was (Gardner and McKenzie 1985).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.forecast.prediction.domain.chances import Rows, chances
from services.forecast.prediction.domain.days import month_of_quarter, month_start
from services.forecast.prediction.domain.hazards import SEASONS, Hazards
from services.forecast.prediction.domain.lives import Floats, Ints, Lives

LOOK_BACK = 60
BLOCK = 90
YEAR_OF_BLOCKS = 4
DAMPING = 0.5
DOUBT = 4.0
BIRTH_STEP = 3
ALIKE = 0.1


@dataclass(frozen=True, slots=True)
class Creation:
    """Deals made: a day lately with the season taken out, by month of the quarter, growth a day."""

    a_day: float
    season: tuple[float, ...]
    growth: float


def learn_creation(known: Lives, day: int, *, fiscal_year_start_month: int) -> Creation:
    """From the deals known at the start of the day."""
    created = np.sort(known.created)
    season = _season(created, day, fiscal_year_start_month)
    lately = [season[month_of_quarter(each, fiscal_year_start_month)] for each in range(day - LOOK_BACK, day)]
    made = float((created >= day - LOOK_BACK).sum())
    return Creation(made / sum(lately), season, _growth(created, known.first_closing, day))


def expected_births(creation: Creation, start: int, end: int, fiscal_year_start_month: int) -> Floats:
    """Deals made on each day from the start until before the end."""
    season = np.array(creation.season)[
        [month_of_quarter(day, fiscal_year_start_month) for day in range(start, end)]
    ]
    distance = np.arange(end - start) + LOOK_BACK / 2
    answer: Floats = creation.a_day * season * np.exp(creation.growth * distance)
    return answer


def coming_wins(hazards: Hazards, creation: Creation, like: Lives, day: int, days: Sequence[int]) -> Floats:
    """Expected number of deals like each of these, made from `day` on, and won before each of the `days`."""
    answer = np.zeros((len(like), len(days)))
    if not len(like):
        return answer
    won, lost, kind = _alike(hazards.won.of(like), hazards.lost.of(like))
    births = expected_births(creation, day, days[-1], hazards.fiscal_year_start_month)
    first = np.arange(0, len(births), BIRTH_STEP)
    number = np.add.reduceat(births, first)
    born = day + np.minimum(first + BIRTH_STEP // 2, len(births) - 1)
    rows = Rows(
        created=np.tile(born, len(won)),
        won=np.repeat(won, len(born))[None, :],
        lost=np.repeat(lost, len(born))[None, :],
    )
    each = chances(hazards, rows, day, days).reshape(len(won), len(born), len(days))
    of_kind = np.einsum("kbd,b->kd", each, number)
    answer[:] = of_kind[kind] / len(like)
    return answer


def _alike(won: Floats, lost: Floats) -> tuple[Floats, Floats, Ints]:
    """The rates' scales rounded so that few kinds remain, and the kind of each deal."""
    rounded = np.stack([np.round(np.log(won) / ALIKE), np.round(np.log(lost) / ALIKE)], axis=1)
    kinds, kind = np.unique(rounded, axis=0, return_inverse=True)
    scales = np.exp(kinds * ALIKE)
    return scales[:, 0], scales[:, 1], kind.reshape(-1)


def _season(created: Ints, day: int, fiscal_year_start_month: int) -> tuple[float, ...]:
    logs = []
    first = month_start(int(created[0]), 1) if len(created) else day
    while month_of_quarter(first, fiscal_year_start_month):
        first = month_start(first, 1)
    while month_start(first, SEASONS) <= day:
        starts = [month_start(first, later) for later in range(SEASONS + 1)]
        made = np.diff(np.searchsorted(created, starts))
        a_day = (made + 1) / np.diff(starts)
        logs.append(np.log(a_day / a_day.mean()))
        first = starts[-1]
    drawn = np.exp(np.sum(logs, axis=0) / (len(logs) + DOUBT)) if logs else np.ones(SEASONS)
    return tuple(float(each) for each in drawn / drawn.mean())


def _growth(created: Ints, first_closing: int, day: int) -> float:
    """A day. Blocks of `BLOCK` days end at the day."""
    blocks = (day - first_closing) // BLOCK
    if blocks < YEAR_OF_BLOCKS:
        return 0.0
    made = np.diff(np.searchsorted(created, [day - BLOCK * back for back in range(blocks, -1, -1)]))
    steps = np.diff(np.log(made + 1))
    mean, doubt = float(steps.mean()), float(steps.var(ddof=1)) / len(steps)
    return DAMPING * mean * mean**2 / max(mean**2 + doubt, 1e-12) / BLOCK
