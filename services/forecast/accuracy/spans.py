"""Scores of the prediction beside simple methods over the same spans of one, two and three months."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args
from uuid import UUID

from services.forecast.accuracy.domain import (
    FEWEST_PERIODS,
    Bin,
    Calibration,
    GroupBy,
    Look,
    Point,
    Score,
    calibration,
    score,
)
from services.forecast.prediction.domain.hindsight import Said
from shared.reporting.figures import ratio

SpanMethod = Literal[
    "predicted",
    "model",
    "last_period",
    "same_months_of_last_quarter",
    "same_period_last_year",
    "weighted",
]
SPAN_METHODS: tuple[SpanMethod, ...] = get_args(SpanMethod)
GROUPS: tuple[GroupBy, ...] = ("team", "product", "owner")


@dataclass(frozen=True, slots=True)
class Seen:
    """A span with what was said of it. `weighted` is None where open deals are not known as they were."""

    months: int
    look: Look
    said: Said
    weighted: Decimal | None


@dataclass(frozen=True, slots=True)
class SpanScore:
    """`coverage`: the share of 80 % ranges that held what came; only the prediction has ranges."""

    method: SpanMethod
    score: Score
    coverage: Decimal | None


@dataclass(frozen=True, slots=True)
class Held:
    """Of all teams, products or members together: how many ranges, and the share that held what came."""

    group_by: GroupBy
    ranges: int
    coverage: Decimal | None


@dataclass(frozen=True, slots=True)
class Spans:
    """All spans of so many months."""

    months: int
    scores: tuple[SpanScore, ...]
    held: tuple[Held, ...]
    chances: Calibration


@dataclass(frozen=True, slots=True)
class GroupSpans:
    """`key` None: nobody's, no team's, no product's. `scores`: by months, of the prediction."""

    key: UUID | None
    name: str | None
    true: Decimal
    scores: tuple[tuple[int, SpanScore], ...]


def coverage(inside: Sequence[bool]) -> Decimal | None:
    """None below three ranges."""
    return ratio(sum(inside), len(inside)) if len(inside) >= FEWEST_PERIODS else None


def by_months(seen: Sequence[Seen]) -> tuple[Spans, ...]:
    """The shortest first."""
    lengths = sorted({each.months for each in seen})
    return tuple(_spans(months, [each for each in seen if each.months == months]) for months in lengths)


def by_group(
    seen: Sequence[Seen], group_by: GroupBy, names: Mapping[UUID, str] | None = None
) -> tuple[GroupSpans, ...]:
    """The one that brought most in the spans first."""
    keys = {part.name for each in seen for part in each.said.parts if part.group == group_by}
    groups = [_group(seen, group_by, key, names or {}) for key in keys]
    return tuple(sorted(groups, key=lambda each: (each.key is None, -each.true, str(each.key))))


def _spans(months: int, seen: Sequence[Seen]) -> Spans:
    said = [each.said for each in seen]
    return Spans(
        months,
        tuple(
            SpanScore(
                method,
                score([*_points(seen, method)]),
                coverage([each.inside for each in said]) if method == "predicted" else None,
            )
            for method in SPAN_METHODS
        ),
        tuple(_held(group, said) for group in GROUPS),
        calibration((each for one in said for each in _bins(one)), undecided=0),
    )


def _points(seen: Iterable[Seen], method: SpanMethod) -> Iterable[Point]:
    for each in seen:
        trial = each.said.trial
        found = {"predicted": each.said.mean, **trial.foretold}.get(method)
        forecast = each.weighted if method == "weighted" else _amount(found)
        if forecast is not None:
            yield Point(each.look, forecast, _exact(trial.true))


def _held(group_by: GroupBy, said: Iterable[Said]) -> Held:
    inside = [part.inside for each in said for part in each.parts if part.group == group_by]
    return Held(group_by, len(inside), coverage(inside))


def _bins(said: Said) -> Iterable[Bin]:
    return (
        Bin(number, each.deals, each.won, _exact(each.chance), _exact(each.squared_error))
        for number, each in enumerate(said.trial.bins)
    )


def _group(seen: Sequence[Seen], group_by: GroupBy, name: str, names: Mapping[UUID, str]) -> GroupSpans:
    key = None if name == "none" else UUID(name)
    parts = [
        (each, part)
        for each in seen
        for part in each.said.parts
        if (part.group, part.name) == (group_by, name)
    ]
    scores = []
    for months in sorted({each.months for each in seen}):
        of_length = [(each.look, part) for each, part in parts if each.months == months]
        points = [Point(look, _exact(part.mean), _exact(part.true)) for look, part in of_length]
        held = coverage([part.inside for _, part in of_length])
        scores.append((months, SpanScore("predicted", score(points), held)))
    true = sum((_exact(part.true) for _, part in parts), Decimal())
    return GroupSpans(key, None if key is None else names.get(key), true, tuple(scores))


def _amount(value: float | None) -> Decimal | None:
    return None if value is None else _exact(value)


def _exact(value: float) -> Decimal:
    return Decimal(str(round(value, 6)))
