"""Competitors of deals to and from their table."""

from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.competitor.repository import COMPETITOR_ROWS
from services.pipeline.deal_competitor.domain import DealCompetitor
from services.pipeline.deal_competitor.tables import deal_competitor
from services.pipeline.records import Records

MET = Records(deal_competitor, DealCompetitor, "deal_competitor")
_C, _R = deal_competitor.c, COMPETITOR_ROWS.c


async def met(connection: AsyncConnection, deal_id: UUID, competitor_id: UUID) -> list[DealCompetitor]:
    """That competitor in the deal, under each of the ids that are it now, the first recorded first."""
    query = (
        select(deal_competitor)
        .join(COMPETITOR_ROWS, _R.id == _C.competitor_id)
        .where(
            _C.deal_id == deal_id,
            _C.removed_at.is_(None),
            or_(_C.competitor_id == competitor_id, _R.merged_into == competitor_id),
        )
        .order_by(_C.created_at, _C.id)
        .limit(100)
    )
    return [MET.read(row) for row in (await connection.execute(query)).mappings()]


async def standing_for(connection: AsyncConnection, competitor_id: UUID) -> UUID | None:
    """The competitor that this id means now; None for an unknown one."""
    query = select(func.coalesce(_R.merged_into, _R.id)).where(_R.id == competitor_id)
    found: UUID | None = await connection.scalar(query)
    return found
