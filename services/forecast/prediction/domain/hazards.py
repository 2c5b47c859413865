"""How likely an open deal is to be won or lost on a day, given that it is still open: two competing risks.

A rate a day for each band of age and month of the fiscal quarter, multiplied by an effect for each level of
each factor: a piecewise exponential model (Friedman 1982; competing risks: Prentice et al. 1978). An effect
is drawn towards 1 by as much as its evidence is thin: (seen + k) / (expected + k), the mean of a gamma whose
k comes from how much the levels differ beyond chance (empirical Bayes, Bühlmann's credibility). Experience
counts for half every `HALF_LIFE` days, and for nothing after `REMEMBERED`.
"""

from collections.abc import Iterator, Mapping, Sequence
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
        """By month of the quarter, what a deal has gone through before an age, were it always then."""
        through = np.zeros((SEASONS, OLDEST + 1))
        np.cumsum(self.rate[BAND_OF].T, axis=1, out=through[:, 1:])
        return through


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

    def place(self, band: Ints | int) -> Ints | int:
        """Of the rate of a band then, among those of all quarters."""
        return self.quarter * CELLS + band * SEASONS + self.season


@dataclass(frozen=True, slots=True)
class _Lived:
    """The days on which deals were open. Those made on the same day are alike, as far as they both lived.

    `cohort` and `days`: of each deal, and how many days from the first one looked at it was open or not there
    yet. By cohort and day: `place` of the rate, `weight` of the day, zero where the cohort was not there.
    """

    cohort: Ints
    days: Ints
    place: Ints
    weight: Floats

    def by_place(self, scale: Floats, places: int) -> Floats:
        """Days at each place, each deal's counted so many times."""
        cohorts, days = self.weight.shape
        ended = sums(self.cohort * (days + 1) + self.days, scale, cohorts * (days + 1))
        there = ended.reshape(cohorts, days + 1)[:, :0:-1].cumsum(axis=1)[:, ::-1]
        return sums(self.place.ravel(), (there * self.weight).ravel(), places)

    def by_deal(self, rate: Floats) -> Floats:
        """What each deal has gone through, at these rates by place."""
        cohorts, days = self.weight.shape
        through = np.zeros((cohorts, days + 1))
        np.cumsum(self.weight * rate[self.place], axis=1, out=through[:, 1:])
        answer: Floats = through[self.cohort, self.days]
        return answer


@dataclass(frozen=True, slots=True)
class _Ended:
    """Closings of a kind: the deal, the place of the rate, what each counts."""

    deal: Ints
    place: Ints
    weight: Floats


def learn_hazards(
    known: Lives, day: int, *, fiscal_year_start_month: int = 1, parts: frozenset[str] = ALL_PARTS
) -> Hazards:
    """From what is known at the start of the day, closings among it."""
    months = list(_months(max(known.first_closing, day - REMEMBERED), day, fiscal_year_start_month))
    lived = _lived(known, months)
    return Hazards(
        won=_fit(known, lived, _ended(known, months, known.won), parts),
        lost=_fit(known, lived, _ended(known, months, ~known.won), parts),
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


def _months(start: int, day: int, fiscal_year_start_month: int) -> Iterator[_Month]:
    """Those since the first closing: before it nobody wrote closings down."""
    for low, high in pairwise([start, *month_starts(start + 1, day), day]):
        yield _Month(
            start=low,
            end=high,
            season=month_of_quarter(low, fiscal_year_start_month),
            quarter=quarters_between(start, low, fiscal_year_start_month),
            weight=0.5 ** ((day - low) / HALF_LIFE),
        )


def _lived(lives: Lives, months: Sequence[_Month]) -> _Lived:
    start, end = months[0].start, months[-1].end
    made = lives.created - lives.created.min()
    begun = np.bincount(made, lives.closed >= start) > 0
    age = np.arange(start, end) - (np.flatnonzero(begun) + lives.created.min())[:, None]
    weight = np.concatenate([np.full(each.end - each.start, each.weight) for each in months])
    base = np.concatenate([np.full(each.end - each.start, each.place(0)) for each in months])
    return _Lived(
        cohort=np.maximum(np.cumsum(begun) - 1, 0)[made],
        days=np.clip(np.minimum(lives.closed + 1, end) - start, 0, end - start),
        place=base + SEASONS * BAND_OF[np.clip(age, 0, OLDEST - 1)],
        weight=np.where((age >= 0) & (age < OLDEST), weight, 0.0),
    )


def _ended(lives: Lives, months: Sequence[_Month], so: Flags) -> _Ended:
    deals, places, counts = [], [], []
    for month in months:
        deal = np.flatnonzero(so & (lives.closed >= month.start) & (lives.closed < month.end))
        age = np.clip(lives.closed[deal] - lives.created[deal], 0, OLDEST - 1)
        deals.append(deal)
        places.append(month.place(BAND_OF[age]))
        counts.append(np.full(len(deal), month.weight))
    return _Ended(np.concatenate(deals), np.concatenate(places), np.concatenate(counts))


def _fit(lives: Lives, lived: _Lived, ended: _Ended, parts: frozenset[str]) -> Risk:
    """Each in turn made to agree with what was seen, the others held: converges in a few rounds.

    Quarters differ too: the level of the last is what goes on.
    """
    quarters = int(lived.place.max()) // CELLS + 1
    seen = sums(ended.place, ended.weight, quarters * CELLS).reshape(quarters, len(BANDS), SEASONS)
    of_deal = sums(ended.deal, ended.weight, len(lives))
    factors = lives.factors if "factors" in parts else {}
    seen_in = {name: sums(each.levels, of_deal, len(each.names) + 1) for name, each in lives.factors.items()}
    effects = {name: np.ones(len(each)) for name, each in seen_in.items()}
    scale, by_quarter = np.ones(len(lives)), np.ones(quarters)
    rate = np.ones((len(BANDS), SEASONS))
    for _ in range(ROUNDS):
        days = lived.by_place(scale, seen.size).reshape(seen.shape)
        rate = _rates(seen.sum(0), (days * by_quarter[:, None, None]).sum(0), parts)
        if "quarters" in parts:
            by_quarter = drawn(seen.sum((1, 2)), (days * rate).sum((1, 2)))
        expected = lived.by_deal((by_quarter[:, None, None] * rate).ravel())
        for name, each in factors.items():
            scale = scale / effects[name][each.levels]
            effects[name] = drawn(seen_in[name], sums(each.levels, expected * scale, len(effects[name])))
            scale = scale * effects[name][each.levels]
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
