"""How likely an open deal is to be won or lost on a day, given that it is still open: two competing risks.

A rate a day for each band of age and month of the fiscal quarter, multiplied by an effect for each level of
each factor: a piecewise exponential model (Friedman 1982; competing risks: Prentice et al. 1978). An effect
is drawn towards 1 by as much as its evidence is thin: (seen + k) / (expected + k), the mean of a gamma whose
k comes from how much the levels differ beyond chance (empirical Bayes, Bühlmann's credibility). Experience
counts for half every `HALF_LIFE` days, and for nothing after `REMEMBERED`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from services.forecast.prediction.domain.days import month_of_quarter, month_starts, quarters_between
from services.forecast.prediction.domain.lives import Flags, Floats, Ints, Lives

BANDS = np.array([0, 3, 6, 10, 14, 20, 30, 45, 60, 75, 90, 105, 120, 140, 170, 210, 270, 365, 540, 730])
OLDEST = 5000
BAND_OF = np.searchsorted(BANDS, np.arange(OLDEST), side="right") - 1
AGE_NAMES = (*(f"{low} to {high - 1} days" for low, high in pairwise(BANDS)), f"{BANDS[-1]} days or more")
AGE = "age"
SEASONS = 3
HALF_LIFE = 365.0
REMEMBERED = 3 * 365
ROUNDS = 6
FEW_DAYS = 30.0
ALL_PARTS = frozenset(("ages", "seasons", "quarters", "factors"))
"""What the rates differ by; one can be left out, to see what it is worth."""
CELLS = len(BANDS) * SEASONS


@dataclass(frozen=True, slots=True)
class Risk:
    """One way to end. `rate`: a day, by band of age and month of the quarter.

    `effects`: what the levels of each factor multiply the rate by; the last one is a level never seen.
    """

    rate: Floats
    effects: Mapping[str, Floats]

    def of(self, lives: Lives) -> Floats:
        """What multiplies the rate of each deal."""
        product = np.ones(len(lives))
        for name, effect in self.effects.items():
            product *= effect[lives.factors[name].levels]
        return product

    def accrued(self) -> Floats:
        """What a deal has gone through before it is of an age, were it always that month of the quarter."""
        summed = np.cumsum(self.rate[BAND_OF], axis=0)
        return np.concatenate([np.zeros((1, SEASONS)), summed])


@dataclass(frozen=True, slots=True)
class Hazards:
    """Both risks. `closings`: those behind the levels of each factor, and by band of `AGE`."""

    won: Risk
    lost: Risk
    closings: Mapping[str, Ints]
    fiscal_year_start_month: int


@dataclass(frozen=True, slots=True)
class _Month:
    """From `start` until before `end`: the month of the quarter, which quarter, and what it counts."""

    start: int
    end: int
    season: int
    quarter: int
    weight: float


@dataclass(frozen=True, slots=True)
class _Exposure:
    """Stretches in which a deal was open in one band and month: for how long, and how it ended."""

    deal: Ints
    cell: Ints
    quarter: Ints
    days: Floats
    won: Floats
    lost: Floats


def learn_hazards(
    known: Lives, day: int, *, fiscal_year_start_month: int = 1, parts: frozenset[str] = ALL_PARTS
) -> Hazards:
    """From what is known at the start of the day, closings among it."""
    exposure = _exposure(known, day, fiscal_year_start_month)
    return Hazards(
        won=_fit(known, exposure, exposure.won, parts),
        lost=_fit(known, exposure, exposure.lost, parts),
        closings=_closings(known, day),
        fiscal_year_start_month=fiscal_year_start_month,
    )


def drawn(seen: Floats, expected: Floats) -> Floats:
    """Seen to expected, drawn towards 1: by much where levels differ no more than chance would have it."""
    total = expected.sum()
    if total <= 0 or seen.sum() <= 0:
        return np.ones(len(seen))
    level = expected * seen.sum() / total
    beyond_chance = ((seen - level) ** 2 - level).sum() / (level**2).sum()
    k = 1 / max(beyond_chance, 1e-4)
    answer: Floats = (seen + k) / (level + k)
    return answer


def _exposure(lives: Lives, day: int, fiscal_year_start_month: int) -> _Exposure:
    """Days before the first closing are left out: nobody wrote closings down then."""
    parts = [
        _stretches(
            lives, np.flatnonzero((lives.created < month.end) & (lives.closed >= month.start)), band, month
        )
        for month in _months(max(lives.first_closing, day - REMEMBERED), day, fiscal_year_start_month)
        for band in range(len(BANDS))
    ]
    columns = [np.concatenate(each) for each in zip(*parts, strict=True)]
    return _Exposure(*columns)


def _months(start: int, day: int, fiscal_year_start_month: int) -> Iterator[_Month]:
    borders = [start, *month_starts(start + 1, day), day]
    for low, high in pairwise(borders):
        yield _Month(
            start=low,
            end=high,
            season=month_of_quarter(low, fiscal_year_start_month),
            quarter=quarters_between(start, low, fiscal_year_start_month),
            weight=0.5 ** ((day - low) / HALF_LIFE),
        )


def _stretches(
    lives: Lives, there: Ints, band: int, month: _Month
) -> tuple[Ints, Ints, Ints, Floats, Floats, Floats]:
    created, closed = lives.created[there], lives.closed[there]
    low = np.maximum(created + BANDS[band], month.start)
    above = created + (BANDS[band + 1] if band + 1 < len(BANDS) else OLDEST)
    high = np.minimum(above, month.end)
    days = np.minimum(high, closed + 1) - low
    inside = days > 0
    ends_here: Flags = (closed >= low) & (closed < high)
    won = lives.won[there]
    picked = there[inside]
    return (
        picked,
        np.full(len(picked), band * SEASONS + month.season),
        np.full(len(picked), month.quarter),
        month.weight * days[inside],
        month.weight * (ends_here & won)[inside],
        month.weight * (ends_here & ~won)[inside],
    )


def _fit(lives: Lives, exposure: _Exposure, seen: Floats, parts: frozenset[str]) -> Risk:
    """Each in turn made to agree with what was seen, the others held: converges in a few rounds.

    Quarters differ too: the level of the last is what goes on.
    """
    in_cell = sums(exposure.cell, seen, CELLS).reshape(-1, SEASONS)
    of_deal = sums(exposure.deal, seen, len(lives))
    quarters = int(exposure.quarter.max()) + 1
    in_quarter, by_quarter = sums(exposure.quarter, seen, quarters), np.ones(quarters)
    levels = {name: each.levels for name, each in lives.factors.items() if "factors" in parts}
    seen_in = {name: sums(each.levels, of_deal, len(each.names) + 1) for name, each in lives.factors.items()}
    effects = {name: np.ones(len(each)) for name, each in seen_in.items()}
    scale = np.ones(len(lives))
    rate = np.ones((len(BANDS), SEASONS))
    for _ in range(ROUNDS):
        scaled = exposure.days * scale[exposure.deal]
        rate = _rates(
            in_cell,
            sums(exposure.cell, scaled * by_quarter[exposure.quarter], CELLS).reshape(-1, SEASONS),
            parts,
        )
        a_day = rate.ravel()[exposure.cell]
        if "quarters" in parts:
            by_quarter = drawn(in_quarter, sums(exposure.quarter, scaled * a_day, quarters))
        a_day *= by_quarter[exposure.quarter]
        expected = sums(exposure.deal, exposure.days * a_day, len(lives))
        for name, level in levels.items():
            scale = scale / effects[name][level]
            effects[name] = drawn(seen_in[name], sums(level, expected * scale, len(effects[name])))
            scale = scale * effects[name][level]
    last = float(by_quarter[-1])
    return Risk(rate * last, effects)


def _closings(known: Lives, day: int) -> dict[str, Ints]:
    ended = np.flatnonzero((known.closed < day) & (known.closed >= day - REMEMBERED))
    age = BAND_OF[np.clip(known.closed[ended] - known.created[ended], 0, OLDEST - 1)]
    by_level = {
        name: np.bincount(each.levels[ended], minlength=len(each.names) + 1)
        for name, each in known.factors.items()
    }
    return {**by_level, AGE: np.bincount(age, minlength=len(BANDS))}


def sums(place: Ints, values: Floats, places: int) -> Floats:
    """Of the values at each place."""
    answer: Floats = np.bincount(place, values, places).astype(np.float64)
    return answer


def _by_band(seen: Floats, days: Floats) -> Floats:
    """Each drawn to the one before by `FEW_DAYS`, so that ages no deal has reached go on as those before."""
    rates = [float(seen.sum()) / max(float(days.sum()), 1.0)]
    for closings, exposed in zip(seen.tolist(), days.tolist(), strict=True):
        rates.append((closings + FEW_DAYS * rates[-1]) / (exposed + FEW_DAYS))
    return np.array(rates[1:])


def _rates(seen: Floats, days: Floats, parts: frozenset[str]) -> Floats:
    """By band, times by month of the quarter, times by both: each drawn to those before it."""
    by_season, by_cell = np.ones(SEASONS), np.ones(seen.shape)
    by_band = np.ones(len(BANDS))
    for _ in range(3):
        by_band = _by_band(seen.sum(1), (days * by_season * by_cell).sum(1))
        if "ages" not in parts:
            by_band[:] = seen.sum() / (days * by_season * by_cell).sum()
        if "seasons" in parts:
            by_season = drawn(seen.sum(0), (days * by_band[:, None] * by_cell).sum(0))
        if {"ages", "seasons"} <= parts:
            expected = days * by_band[:, None] * by_season
            by_cell = drawn(seen.ravel(), expected.ravel()).reshape(seen.shape)
    answer: Floats = by_band[:, None] * by_season * by_cell
    return answer
