"""Past forecasts beside what became of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.accuracy import queries
from services.forecast.accuracy.domain import (
    BASELINES,
    BY_LEDGER,
    HORIZONS,
    Bin,
    Calibration,
    GroupBy,
    Horizon,
    Kind,
    Look,
    Method,
    Point,
    Score,
    calibration,
    finished_periods,
    largest_first,
    looks,
    score,
)
from services.forecast.accuracy.use_cases.measure_predictions import Predictions, measure_predictions
from services.forecast.accuracy.use_cases.name_groups import name_groups
from services.forecast.accuracy.use_cases.recall_figures import recall_figures
from services.forecast.accuracy.use_cases.recall_predictions import recall_predictions, said_at
from services.forecast.accuracy.use_cases.recall_submissions import Submissions, recall_submissions
from services.forecast.deal_ledger.queries import since
from services.forecast.node.domain import Node
from services.forecast.outlook.domain import Filter
from services.forecast.tables import ORGANISATION
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.organisation.queries import load_organisation

Foretold = dict[tuple[int, UUID | None], queries.Foretold]
Came = dict[tuple[int, UUID | None], Decimal]
Summed = TypeVar("Summed", queries.Foretold, Decimal)
Figures = Callable[[Look, Method], Decimal | None]
_ADDED: Mapping[str, tuple[str, ...]] = {
    "commit": ("closed", "commit"),
    "most_likely": ("closed", "commit", "most_likely"),
    "best_case": ("closed", "commit", "most_likely", "best_case"),
    "last_period": ("last_period",),
    "same_period_last_year": ("same_period_last_year",),
}


@dataclass(frozen=True, slots=True)
class AskedAccuracy:
    """The last `periods` finished ones, of those within `first` to `last` where given."""

    kind: Kind
    periods: int
    first: date | None = None
    last: date | None = None
    group_by: GroupBy | None = None
    chosen: Filter = field(default_factory=Filter)


@dataclass(frozen=True, slots=True)
class Scored:
    """One method at one horizon."""

    method: Method
    horizon: Horizon
    score: Score
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """`key`: owner, team or product; None for nobody's, no team's, no product's."""

    key: UUID | None
    name: str | None
    actual: Decimal
    methods: tuple[Scored, ...]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """`actual` by period, in their order. Groups come with the largest first. `predictions`: of all deals
    only, for who sees all."""

    currency: str
    periods: tuple[Period, ...]
    actual: tuple[Decimal, ...]
    methods: tuple[Scored, ...]
    groups: tuple[Group, ...]
    calibration: Calibration
    predictions: Predictions | None


async def measure_accuracy(
    connection: AsyncConnection, asked: AskedAccuracy, *, by: Identity, now: datetime
) -> Accuracy:
    """Of the deals the caller may see. Refuses with `invalid_parameter` days in the wrong order."""
    if asked.first is not None and asked.last is not None and asked.last < asked.first:
        detail = "`to` is before `from`."
        raise DomainError("invalid_parameter", detail, [FieldError("/query/to", "out_of_range", detail)])
    organisation = await load_organisation(connection, ORGANISATION)
    calendar, currency = organisation.calendar, organisation.base_currency
    periods = finished_periods(
        asked.kind, calendar, now=now, most=asked.periods, first=asked.first, last=asked.last
    )
    created, told = await since(connection)
    made = looks(periods, asked.kind, calendar, first_told=told)
    which = queries.Deals(by, asked.chosen, currency, asked.group_by)
    foretold, came = await _gathered(connection, made, periods, which, now=now)
    actual = _in_order(_whole(came), len(periods), None)
    handed_in = await recall_submissions(connection, made, by, asked.chosen, currency=currency)
    by_method = _by_method(made, _whole(foretold), actual, None, created)
    predictions = None
    if by.scope == "all" and asked.chosen == Filter() and periods:
        said = await recall_predictions(connection, currency=currency)
        predicted = said_at(made, said)
        by_method += (_scored(made, "predicted", "start", actual, lambda look, _: predicted.get(look.index)),)
        predictions = await measure_predictions(
            connection, said, periods, which, calendar, told=told, now=now
        )
    return Accuracy(
        currency=currency,
        periods=tuple(periods),
        actual=actual,
        methods=by_method + _submitted(made, handed_in, handed_in.whole(), actual),
        groups=()
        if asked.group_by is None
        else await _groups(
            connection,
            asked.group_by,
            made,
            foretold=foretold,
            came=came,
            created=created,
            handed_in=handed_in,
        ),
        calibration=await _calibration(connection, made, which),
        predictions=predictions,
    )


