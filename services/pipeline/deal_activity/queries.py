"""What others here may ask of the activities of deals."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, FromClause, Uuid, any_, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_activity.tables import deal_activity

ACTIVITIES: FromClause = deal_activity
"""For joins: id, deal_id, kind, planned_at, done_at."""
_A = deal_activity.c


@dataclass(frozen=True, slots=True)
class Done:
    """The last activity of a deal that was done."""

    id: UUID
    at: datetime
    by: UUID | None


async def last_done(connection: AsyncConnection, deals: Collection[UUID]) -> dict[UUID, Done]:
    """The last one of each deal that has any."""
    rows = await connection.execute(
        select(_A.deal_id, _A.id, _A.done_at, _A.by)
        .where(_A.deal_id == any_(literal(sorted(deals), ARRAY(Uuid))), _A.done_at.is_not(None))
        .ext(distinct_on(_A.deal_id))
        .order_by(_A.deal_id, _A.done_at.desc(), _A.id)
    )
    return {deal_id: Done(activity_id, at, by) for deal_id, activity_id, at, by in rows}


async def planned_until(connection: AsyncConnection, deals: Collection[UUID]) -> dict[UUID, datetime]:
    """For when the last thing is planned, and not done, of each deal that has any."""
    rows = await connection.execute(
        select(_A.deal_id, func.max(_A.planned_at).label("until"))
        .where(_A.deal_id == any_(literal(sorted(deals), ARRAY(Uuid))), _A.planned_at.is_not(None))
        .group_by(_A.deal_id)
    )
    return {row.deal_id: row.until for row in rows}
