"""The activity ledger, for other capabilities to reckon with."""

from datetime import datetime

from sqlalchemy import Subquery, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.activity_ledger.tables import activity_now


def activities() -> Subquery:
    """One row per activity as it stands now, without those put away. PostgreSQL pulls the subquery up."""
    return select(activity_now).where(activity_now.c.archived_at.is_(None)).subquery("activity")


async def freshness(connection: AsyncConnection) -> tuple[int, datetime | None]:
    """How many activities are known, and when the newest event among them was made."""
    row = await connection.execute(
        select(func.count(), func.max(activity_now.c.known_at)).select_from(activity_now)
    )
    count, newest = row.one()
    return count, newest
