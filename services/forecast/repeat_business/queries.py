"""Purchases of accounts by day, in one statement."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import Date, cast, func
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_sample.queries import Sample, within


async def purchases_of(
    connection: AsyncConnection, sample: Sample, begins: datetime, ends: datetime, *, time_zone: str
) -> dict[UUID, list[tuple[int, float]]]:
    """By account its purchases in order: deals won on one day are one purchase. Without accounts none."""
    deal, value = sample.deal.c, sample.value
    day = cast(func.timezone(time_zone, deal.closed_at), Date)
    query = (
        sample.select(deal.account_id, day.label("day"), func.coalesce(func.sum(value), 0).label("amount"))
        .where(deal.status == "won", deal.account_id.is_not(None), within(deal.closed_at, begins, ends))
        .group_by(deal.account_id, "day")
        .order_by(deal.account_id, "day")
    )
    found: dict[UUID, list[tuple[int, float]]] = defaultdict(list)
    for account, bought_on, amount in await connection.execute(query):
        found[account].append((bought_on.toordinal(), float(amount)))
    return dict(found)
