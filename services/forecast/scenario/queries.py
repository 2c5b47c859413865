"""Scenarios to be listed, and the deals they are played on."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_sample.queries import Sample, within
from services.forecast.scenario.domain import Deal
from services.forecast.territory.queries import territories_below
from shared.contracts.periods import Period
from shared.organisation.queries import subtree_of
from shared.organisation.tables import Structure


async def deals_of(
    connection: AsyncConnection, sample: Sample, period: Period, *, slip_days: int
) -> list[Deal]:
    """Won in the period, and open with an expected close in it, or so many days before."""
    deal = sample.deal.c
    first = period.starts_on - timedelta(days=slip_days)
    query = sample.select(
        deal.deal_id,
        deal.status == "won",
        deal.forecast_category,
        func.coalesce(sample.value, 0),
        deal.probability,
        deal.expected_close,
        deal.account_id,
        deal.owner_id,
        deal.product_id,
        sample.key,
    ).where(
        or_(
            and_(deal.status == "won", within(deal.closed_at, period.starts_at, period.ends_at)),
            and_(deal.status == "open", deal.expected_close.between(first, period.ends_on)),
        )
    )
    return [Deal(*row) for row in await connection.execute(query)]


async def won_by_account(
    connection: AsyncConnection, sample: Sample, begins: datetime, ends: datetime
) -> dict[UUID, Decimal]:
    """What was won from each account between the instants."""
    deal = sample.deal.c
    query = sample.select(deal.account_id, func.coalesce(func.sum(sample.value), 0)).where(
        deal.status == "won", deal.account_id.is_not(None), within(deal.closed_at, begins, ends)
    )
    rows = await connection.execute(query.group_by(deal.account_id))
    return {row[0]: row[1] for row in rows}


async def members_below(connection: AsyncConnection, team_id: UUID, structure: Structure) -> frozenset[UUID]:
    """The members of a team and of all teams below it."""
    member = structure.member.c
    query = select(member.id).where(member.team_id.in_(subtree_of(structure, team_id))).limit(100_000)
    return frozenset(row[0] for row in await connection.execute(query))


async def territories_within(connection: AsyncConnection, territory_id: UUID) -> frozenset[UUID]:
    """The territory and all that lie in it."""
    found: Iterable[Any] = await connection.scalars(territories_below(territory_id).limit(100_000))
    return frozenset(found)
