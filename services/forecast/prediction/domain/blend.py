"""The model beside simple baselines, weighted by what each was worth in the organisation's own past.

Walking through the past: at each earlier month's start, only what was known then, spans of whole months that
have ended since. Errors are logarithms of foretold over true. A trial counts the less the fewer closings the
model of then had learned from, for what it errs by now. A method with few trials is not yet known to be good
or bad: `TRIALS` trials with the error `DOUBT` are added to each. Needs no numpy.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.forecast.prediction.domain.baselines import SPAN_OF
from services.forecast.prediction.domain.ranges import chance_of_none
from services.forecast.prediction.domain.reliability import Bin

MODEL = "model"
TRIALS = 1
DOUBT = 0.1
SPREAD_TRIALS = 4
SPREAD = 0.1
GROUPS = ("team", "product", "owner")
PARTS = 20
PART_SPREAD = 0.1


@dataclass(frozen=True, slots=True)
class Wins:
    """Of how many open `deals` how many wins were to be expected, and how many of deals yet to come."""

    deals: int
    expected: float
    coming: float

    def none(self, scale: float) -> float:
        """The chance that nothing is won, when so many times as much is won."""
        return chance_of_none(self.deals, self.expected * scale, self.coming * scale)


@dataclass(frozen=True, slots=True)
class Part:
    """What the model foretold of a team, product or member, the variance of its deals' chances, the truth."""

    group: str
    name: str
    mean: float
    variance: float
    true: float
    wins: Wins | None = None


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

    `variance` is that of the chances of the deals, were the model right; `bins`: of the open ones. `came` and
    `wins` are None in trials kept before there were such. `win_size`: of the wins foretold, the sum of
    squares over the sum.
    """

    start: int
    end: int
    true: float
    foretold: Mapping[str, float]
    variance: float
    parts: tuple[Part, ...] = ()
    bins: tuple[Bin, ...] = ()
    came: Came | None = None
    wins: Wins | None = None
    win_size: float = 0.0

    def error(self, method: str) -> float:
        """Logarithm of foretold over true."""
        return log_error(self.foretold[method], self.true)


@dataclass(frozen=True, slots=True)
class Blend:
    """`weights` by method add up to 1; `errors` is each method's root mean square error in `trials` trials.

    `spread`: the standard deviation of the whole's error beyond luck, as a share; `part_spread`: what a part
    strays beyond that, `part_spreads` what those of a group do. `win_size`: as of a trial.
    """

    weights: Mapping[str, float]
    errors: Mapping[str, float]
    trials: Mapping[str, int]
    spread: float
    part_spread: float
    part_spreads: Mapping[str, float] = field(default_factory=dict)
    win_size: float = 0.0

    def total(self, foretold: Mapping[str, float]) -> float:
        """The methods' figures for a span as one; a method that has none there is left out."""
        there = self.there(foretold)
        return sum(weight * foretold[name] for name, weight in there.items())

    def there(self, foretold: Mapping[str, float]) -> dict[str, float]:
        """The weights of the methods that have a figure for the span."""
        found = {name: weight for name, weight in self.weights.items() if name in foretold}
        whole = sum(found.values())
        return {name: weight / whole for name, weight in found.items()}

    def spread_at(self, foretold: Mapping[str, float]) -> float:
        """Of the whole for a span: beyond the luck of the wins to come, with the luck of those that a simple
        method takes its figure from."""
        total = self.total(foretold)
        return math.hypot(self.spread, math.sqrt(self.luck(foretold)) / total if total > 0 else 0.0)

    def luck(self, foretold: Mapping[str, float]) -> float:
        """The variance that the simple method brings in: what it goes by is a number of wins, too."""
        there = self.there(foretold)
        brought = sum(weight**2 * foretold[name] for name, weight in there.items() if name != MODEL)
        return max(brought, 0.0) * self.win_size

    def stray(self, groups: Iterable[str] = ()) -> float:
        """What a part that is cut by these groups strays beyond the whole."""
        return max(
            (self.part_spreads.get(each, self.part_spread) for each in groups), default=self.part_spread
        )

    def spread_of_parts(self, spread: float) -> dict[str, float]:
        """Of one part of each group, where that of the whole is so much."""
        return {group: math.hypot(spread, self.stray([group])) for group in GROUPS}


def log_error(foretold: float, true: float) -> float:
    """Logarithm of foretold over true; a currency unit more in both, so that nothing won has one as well."""
    return math.log((foretold + 1) / (true + 1))


