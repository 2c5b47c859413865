"""Open deals by owner: one query; and the reps among whom they are averaged: another."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.tables import ORGANISATION

MEMBER = ORGANISATION.member.c


class Held(NamedTuple):
    """What one owner has open, in base currency; `without_amount` of the deals count in no value."""

    owner_id: UUID | None
    open_deals: int = 0
    open_value: Decimal = Decimal()
    weighted: Decimal = Decimal()
    without_amount: int = 0


def total(held: Sequence[Held]) -> Held:
    """All of it together."""
    return Held(
        None,
        sum(each.open_deals for each in held),
        sum((each.open_value for each in held), Decimal()),
        sum((each.weighted for each in held), Decimal()),
        sum(each.without_amount for each in held),
    )


async def by_owner(
    connection: AsyncConnection, deals: FromClause, where: Sequence[ColumnElement[bool]], currency: str
) -> list[Held]:
    """The largest first; deals nobody owns are under None."""
    deal = deals.c
    valued = case((deal.base_currency == currency, deal.base_amount))
    value = func.coalesce(func.sum(valued), Decimal())
    query = (
        select(
            deal.owner_id,
            func.count(),
            value,
            func.coalesce(func.sum(valued * deal.probability), Decimal()),
            func.count().filter(valued.is_(None)),
        )
        .select_from(deals)
        .where(deal.status == "open", *where)
        .group_by(deal.owner_id)
        .order_by(value.desc(), deal.owner_id)
        .limit(10_000)
    )
    return [Held(*row) for row in await connection.execute(query)]


async def reps(connection: AsyncConnection, where: Sequence[ColumnElement[bool]]) -> list[UUID]:
    """The active members who sell, of those the conditions on MEMBER let through."""
    query = (
        select(MEMBER.id).where(MEMBER.active, MEMBER.role == "rep", *where).order_by(MEMBER.id).limit(10_000)
    )
    return list(await connection.scalars(query))
