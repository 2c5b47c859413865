"""Deals to reckon with: as they stand, or as they stood. Other capabilities read the ledger through this."""

from datetime import datetime

from sqlalchemy import Subquery, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.tables import deal_fact, deal_now

COLUMNS = tuple(name for name in deal_now.c.keys() if name in deal_fact.c)  # noqa: SIM118 - a collection of columns


def deals(as_of: datetime | None = None) -> Subquery:
    """One row per deal: as it stands now, or as it stood at the instant. A deal not yet created is not there.

    PostgreSQL pulls this subquery up, so conditions on it use the ledger's indexes.
    """
    if as_of is None:
        return select(*(deal_now.c[name] for name in COLUMNS)).subquery("deal")
    fact = deal_fact.c
    return (
        select(*(fact[name] for name in COLUMNS))
        .where(fact.valid_from <= as_of, fact.valid_to > as_of)
        .subquery("deal")
    )


async def freshness(connection: AsyncConnection) -> tuple[int, datetime | None]:
    """How many deals are known, and when the newest event among them was made."""
    row = await connection.execute(select(func.count(), func.max(deal_now.c.known_at)).select_from(deal_now))
    count, newest = row.one()
    return count, newest


async def last_event_at(connection: AsyncConnection) -> datetime | None:
    """When the newest deal event in the ledger was made; None while there is none."""
    newest: datetime | None = await connection.scalar(select(func.max(deal_now.c.known_at)))
    return newest
