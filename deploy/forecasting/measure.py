"""Walks through a company's past, month by month, and holds what was foretold against what came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from deploy.forecasting.deals_file import Company, weighted_pipeline
from services.forecast.prediction.domain.blend import MODEL, Blend, Trial, blended
from services.forecast.prediction.domain.calibration import CALIBRATION, calibrated
from services.forecast.prediction.domain.days import month_of_quarter, month_start, month_starts
from services.forecast.prediction.domain.hazards import ALL_PARTS as PARTS_OF_RATES
from services.forecast.prediction.domain.model import learn
from services.forecast.prediction.domain.ranges import Range, range_of
from services.forecast.prediction.domain.walk import WEIGHTED_PIPELINE, spans_of_walk, trials_of

OURS = "ours"
ALL_PARTS = PARTS_OF_RATES | {CALIBRATION}
"""What can be left out, to see what it is worth."""
MONTH, QUARTER = "coming month", "rest of the quarter"
MONTHS_BEFORE = 3


@dataclass(frozen=True, slots=True)
class Point:
    """What was foretold at one month's end for one horizon.

    `inside`: of each group, which parts' 80 % ranges held what came.
    """

    horizon: str
    trial: Trial
    blend: Blend
    ours: Range
    inside: Mapping[str, Sequence[bool]]

    def said(self, method: str) -> float | None:
        """The method's figure, ours too."""
        return self.ours.mean if method == OURS else self.trial.foretold.get(method)


@dataclass(frozen=True, slots=True)
class Score:
    """Of one method: mean absolute error; that over what was won (WAPE); mean error over it (bias)."""

    points: int
    error: float
    wape: float
    bias: float


def measure(company: Company, parts: frozenset[str] = ALL_PARTS) -> list[Point]:
    """From the third month with closings on, the coming month and the rest of the fiscal quarter."""
    lives = company.lives
    starts = month_starts(month_start(lives.first_closing, MONTHS_BEFORE), company.end)
    wanted = [(start, end) for start in starts for end in _ends(start) if end <= company.end]
    spans = sorted({*wanted, *spans_of_walk(lives.first_closing, company.end)})
    trials: list[Trial] = []
    for start in sorted({start for start, _ in spans}):
        earlier = trials if CALIBRATION in parts else []
        trials += _trials(company, start, [end for at, end in spans if at == start], earlier, parts)
    by_span = {(each.start, each.end): each for each in trials}
    return [
        _point(horizon, by_span[start, end], [each for each in trials if each.end <= start])
        for start in starts
        for horizon, end in zip((MONTH, QUARTER), _ends(start), strict=True)
        if end <= company.end
    ]


def score(points: Sequence[Point], method: str, horizon: str | None = None) -> Score | None:
    """None where the method had nothing to go by at any of the points."""
    pairs = [
        (said, each.trial.true)
        for each in points
        if horizon in (None, each.horizon) and (said := each.said(method)) is not None
    ]
    won = sum(true for _, true in pairs)
    if not won:
        return None
    errors = [said - true for said, true in pairs]
    off = sum(abs(each) for each in errors)
    return Score(len(pairs), off / len(pairs), off / won, sum(errors) / won)


def coverage(points: Sequence[Point], *groups: str) -> tuple[int, int]:
    """How many of the groups' 80 % ranges held what came, and of how many."""
    inside = [each for point in points for group in groups for each in point.inside[group]]
    return sum(inside), len(inside)


def _ends(start: int) -> tuple[int, int]:
    return month_start(start, 1), month_start(start, 3 - month_of_quarter(start))


def _trials(
    company: Company, start: int, ends: Sequence[int], earlier: Sequence[Trial], parts: frozenset[str]
) -> list[Trial]:
    model = learn(company.lives, start, worth_by="product", parts=parts)
    model = replace(model, calibration=calibrated(earlier, start))
    weighted = partial(weighted_pipeline, company, start)
    return [
        replace(each, foretold={**each.foretold, WEIGHTED_PIPELINE: weighted(each.end)})
        for each in trials_of(model, company.lives, ends, company.groups)
    ]


def _point(horizon: str, trial: Trial, earlier: Sequence[Trial]) -> Point:
    blend = blended(earlier)
    total = blend.total(trial.foretold)
    scale = total / trial.foretold[MODEL]
    ours = range_of(total, trial.variance * scale, blend.spread)
    inside: dict[str, list[bool]] = {"total": [ours.p10 <= trial.true <= ours.p90]}
    for part in trial.parts:
        of_part = range_of(part.mean * scale, part.variance * scale, blend.spread_of_part)
        inside.setdefault(part.group, []).append(of_part.p10 <= part.true <= of_part.p90)
    return Point(horizon, trial, blend, ours, inside)
