"""What would have been said of spans of the past, blended by what had ended before them. Needs no numpy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.forecast.prediction.domain.blend import MODEL, Trial, blended
from services.forecast.prediction.domain.days import months_before
from services.forecast.prediction.domain.ranges import range_of
from services.forecast.prediction.domain.trials import ORIGINS

FEWEST_BEFORE = 3
"""With fewer trials that had ended before, it was not known what the methods are worth: nothing is said."""


@dataclass(frozen=True, slots=True)
class SaidOfPart:
    """Of a team, product or member: what was foretold, whether the 80 % range held what came, and that."""

    group: str
    name: str
    mean: float
    inside: bool
    true: float


@dataclass(frozen=True, slots=True)
class Said:
    """Of the trial's span, by the blend of then."""

    trial: Trial
    mean: float
    inside: bool
    parts: tuple[SaidOfPart, ...]


def said_of(trials: Sequence[Trial]) -> Iterator[Said]:
    """Of each of them that enough had ended before; the trials of the year before are what a run goes by."""
    for each in trials:
        since = months_before(each.start, ORIGINS)
        earlier = [other for other in trials if other.end <= each.start and other.start >= since]
        if len(earlier) >= FEWEST_BEFORE:
            yield _said(each, earlier)


def _said(trial: Trial, earlier: Sequence[Trial]) -> Said:
    blend = blended(earlier)
    total, model = blend.total(trial.foretold), trial.foretold[MODEL]
    scale = total / model if model > 0 else 1.0
    return Said(
        trial=trial,
        mean=total,
        inside=_held(trial.true, total, trial.variance * scale, blend.spread),
        parts=tuple(
            SaidOfPart(
                part.group,
                part.name,
                part.mean * scale,
                _held(part.true, part.mean * scale, part.variance * scale, blend.spread_of_part),
                part.true,
            )
            for part in trial.parts
        ),
    )


def _held(true: float, mean: float, variance: float, spread: float) -> bool:
    found = range_of(mean, variance, spread)
    return found.p10 <= true <= found.p90
