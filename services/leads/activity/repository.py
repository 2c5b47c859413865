"""Activities to and from their table."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.domain import Activity
from services.leads.activity.scope import visible
from services.leads.activity.tables import activity
from services.leads.record.record_table import RecordTable
from shared.contracts.identity import Identity

ACTIVITIES = RecordTable(activity, Activity, {})


async def latest_of_lead(
    connection: AsyncConnection, identity: Identity, lead_id: UUID, most: int
) -> list[Activity]:
    """The lead's activities that the caller may see, the last `most`, in order."""
    latest = (
        select(activity.c.id)
        .where(activity.c.lead_id == lead_id, visible(identity), activity.c.archived_at.is_(None))
        .order_by(activity.c.created_at.desc(), activity.c.id.desc())
        .limit(most)
    )
    found = await ACTIVITIES.find_where(connection, activity.c.id.in_(latest))
    return sorted(found, key=lambda each: (each.created_at, each.id))