async def _gathered(
    connection: AsyncConnection,
    made: list[Look],
    periods: list[Period],
    which: queries.Deals,
    *,
    now: datetime,
) -> tuple[Foretold, Came]:
    foretold = await recall_figures(connection, made, which, now=now)
    return foretold, await queries.closed_since(connection, periods, which)


async def _calibration(connection: AsyncConnection, made: list[Look], which: queries.Deals) -> Calibration:
    """At the beginning of each period."""
    seen: list[Bin] = []
    undecided = 0
    for look in made:
        if look.horizon == "start":
            bins, still_open = await queries.outcomes(connection, look, which)
            seen += bins.values()
            undecided += still_open
    return calibration(seen, undecided)


async def _groups(
    connection: AsyncConnection,
    group_by: GroupBy,
    made: list[Look],
    *,
    foretold: Foretold,
    came: Came,
    created: datetime | None,
    handed_in: Submissions,
) -> tuple[Group, ...]:
    keys = {key for _, key in foretold} | {key for _, key in came}
    actual = {key: _in_order(came, len(made) // len(HORIZONS), key) for key in keys}
    totals = {key: sum(each, Decimal()) for key, each in actual.items()}
    names = await name_groups(connection, group_by, [key for key in keys if key is not None])
    return tuple(
        Group(
            key,
            None if key is None else names.get(key),
            totals[key],
            _by_method(made, foretold, actual[key], key, created)
            + _submitted(made, handed_in, handed_in.of_group(group_by, key), actual[key]),
        )
        for key in largest_first(totals.items())
    )


def _in_order(came: Came, periods: int, key: UUID | None) -> tuple[Decimal, ...]:
    return tuple(came.get((n, key), Decimal()) for n in range(periods))


def _whole(parts: Mapping[tuple[int, UUID | None], Summed]) -> dict[tuple[int, UUID | None], Summed]:
    """Over all groups: every figure here is a sum over deals."""
    whole: dict[tuple[int, UUID | None], Summed] = {}
    for (index, _), part in parts.items():
        at = (index, None)
        whole[at] = whole[at] + part if at in whole else part
    return whole


def _by_method(
    made: list[Look],
    foretold: Mapping[tuple[int, UUID | None], queries.Foretold],
    actual: tuple[Decimal, ...],
    key: UUID | None,
    created: datetime | None,
) -> tuple[Scored, ...]:
    """The methods that rest on the ledger."""

    def figure(look: Look, method: Method) -> Decimal | None:
        known = _is_known(look, method, created)
        return _figure(foretold.get((look.index, key)), method) if known else None

    return tuple(
        _scored(made, method, horizon, actual, figure) for method in BY_LEDGER for horizon in HORIZONS
    )


def _submitted(
    made: list[Look], handed_in: Submissions, node: Node | None, actual: tuple[Decimal, ...]
) -> tuple[Scored, ...]:
    """Nothing where nobody handed in."""
    if node is None:
        return ()
    scored = tuple(
        _scored(made, "submitted", horizon, actual, lambda look, _: handed_in.number(look, node))
        for horizon in HORIZONS
    )
    return scored if any(each.points for each in scored) else ()


def _scored(
    made: list[Look], method: Method, horizon: Horizon, actual: tuple[Decimal, ...], figure: Figures
) -> Scored:
    said = [
        (number, look, figure(look, method))
        for number, look in enumerate(made[HORIZONS.index(horizon) :: len(HORIZONS)])
    ]
    points = tuple(Point(look, each, actual[number]) for number, look, each in said if each is not None)
    return Scored(method, horizon, score(points), points)


def _is_known(look: Look, method: Method, created: datetime | None) -> bool:
    """Open deals must have been told by then; there must have been deals when what a baseline takes began."""
    if method not in BASELINES:
        return look.then
    taken = look.last if method == "last_period" else look.year_ago
    return created is not None and created <= taken.starts_at


def _figure(known: queries.Foretold | None, method: Method) -> Decimal:
    if known is None:
        return Decimal()
    if method == "weighted":
        return known.amounts.get("closed", Decimal()) + known.weighted
    return sum((known.amounts.get(each, Decimal()) for each in _ADDED[method]), Decimal())
