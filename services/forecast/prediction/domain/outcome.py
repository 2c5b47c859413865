"""From summed chances to what a period brings: won, open deals, new business, the range. No numpy."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.forecast.prediction.domain.baselines import SPAN_OF, Span, is_known
from services.forecast.prediction.domain.blend import MODEL, Blend
from services.forecast.prediction.domain.ranges import chance_of_none, range_of


@dataclass(frozen=True, slots=True)
class Moments:
    """Of deals and a span of days: how many wins to expect, what they bring, and what makes it uncertain.

    `own_before` and `own_after`: the sum of (chance x worth)^2 until the span begins and until it ends.
    """

    deals: int = 0
    wins: float = 0.0
    mean: float = 0.0
    square: float = 0.0
    own_before: float = 0.0
    own_after: float = 0.0

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(
            self.deals + other.deals,
            self.wins + other.wins,
            self.mean + other.mean,
            self.square + other.square,
            self.own_before + other.own_before,
            self.own_after + other.own_after,
        )

    def __sub__(self, other: "Moments") -> "Moments":
        return Moments(
            self.deals - other.deals,
            self.wins - other.wins,
            self.mean - other.mean,
            self.square - other.square,
            self.own_before - other.own_before,
            self.own_after - other.own_after,
        )

    @property
    def variance(self) -> float:
        """Exact for a span that begins at the run's day, or where all chances grow alike; else never too
        small (Cauchy and Schwarz)."""
        own = (math.sqrt(max(self.own_after, 0.0)) - math.sqrt(max(self.own_before, 0.0))) ** 2
        return max(self.square - own, 0.0)


NOTHING = Moments()


@dataclass(frozen=True, slots=True)
class Scaled:
    """How far the blend moves the model's figures for a span, and what each method says of it.

    `weights`: those of the methods that say something of this span. `spread`: the share by which the whole
    may be off beyond the luck of its deals.
    """

    scale: float
    foretold: Mapping[str, float]
    weights: Mapping[str, float]
    spread: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a period brings, as floats of the base currency. `mean` = won + open_deals + new_business."""

    won: float
    open_deals: float
    new_business: float
    mean: float
    p10: float
    p50: float
    p90: float
    deals: int
    wins: float


def scaled(
    blend: Blend, model_says: float, span: Span, *, first_won_on: int, won_by_day: Sequence[float], day: int
) -> Scaled:
    """Of the whole organisation, so that the parts add up: each is moved by the same share."""
    foretold = {MODEL: model_says} | brought(span, first_won_on=first_won_on, won_by_day=won_by_day, day=day)
    scale = blend.total(foretold) / model_says if model_says > 0 else 1.0
    return Scaled(scale, foretold, blend.there(foretold), blend.spread_at(foretold))


def brought(span: Span, *, first_won_on: int, won_by_day: Sequence[float], day: int) -> dict[str, float]:
    """What each baseline says of the span, where there is enough past for it."""
    found = {}
    for name, span_of in SPAN_OF.items():
        if is_known(name, span, first_won_on, day):
            start, end = span_of(span)
            found[name] = float(sum(won_by_day[start - first_won_on : end - first_won_on]))
    return found


def outcome(won: float, open_deals: Moments, coming: Moments, *, scale: float, spread: float) -> Outcome:
    """The range is about what is not won yet."""
    both = open_deals + coming
    none = chance_of_none(open_deals.deals, open_deals.wins * scale, coming.wins * scale)
    ahead = range_of(both.mean * scale, both.variance * scale, spread, none=none)
    return Outcome(
        won=won,
        open_deals=open_deals.mean * scale,
        new_business=coming.mean * scale,
        mean=won + both.mean * scale,
        p10=won + ahead.p10,
        p50=won + ahead.p50,
        p90=won + ahead.p90,
        deals=open_deals.deals,
        wins=both.wins * scale,
    )