def blended(trials: Sequence[Trial]) -> Blend:
    """The model and the best of `SPAN_OF` that was tried, by the inverse of their mean squared errors.

    What past spans brought errs otherwise than the model does. The weighted pipeline knows nothing but the
    open deals, which the model knows too: it stands beside, and is no part.
    """
    weights, worth, count = _weighted(trials)
    strayed = _strayed(trials)
    pooled = _drawn_stray(strayed.values(), PART_SPREAD**2)
    return Blend(
        weights=weights,
        errors={name: math.sqrt(each) for name, each in worth.items()},
        trials=count,
        spread=_spread(trials),
        part_spread=math.sqrt(pooled),
        part_spreads={group: math.sqrt(_drawn_stray([each], pooled)) for group, each in strayed.items()},
        win_size=max(trials, key=lambda each: (each.start, each.end)).win_size if trials else 0.0,
    )


def _counted(trials: Sequence[Trial]) -> list[tuple[float, Trial]]:
    """What each counts."""
    closings = [each.came.closings if each.came else 0 for each in trials]
    most = max(closings, default=0)
    return [(each / most if most else 1.0, trial) for each, trial in zip(closings, trials, strict=True)]


def _weighted(trials: Sequence[Trial]) -> tuple[dict[str, float], dict[str, float], dict[str, int]]:
    methods = sorted({MODEL, *(name for each in trials for name in each.foretold)})
    errors = {
        name: [(counts, each.error(name)) for counts, each in _counted(trials) if name in each.foretold]
        for name in methods
    }
    worth = {
        name: (sum(counts * error**2 for counts, error in each) + TRIALS * DOUBT**2)
        / (sum(counts for counts, _ in each) + TRIALS)
        for name, each in errors.items()
    }
    tried = [name for name in SPAN_OF if errors.get(name)]
    best = min(tried, key=lambda name: worth[name], default=None)
    chosen = [MODEL, best] if best else [MODEL]
    total = sum(1 / worth[name] for name in chosen)
    weights = {name: 1 / worth[name] / total for name in chosen}
    return weights, worth, {name: len(each) for name, each in errors.items()}


def _spread(trials: Sequence[Trial]) -> float:
    """From the errors that the blend of then made, beyond what luck explains, as a share of the middle of
    foretold and true: a span that brought little does not count for more than one that brought much."""
    beyond, size = 0.0, 0.0
    for counts, each in _counted(trials):
        earlier = [other for other in trials if other.end <= each.start]
        if earlier:
            blend = Blend(*_weighted(earlier), 0.0, 0.0, win_size=each.win_size)
            said, model = blend.total(each.foretold), each.foretold[MODEL]
            luck = each.variance * (said / model if model > 0 else 1.0) + blend.luck(each.foretold)
            beyond += counts * ((said - each.true) ** 2 - luck) / max((said + each.true) / 2, 1.0) ** 2
            size += counts
    drawn = (beyond + SPREAD_TRIALS * SPREAD**2) / (size + SPREAD_TRIALS)
    return math.sqrt(max(drawn, (SPREAD / 2) ** 2))


def _strayed(trials: Sequence[Trial]) -> dict[str, tuple[float, float, int]]:
    """By group, what its parts stray when the whole is made right, the larger the part the more it counts:
    squares beyond luck, those of what was foretold, and how many."""
    found: dict[str, tuple[float, float, int]] = {}
    for each in trials:
        scale = each.true / each.foretold[MODEL] if each.foretold[MODEL] > 0 else 0.0
        for part in each.parts if scale > 0 else ():
            mean, variance = part.mean * scale, part.variance * scale
            if mean > 0:
                weight = mean**2 / (variance + (PART_SPREAD * mean) ** 2) ** 2
                beyond, size, number = found.get(part.group, (0.0, 0.0, 0))
                found[part.group] = (
                    beyond + weight * ((part.true - mean) ** 2 - variance),
                    size + weight * mean**2,
                    number + 1,
                )
    return found


def _drawn_stray(strayed: Iterable[tuple[float, float, int]], to: float) -> float:
    """The square of it, drawn to another by `PARTS` parts."""
    beyond, size, number = (sum(each) for each in zip(*strayed, (0.0, 0.0, 0), strict=True))
    seen = beyond / size if size else 0.0
    return float(max((number * seen + PARTS * to) / (number + PARTS), 0.0))
