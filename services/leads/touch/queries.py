"""How much of a lead each of its touches is credited with."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Numeric,
    Select,
    Subquery,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.touch.domain import ASKED, Attribution, WayName
from services.leads.touch.tables import lead_touch
from shared.contracts.periods import Period

_touch = lead_touch.c


def credits_of(lead: FromClause, way: WayName, attribution: Attribution) -> Subquery:
    """`lead_id`, `key` and `weight` for each touch of these leads that says by which `way` it came, not those
    after it was converted; the weights of a lead add up to 1. No row for a lead whose touches do not say it.

    `lead` has `id` and `converted_at`. One pass over the touches of all of them.
    """
    said = _touch[way]
    place = func.row_number().over(partition_by=lead.c.id, order_by=(_touch.at, _touch.id))
    count = func.count().over(partition_by=lead.c.id)
    in_time = or_(lead.c.converted_at.is_(None), _touch.at <= lead.c.converted_at)
    return (
        select(
            lead.c.id.label("lead_id"),
            said.label("key"),
            _weight(attribution, place, count).label("weight"),
        )
        .select_from(lead.join(lead_touch, _touch.lead_id == lead.c.id))
        .where(said.is_not(None), in_time)
        .subquery("credit")
    )


def leads_that_came_by(way: WayName, name: str) -> Select[tuple[UUID]]:
    """The leads with a touch that says this, in small letters."""
    return select(_touch.lead_id).where(func.lower(_touch[way]) == name, _touch[way].is_not(None))


async def requests_by_channel(connection: AsyncConnection, period: Period) -> dict[str | None, int]:
    """How often somebody came by themselves in the period, by channel; by index."""
    rows = await connection.execute(
        select(_touch.channel, func.count())
        .where(_touch.at >= period.starts_at, _touch.at < period.ends_at, _touch.kind.in_(ASKED))
        .group_by(_touch.channel)
    )
    return {row[0]: row[1] for row in rows}


def _weight(
    attribution: Attribution, place: ColumnElement[int], count: ColumnElement[int]
) -> ColumnElement[float | Decimal]:
    if attribution == "last":
        return case((place == count, literal(1)), else_=literal(0))
    each = cast(1, Numeric) / count
    if attribution == "linear":
        return each
    return case(
        (count <= 2, each),
        (or_(place == 1, place == count), cast("0.4", Numeric)),
        else_=cast("0.2", Numeric) / func.nullif(count - 2, 0),
    )
