"""What routing reads of sellers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.seller.tables import absence


async def away_at(connection: AsyncConnection, now: datetime) -> dict[UUID, datetime]:
    """Who is absent at this instant, and until when."""
    rows = await connection.execute(
        select(absence.c.member_id, func.max(absence.c.ends_at).label("until"))
        .where(absence.c.starts_at <= now, absence.c.ends_at > now)
        .group_by(absence.c.member_id)
    )
    return {row.member_id: row.until for row in rows}
