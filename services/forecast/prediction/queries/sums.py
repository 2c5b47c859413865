"""What a run expects of a span, added up by the database. Needs no numpy."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    case,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy import Uuid as UuidType
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import deals
from services.forecast.prediction.domain.chosen import Part
from services.forecast.prediction.domain.grid import Place
from services.forecast.prediction.domain.outcome import Moments
from services.forecast.prediction.queries.runs import KeptRun
from services.forecast.prediction.queries.teams import team_groups
from services.forecast.prediction.tables import prediction_deal, prediction_sum
from services.forecast.tables import ORGANISATION
from shared.organisation.queries import owned_by_team
from shared.organisation.scope import owner_scope
from shared.reporting.asked import Question

_LATE = timedelta(minutes=1)
_S, _D = prediction_sum.c, prediction_deal.c


@dataclass(frozen=True, slots=True)
class Between:
    """Two days of a run's grid."""

    start: Place
    end: Place


async def moments(
    connection: AsyncConnection,
    run: KeptRun,
    between: Between,
    part: Part,
) -> dict[tuple[UUID | None, str], Moments]:
    """By group and kind (`open`, `coming`); without a group under None."""
    key, source = _keyed(prediction_sum, part)
    curves = [
        func.sum(_at(each, between.end) - _at(each, between.start)) for each in (_S.wins, _S.mean, _S.square)
    ]
    own = [func.sum(_at(_S.own, place)) for place in (between.start, between.end)]
    rows = await connection.execute(
        select(key.label("key"), _S.kind, func.sum(_S.deals), *curves, *own)
        .select_from(source)
        .where(_S.run_id == run.id, *_conditions(_S, part))
        .group_by("key", _S.kind)
    )
    return {(row[0], row[1]): Moments(*row[2:]) for row in rows}


async def no_longer_open(
    connection: AsyncConnection,
    run: KeptRun,
    between: Between,
    part: Part,
    question: Question,
) -> dict[UUID | None, Moments]:
    """The same of deals that the run took for open and that are won, lost or left out by now (or by then)."""
    deal = deals(question.as_of, question.known_at)
    key, source = _keyed(prediction_deal, part)
    before, after = (_at(_D.chance, place) for place in (between.start, between.end))
    chance = after - before
    sums = (
        func.count(),
        func.sum(chance),
        func.sum(chance * _D.worth),
        func.sum(chance * _D.square),
        func.sum(func.power(before * _D.worth, 2)),
        func.sum(func.power(after * _D.worth, 2)),
    )
    gone = or_(deal.c.status != "open", deal.c.forecast_category == "omitted")
    rows = await connection.execute(
        select(key.label("key"), *sums)
        .select_from(source.join(deal, deal.c.deal_id == _D.deal_id))
        .where(_D.run_id == run.id, gone, *_conditions(_D, part), *_lately(deal, run, question))
        .group_by("key")
    )
    return {row[0]: Moments(*row[1:]) for row in rows}


async def model_says(connection: AsyncConnection, run: KeptRun, between: Between) -> float:
    """Of the whole organisation, whoever asks: the blend moves all parts by the same share."""
    total = func.sum(_at(_S.mean, between.end) - _at(_S.mean, between.start))
    found = await connection.scalar(select(func.coalesce(total, 0.0)).where(_S.run_id == run.id))
    return float(found or 0.0)


async def won(
    connection: AsyncConnection,
    question: Question,
    part: Part,
    currency: str,
) -> dict[UUID | None, Any]:
    """What was won in the period, by group."""
    deal = deals(question.as_of, question.known_at)
    key, source = _keyed(deal, part)
    period = question.period
    amount = case((deal.c.base_currency == currency, deal.c.base_amount))
    rows = await connection.execute(
        select(key.label("key"), func.coalesce(func.sum(amount), 0))
        .select_from(source)
        .where(
            deal.c.status == "won",
            deal.c.closed_at >= period.starts_at,
            deal.c.closed_at < period.ends_at,
            *_conditions(deal.c, part),
        )
        .group_by("key")
    )
    return {row[0]: row[1] for row in rows}


def _at(curve: ColumnElement[Any], place: Place) -> ColumnElement[Any]:
    """Between its two neighbours on the grid; the database counts from 1."""
    low, high = curve[place.index + 1], curve[place.index + 2]
    return low + literal(place.share) * (high - low)


def _conditions(columns: Any, part: Part) -> list[ColumnElement[bool]]:
    chosen = part.chosen
    conditions = [owner_scope(ORGANISATION, part.by, columns.owner_id)]
    if chosen.owner_id is not None:
        conditions.append(columns.owner_id == chosen.owner_id)
    if chosen.product_id is not None:
        conditions.append(columns.product_id == chosen.product_id)
    if chosen.team_id is not None:
        conditions.append(owned_by_team(ORGANISATION, columns.owner_id, chosen.team_id))
    return conditions


def _keyed(table: FromClause, part: Part) -> tuple[ColumnElement[Any], FromClause]:
    if part.group_by == "owner":
        return table.c.owner_id, table
    if part.group_by == "product":
        return table.c.product_id, table
    if part.group_by == "team":
        groups = team_groups(part.chosen.team_id)
        return groups.c.group_id, table.outerjoin(groups, groups.c.member_id == table.c.owner_id)
    return type_coerce(null(), UuidType), table


def _lately(deal: FromClause, run: KeptRun, question: Question) -> list[ColumnElement[bool]]:
    """Now only what was told since the run has to be looked at, by index."""
    if question.as_of is not None or question.known_at is not None or run.known_until is None:
        return []
    known_at: ColumnElement[datetime] = deal.c.known_at
    return [known_at > run.known_until - _LATE]
