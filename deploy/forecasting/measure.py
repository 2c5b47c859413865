"""Walks through a company's past, month by month, and holds what was foretold against what came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from deploy.forecasting.baselines import BASELINES, as_trial
from deploy.forecasting.deals_file import Company
from services.forecast.prediction.domain.blend import MODEL, Blend, Trial
from services.forecast.prediction.domain.calibration import CALIBRATION, calibrated
from services.forecast.prediction.domain.days import month_of_quarter, month_start, month_starts
from services.forecast.prediction.domain.hazards import ALL_PARTS as PARTS_OF_RATES
from services.forecast.prediction.domain.hindsight import Said, ended_before, said
from services.forecast.prediction.domain.model import learn
from services.forecast.prediction.domain.walk import spans_of_walk, trials_of

OURS = "ours"
METHODS = (OURS, MODEL, *BASELINES)
ALL_PARTS = PARTS_OF_RATES | {CALIBRATION}
"""What can be left out, to see what it is worth."""
MONTH, QUARTER = "coming month", "rest of the quarter"
MONTHS_BEFORE = 3
WHOLE = "total"


@dataclass(frozen=True, slots=True)
class Point:
    """What each method foretold at one month's end for one horizon; ours, and those that say something."""

    horizon: str
    by_method: Mapping[str, Said]

    @property
    def ours(self) -> Said:
        """By the blend of then."""
        return self.by_method[OURS]

    @property
    def trial(self) -> Trial:
        """The span, what came of it, and the model's chances."""
        return self.ours.trial

    @property
    def blend(self) -> Blend:
        """What ours was made of."""
        return self.ours.blend

    def foretold(self, method: str, group: str = WHOLE) -> list[tuple[float, float, bool]]:
        """Of the whole or of each part: what was said, what came, whether the 80 % range held it."""
        found = self.by_method.get(method)
        if found is None:
            return []
        if group == WHOLE:
            return [(found.mean, found.trial.true, found.inside)]
        return [(each.mean, each.true, each.inside) for each in found.parts if each.group == group]


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
    walks = [spans_of_walk(lives.first_closing, start) for start, _ in wanted]
    spans = sorted({*wanted, *(span for each in walks for span in each)})
    trials: dict[str, list[Trial]] = {method: [] for method in METHODS}
    for start in sorted({start for start, _ in spans}):
        ends = [end for at, end in spans if at == start]
        _walk(company, start, ends, trials, parts)
    return [
        Point(
            horizon,
            {
                method: said(each, ended_before(walked, start))
                for method, walked in trials.items()
                for each in walked
                if (each.start, each.end) == (start, end)
            },
        )
        for start in starts
        for horizon, end in zip((MONTH, QUARTER), _ends(start), strict=True)
        if end <= company.end
    ]


def score(points: Sequence[Point], method: str, horizon: str | None = None, *groups: str) -> Score | None:
    """Of the whole, or of all parts of the groups; None where the method had nothing to go by."""
    pairs = _all(points, method, horizon, groups)
    won = sum(true for _, true, _ in pairs)
    if not won:
        return None
    errors = [foretold - true for foretold, true, _ in pairs]
    off = sum(abs(each) for each in errors)
    return Score(len(pairs), off / len(pairs), off / won, sum(errors) / won)


def coverage(
    points: Sequence[Point], *groups: str, method: str = OURS, horizon: str | None = None
) -> tuple[int, int]:
    """How many of the groups' 80 % ranges held what came, and of how many."""
    inside = [held for _, _, held in _all(points, method, horizon, groups)]
    return sum(inside), len(inside)


def _all(
    points: Sequence[Point], method: str, horizon: str | None, groups: Sequence[str]
) -> list[tuple[float, float, bool]]:
    return [
        found
        for each in points
        if horizon in (None, each.horizon)
        for group in groups or (WHOLE,)
        for found in each.foretold(method, group)
    ]


def _ends(start: int) -> tuple[int, int]:
    return month_start(start, 1), month_start(start, 3 - month_of_quarter(start))


def _walk(
    company: Company,
    start: int,
    ends: Sequence[int],
    trials: Mapping[str, list[Trial]],
    parts: frozenset[str],
) -> None:
    """One more trial of each method for each end."""
    model = learn(company.lives, start, worth_by="product", parts=parts)
    earlier = ended_before(trials[OURS], start) if CALIBRATION in parts else []
    model = replace(model, calibration=calibrated(earlier, start))
    ours = trials_of(model, company.lives, ends, company.groups)
    trials[OURS].extend(ours)
    trials[MODEL].extend(replace(each, foretold={MODEL: each.foretold[MODEL]}) for each in ours)
    for method, brought in BASELINES.items():
        for each in ours:
            found = brought(company, (start, each.end))
            if found is not None:
                trials[method].append(as_trial(company, each, found))
