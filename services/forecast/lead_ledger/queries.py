"""The lead ledger, for other capabilities to reckon with."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import LateralFromClause

from services.forecast.lead_ledger.tables import lead_now


def leads() -> Subquery:
    """One row per lead as it stands now; one that was merged counts as the lead it is part of. PostgreSQL
    pulls the subquery up."""
    return select(lead_now).where(lead_now.c.merged_into.is_(None)).subquery("lead")


def places_of_leads() -> Subquery:
    """`territory_id` and `country` by `lead_id`. PostgreSQL pulls the subquery up."""
    return select(lead_now.c.lead_id, lead_now.c.territory_id, lead_now.c.country).subquery("lead")


def latest_territory_of(account_id: ColumnElement[UUID | None]) -> LateralFromClause:
    """`territory_id` of the latest lead that became the account, of those that lie in one; by index."""
    lead = lead_now.c
    return (
        select(lead.territory_id)
        .where(lead.account_id == account_id, lead.account_id.is_not(None), lead.territory_id.is_not(None))
        .order_by(lead.created_at.desc())
        .limit(1)
        .lateral("latest")
    )


async def decided_by_leads(
    connection: AsyncConnection, lead_ids: Sequence[UUID]
) -> dict[UUID, tuple[UUID | None, UUID | None]]:
    """Territory and account of those of these leads that are known; whoever changes them waits."""
    lead = lead_now.c
    rows = await connection.execute(
        select(lead.lead_id, lead.territory_id, lead.account_id)
        .where(lead.lead_id == func.any(list(lead_ids)))
        .order_by(lead.lead_id)
        .with_for_update()
    )
    return {row[0]: (row[1], row[2]) for row in rows}


async def freshness(connection: AsyncConnection) -> tuple[int, datetime | None]:
    """How many leads are known, and when the newest event among them was made."""
    row = await connection.execute(select(func.count(), func.max(lead_now.c.known_at)).select_from(lead_now))
    count, newest = row.one()
    return count, newest


async def last_event_at(connection: AsyncConnection) -> datetime | None:
    """When the newest lead event in the ledger was made; None while there is none."""
    newest: datetime | None = await connection.scalar(select(func.max(lead_now.c.known_at)))
    return newest
