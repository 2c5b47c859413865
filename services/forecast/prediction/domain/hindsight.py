"""What would have been said of spans of the past, blended by what had ended before them. Needs no numpy."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.forecast.prediction.domain.blend import MODEL, Blend, Trial, blended
from services.forecast.prediction.domain.days import months_before
from services.forecast.prediction.domain.ranges import Range, range_of
from services.forecast.prediction.domain.trials import ORIGINS

FEWEST_BEFORE = 3
"""With fewer trials that had ended before, it was not known what the methods are worth: nothing is said."""


@dataclass(frozen=True, slots=True)
class SaidOfPart:
    """Of a team, product or member: what was foretold, and what came."""

    group: str
    name: str
    range: Range
    true: float

    @property
    def mean(self) -> float:
        """What was to be expected."""
        return self.range.mean

    @property
    def inside(self) -> bool:
        """Whether the 80 % range held what came."""
        return self.range.holds(self.true)


@dataclass(frozen=True, slots=True)
class Said:
    """Of the trial's span, by the blend of then."""

    trial: Trial
    blend: Blend
    range: Range
    parts: tuple[SaidOfPart, ...]

    @property
    def mean(self) -> float:
        """What was to be expected."""
        return self.range.mean

    @property
    def inside(self) -> bool:
        """Whether the 80 % range held what came."""
        return self.range.holds(self.trial.true)


def said_of(trials: Sequence[Trial]) -> Iterator[Said]:
    """Of each of them that enough had ended before."""
    for each in trials:
        earlier = ended_before(trials, each.start)
        if len(earlier) >= FEWEST_BEFORE:
            yield said(each, earlier)


def ended_before(trials: Sequence[Trial], day: int) -> list[Trial]:
    """Those of the year before: what a run of that day goes by."""
    since = months_before(day, ORIGINS)
    return [each for each in trials if each.end <= day and each.start >= since]


def said(trial: Trial, earlier: Sequence[Trial]) -> Said:
    """By what the methods were worth in the earlier trials."""
    blend = blended(earlier)
    total, model = blend.total(trial.foretold), trial.foretold[MODEL]
    scale = total / model if model > 0 else 1.0
    spread = blend.spread_at(trial.foretold)
    return Said(
        trial=trial,
        blend=blend,
        range=range_of(
            total, trial.variance * scale, spread, none=trial.wins.none(scale) if trial.wins else 0.0
        ),
        parts=tuple(
            SaidOfPart(
                part.group,
                part.name,
                range_of(
                    part.mean * scale,
                    part.variance * scale,
                    math.hypot(spread, blend.stray([part.group])),
                    none=part.wins.none(scale) if part.wins else 0.0,
                ),
                part.true,
            )
            for part in trial.parts
        ),
    )
