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


def credits_of(lead: Subquery, way: WayName, attribution: Attribution) -> FromClause:
    """`key` and `weight` for each touch of the lead that says by which `way` it came, not those after it was
    converted; the weights of a lead add up to 1. No row for a lead whose touches do not say it.

    `lead` has `id` and `converted_at`. Reads the touches of one lead by their index.
    """
    said = _touch[way]
    order = (_touch.at, _touch.id)
    place = func.row_number().over(order_by=order)
    count = func.count().over()
    in_time = or_(lead.c.converted_at.is_(None), _touch.at <= lead.c.converted_at)
    return (
        select(said.label("key"), _weight(attribution, place, count).label("weight"))
        .where(_touch.lead_id == lead.c.id, said.is_not(None), in_time)
        .correlate(lead)
        .lateral("credit")
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
