"""The model beside simple baselines, weighted by what each was worth in the organisation's own past.

Walking through the past: at each earlier month's start, only what was known then, spans of whole months that
have ended since. Errors are logarithms of foretold over true. A method with few trials is not yet known to be
good or bad: `TRIALS` trials with the error `DOUBT` are added to each. Needs no numpy.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.forecast.prediction.domain.baselines import SPAN_OF
from services.forecast.prediction.domain.reliability import Bin

MODEL = "model"
TRIALS = 1
DOUBT = 0.1
SPREAD_TRIALS = 4
SPREAD = 0.1
PARTS = 20
PART_SPREAD = 0.1


@dataclass(frozen=True, slots=True)
class Part:
    """What the model foretold of a team, product or member, the variance of its deals' chances, the truth."""

    group: str
    name: str
    mean: float
    variance: float
    true: float


@dataclass(frozen=True, slots=True)
class Came:
    """Of the deals open then: what their rate of winning should have been multiplied by, for as many wins as
    came, before any calibration.

    `log_scale` is its logarithm, `precision` one over the variance of that by luck alone; `closings`: those
    the model of then was learned from.
    """

    log_scale: float
    precision: float
    closings: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What each method foretold at `start` for the span until before `end`, and what was won.

    `variance` is that of the chances of the deals, were the model right; `bins`: of the open ones. `came` is
    None in trials kept before there was a calibration.
    """

    start: int
    end: int
    true: float
    foretold: Mapping[str, float]
    variance: float
    parts: tuple[Part, ...] = ()
    bins: tuple[Bin, ...] = ()
    came: Came | None = None

    def error(self, method: str) -> float:
        """Logarithm of foretold over true."""
        return log_error(self.foretold[method], self.true)


@dataclass(frozen=True, slots=True)
class Blend:
    """`weights` by method add up to 1; `errors` is each method's root mean square error in `trials` trials.

    `spread`: the standard deviation of the whole's error beyond the chances of its deals, as a share;
    `part_spread`: what a part strays beyond that.
    """

    weights: Mapping[str, float]
    errors: Mapping[str, float]
    trials: Mapping[str, int]
    spread: float
    part_spread: float

    def total(self, foretold: Mapping[str, float]) -> float:
        """The methods' figures for a span as one; a method that has none there is left out."""
        there = {name: weight for name, weight in self.weights.items() if name in foretold}
        return sum(weight * foretold[name] for name, weight in there.items()) / sum(there.values())

    @property
    def spread_of_part(self) -> float:
        """For one team, product or member."""
        return math.hypot(self.spread, self.part_spread)


def log_error(foretold: float, true: float) -> float:
    """Logarithm of foretold over true; a currency unit more in both, so that nothing won has one as well."""
    return math.log((foretold + 1) / (true + 1))


def blended(trials: Sequence[Trial]) -> Blend:
    """The model and the best of `SPAN_OF` that was tried, by the inverse of their mean squared errors.

    What past spans brought errs otherwise than the model does. The weighted pipeline knows nothing but the
    open deals, which the model knows too: it stands beside, and is no part.
    """
    weights, worth, count = _weighted(trials)
    return Blend(
        weights=weights,
        errors={name: math.sqrt(each) for name, each in worth.items()},
        trials=count,
        spread=_spread(trials),
        part_spread=_part_spread(trials),
    )


def _weighted(trials: Sequence[Trial]) -> tuple[dict[str, float], dict[str, float], dict[str, int]]:
    methods = sorted({MODEL, *(name for each in trials for name in each.foretold)})
    errors = {name: [each.error(name) for each in trials if name in each.foretold] for name in methods}
    worth = {
        name: (sum(error**2 for error in each) + TRIALS * DOUBT**2) / (len(each) + TRIALS)
        for name, each in errors.items()
    }
    tried = [name for name in SPAN_OF if errors.get(name)]
    best = min(tried, key=lambda name: worth[name], default=None)
    chosen = [MODEL, best] if best else [MODEL]
    total = sum(1 / worth[name] for name in chosen)
    weights = {name: 1 / worth[name] / total for name in chosen}
    return weights, worth, {name: len(each) for name, each in errors.items()}


def _spread(trials: Sequence[Trial]) -> float:
    """From the errors that the blend of then made, beyond what the chances of the deals explain."""
    beyond = []
    for each in trials:
        earlier = [other for other in trials if other.end <= each.start]
        if earlier:
            blend = Blend(*_weighted(earlier), 0.0, 0.0)
            said = blend.total(each.foretold)
            beyond.append(log_error(said, each.true) ** 2 - each.variance / max(each.true, 1.0) ** 2)
    drawn = (sum(beyond) + SPREAD_TRIALS * SPREAD**2) / (len(beyond) + SPREAD_TRIALS)
    return math.sqrt(max(drawn, (SPREAD / 2) ** 2))


def _part_spread(trials: Sequence[Trial]) -> float:
    """What parts stray when the whole is made right: pooled, the larger the part the more it counts."""
    beyond, size = 0.0, 0.0
    number = 0
    for each in trials:
        scale = each.true / each.foretold[MODEL] if each.foretold[MODEL] > 0 else 0.0
        for part in each.parts if scale > 0 else ():
            mean, variance = part.mean * scale, part.variance * scale
            if mean > 0:
                weight = mean**2 / (variance + (PART_SPREAD * mean) ** 2) ** 2
                beyond += weight * ((part.true - mean) ** 2 - variance)
                size += weight * mean**2
                number += 1
    seen = beyond / size if size else 0.0
    return math.sqrt(max((number * seen + PARTS * PART_SPREAD**2) / (number + PARTS), 0.0))
