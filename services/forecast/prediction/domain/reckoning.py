"""A run: from all that is known of deals to what is kept of it. Pure, and long: for a worker's thread."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from uuid import UUID

import numpy as np

from services.forecast.prediction.domain.blend import Blend, blended
from services.forecast.prediction.domain.calibration import calibrated
from services.forecast.prediction.domain.days import NEVER, month_of_quarter, month_start
from services.forecast.prediction.domain.effects import behind, effects_of
from services.forecast.prediction.domain.grid import grid_from
from services.forecast.prediction.domain.history import Missing, missing, worth_since
from services.forecast.prediction.domain.ledger import OWNER, PRODUCT, TEAM, Ledger
from services.forecast.prediction.domain.lives import Factor, Flags, Floats, Ints, Lives
from services.forecast.prediction.domain.model import Foretold, Model, foretell_coming, foretell_open, learn
from services.forecast.prediction.domain.standing import learns_since
from services.forecast.prediction.domain.trials import Walked
from services.forecast.prediction.domain.walk import spans_of_walk, walked

DAYS_OF_WINS = 800
WALK_SECONDS = 10.0
"""After so long a walk stops and goes on as another piece of work: a worker gives signs of life between."""


@dataclass(frozen=True, slots=True)
class Chances:
    """Of each open deal that counts: its place, and for each day of the grid its chance to be won before it.

    `by_quarter`: its chance until the present quarter ends; `expected_close`: the day by which half of its
    chance has passed, 0 where it has none. `base` x exp(sum of `log_effects`, by `factors`) is its chance
    until the grid ends.
    """

    place: Ints
    chance: Floats
    worth: Floats
    square: Floats
    by_quarter: Floats
    expected_close: Ints
    factors: tuple[str, ...]
    levels: Ints
    log_effects: Floats
    base: float


@dataclass(frozen=True, slots=True)
class Sums:
    """Of deals alike in owner and product (levels): curves over the grid, each (sums, days).

    `wins`, `mean` and `square`: summed chances, chances times worth, chances times its square. `own`: the sum
    of (chance x worth)^2, what a deal that is won at most once takes off the variance.
    """

    owner: Ints
    product: Ints
    deals: Ints
    wins: Floats
    mean: Floats
    square: Floats
    own: Floats


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a run found. `behind`: of each factor, by level, its name and the closings behind its effect."""

    grid: tuple[int, ...]
    chances: Chances
    open_sums: Sums
    coming_sums: Sums
    blend: Blend
    behind: Mapping[str, Sequence[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Reckoning:
    """`prediction` is None where `missing` says what there is too little of. `trials`: those walked now.

    `goes_on`: the walk through the past is not at its end; `trials` are to be kept and the run begun again.
    `told_since`: nothing was reckoned, since the walk needs a ledger that reaches back to that day.
    `won_by_day`: what was won on each day from `first_won_on`. Times in seconds.
    """

    missing: tuple[Missing, ...]
    prediction: Prediction | None
    trials: tuple[Walked, ...]
    first_won_on: int
    won_by_day: Floats
    closings: int
    seconds: float
    walk_seconds: float
    goes_on: bool = False
    told_since: int | None = None


def reckon(
    ledger: Ledger,
    day: int,
    *,
    teams: Mapping[UUID, UUID],
    walked_before: Sequence[Walked],
    fiscal_year_start_month: int,
) -> Reckoning:
    """As of the start of the day. `teams`: of each owner; `walked_before`: what need not be walked again."""
    lives = ledger.lives
    lacking = missing(lives, day)
    first, by_day = _won_by_day(lives, day)
    ended = int((lives.closed < day).sum())
    if lacking:
        return Reckoning(lacking, None, (), first, by_day, ended, 0.0, 0.0)
    held, wanted = _to_walk(lives, day, walked_before)
    since = min((max(lives.first_closing, learns_since(start)) for start, _ in wanted), default=day)
    if since < ledger.told_since:
        return Reckoning((), None, (), first, by_day, ended, 0.0, 0.0, told_since=since)
    started = time.perf_counter()
    trials, goes_on = _walk(ledger, held, wanted, teams, fiscal_year_start_month)
    walk_seconds = time.perf_counter() - started
    if goes_on:
        return Reckoning((), None, tuple(trials), first, by_day, ended, 0.0, walk_seconds, goes_on=True)
    started = time.perf_counter()
    of_past = [each.trial for each in sorted([*held, *trials], key=_span_of)]
    learned = learn(lives, day, worth_by=PRODUCT, fiscal_year_start_month=fiscal_year_start_month)
    model = replace(learned, calibration=calibrated(of_past, day))
    grid = grid_from(day)
    coming = foretell_coming(model, lives, grid[1:])
    chances = _chances(ledger, model, grid, fiscal_year_start_month)
    prediction = Prediction(
        grid=tuple(grid),
        chances=chances,
        open_sums=_of_open(ledger, chances),
        coming_sums=_of_coming(ledger, coming),
        blend=blended(of_past),
        behind=behind(model),
    )
    seconds = time.perf_counter() - started
    return Reckoning((), prediction, tuple(trials), first, by_day, ended, seconds, walk_seconds)


def _to_walk(
    lives: Lives, day: int, walked_before: Sequence[Walked]
) -> tuple[list[Walked], list[tuple[int, int]]]:
    """The trials that still hold, and the spans of the past that there is none of."""
    closed = np.sort(lives.closed)
    spans = spans_of_walk(worth_since(lives), day)
    held = [
        each
        for each in walked_before
        if _span_of(each) in spans and each.still_holds(int(np.searchsorted(closed, each.trial.end)))
    ]
    there = {_span_of(each) for each in held}
    return held, [span for span in spans if span not in there]


def _walk(
    ledger: Ledger,
    held: Sequence[Walked],
    wanted: Sequence[tuple[int, int]],
    teams: Mapping[UUID, UUID],
    fiscal_year_start_month: int,
) -> tuple[list[Walked], bool]:
    """Trials of the spans, and whether more are to come."""
    started = time.perf_counter()
    lives = ledger.lives
    groups = {
        PRODUCT: lives.factors[PRODUCT],
        OWNER: lives.factors[OWNER],
        TEAM: _team_factor(ledger, teams),
    }
    made: list[Walked] = []
    for start, spans in groupby(wanted, key=lambda span: span[0]):
        if made and time.perf_counter() - started > WALK_SECONDS:
            return made, True
        trials = walked(
            lives,
            start,
            [end for _, end in spans],
            groups,
            earlier=[each.trial for each in (*held, *made)],
            worth_by=PRODUCT,
            fiscal_year_start_month=fiscal_year_start_month,
        )
        made += [Walked(trial, int((lives.closed < trial.end).sum())) for trial in trials]
    return made, False


def _span_of(each: Walked) -> tuple[int, int]:
    return each.trial.start, each.trial.end


def _team_factor(ledger: Ledger, teams: Mapping[UUID, UUID]) -> Factor:
    of_owner = [None if owner is None else teams.get(owner) for owner in ledger.owners]
    names = sorted({"none" if team is None else str(team) for team in of_owner})
    place = {name: number for number, name in enumerate(names)}
    level = np.array([place["none" if team is None else str(team)] for team in of_owner], np.int64)
    return Factor(tuple(names), level[ledger.lives.factors[OWNER].levels])


def _chances(ledger: Ledger, model: Model, grid: Sequence[int], fiscal_year_start_month: int) -> Chances:
    foretold = foretell_open(model, ledger.lives, model.day, grid[1:])
    effects = effects_of(model, ledger.lives, model.day, grid[-1], foretold.wins[:, -1])
    counted = np.flatnonzero(ledger.counted[foretold.deal])
    place, wins = foretold.deal[counted], foretold.wins[counted]
    chance = np.concatenate([np.zeros((len(place), 1)), wins], axis=1)
    ends = month_start(model.day, 3 - month_of_quarter(model.day, fiscal_year_start_month))
    return Chances(
        place=place,
        chance=chance,
        worth=foretold.worth[counted],
        square=foretold.square[counted],
        by_quarter=chance[:, list(grid).index(ends)],
        expected_close=_halfway(chance, grid),
        factors=effects.names,
        levels=effects.level[counted],
        log_effects=effects.log_effect[counted],
        base=effects.base,
    )


def _halfway(chance: Floats, grid: Sequence[int]) -> Ints:
    """The day by which half of what it comes to has passed; 0 for no chance at all."""
    half = chance[:, -1] / 2
    after = np.maximum((chance < half[:, None]).sum(axis=1), 1).clip(max=chance.shape[1] - 1)
    row, days = np.arange(len(chance)), np.array(grid)
    low, high = chance[row, after - 1], chance[row, after]
    share = np.divide(half - low, high - low, out=np.zeros(len(chance)), where=high > low)
    found = np.floor(days[after - 1] + share * (days[after] - days[after - 1]))
    return np.where(chance[:, -1] > 0, found, 0).astype(np.int64)


def _of_open(ledger: Ledger, chances: Chances) -> Sums:
    mean = chances.chance * chances.worth[:, None]
    square = chances.chance * chances.square[:, None]
    counted = np.ones(len(chances.place), bool)
    return _summed(ledger, chances.place, counted, chances.chance, mean, square, mean**2)


def _of_coming(ledger: Ledger, coming: Foretold) -> Sums:
    """A Poisson number of deals: nothing comes off the variance."""
    wins = np.concatenate([np.zeros((len(coming.deal), 1)), coming.wins], axis=1)
    mean, square = wins * coming.worth[:, None], wins * coming.square[:, None]
    none = np.zeros(len(coming.deal), bool)
    return _summed(ledger, coming.deal, none, wins, mean, square, np.zeros_like(mean))


def _summed(ledger: Ledger, place: Ints, counted: Flags, *curves: Floats) -> Sums:
    owner, product = (ledger.lives.factors[name].levels[place] for name in (OWNER, PRODUCT))
    many = len(ledger.products)
    keys, key = np.unique(owner * many + product, return_inverse=True)
    summed = [
        np.stack([np.bincount(key, column, len(keys)) for column in curve.T], axis=1) for curve in curves
    ]
    deals = np.bincount(key, counted, len(keys)).astype(np.int64)
    wins, mean, square, own = (each.astype(np.float64) for each in summed)
    return Sums(keys // many, keys % many, deals, wins, mean, square, own)


def _won_by_day(lives: Lives, day: int) -> tuple[int, Floats]:
    """Since it is known, or as far back as is ever asked."""
    first = max(min(worth_since(lives), day), day - DAYS_OF_WINS)
    won = np.flatnonzero(lives.won & (lives.closed >= first) & (lives.closed != NEVER))
    brought = np.nan_to_num(lives.amount[won])
    by_day = np.bincount(lives.closed[won] - first, brought, day - first)
    return first, by_day.astype(np.float64)
