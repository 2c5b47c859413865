"""Whose days the cells hold, and which deals are to be counted."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, exists, literal, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import deals
from services.forecast.rollup.tables import counted_deal, rollup_cell, rollup_state
from services.forecast.tables import ORGANISATION
from shared.persistence.long_statement import run_long


class Zones(NamedTuple):
    """The time zone whose days the cells hold, None while they are not made; and the organisation's."""

    counted: str | None
    organisation: str | None


async def zones(connection: AsyncConnection) -> Zones:
    """Both, by one query."""
    organisation = select(ORGANISATION.organisation.c.time_zone).limit(1).scalar_subquery()
    row = (await connection.execute(select(rollup_state.c.time_zone, organisation))).one()
    return Zones(*row)


async def keep_zone(connection: AsyncConnection, time_zone: str | None) -> None:
    """From now on the cells hold days of this zone; None: of several, so nobody may read them."""
    await connection.execute(update(rollup_state).values(time_zone=time_zone))


async def any_deals(connection: AsyncConnection) -> bool:
    """Whether there is anything to count."""
    return bool(await connection.scalar(select(exists(deals().select()))))


async def next_deals(connection: AsyncConnection, after: UUID | None, most: int) -> list[UUID]:
    """The deals that come next, in the order of their ids."""
    deal = deals()
    query = select(deal.c.deal_id).order_by(deal.c.deal_id).limit(most)
    rows = await connection.scalars(query if after is None else query.where(deal.c.deal_id > after))
    return list(rows)


async def deals_of(
    connection: AsyncConnection, *, leads: Collection[UUID], accounts: Collection[UUID]
) -> list[UUID]:
    """The deals that came from these leads or are with these accounts, by index."""
    deal = deals()
    of_leads = select(deal.c.deal_id).where(deal.c.lead_id == any_(literal(list(leads), ARRAY(Uuid))))
    of_accounts = select(deal.c.deal_id).where(
        deal.c.account_id == any_(literal(list(accounts), ARRAY(Uuid)))
    )
    return list(await connection.scalars(union(of_leads, of_accounts).order_by("deal_id")))


async def forget(connection: AsyncConnection) -> None:
    """Nothing is counted any more."""
    for table in (rollup_cell, counted_deal):
        await run_long(connection, f"DELETE FROM {table.name}", seconds=300)
