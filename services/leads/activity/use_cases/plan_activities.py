"""Activities that the system plans for members."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.domain import new_activity
from services.leads.activity.repository import ACTIVITIES
from services.leads.activity.use_cases.watch_due import watch_due
from services.leads.record.domain import Draft
from services.leads.tables import SOURCE
from shared.contracts.ids import new_id
from shared.observability.causes import event_context


async def plan_activities(
    connection: AsyncConnection, values: Sequence[Mapping[str, Any]], *, now: datetime
) -> list[UUID]:
    """The ids of the new activities in the order of the values; owners and links are trusted. What was made
    before from where one comes is left as it is."""
    drafts = [Draft(None, (new_activity(new_id(), each, now=now),)) for each in values]
    written = await ACTIVITIES.insert_new(connection, drafts, event_context(SOURCE))
    await watch_due(connection, written.values(), now=now)
    return [draft.after.id for draft in drafts]


async def done_at(connection: AsyncConnection, ids: set[UUID]) -> dict[UUID, datetime | None]:
    """When these activities were done; None for what is open."""
    found = await ACTIVITIES.find_many(connection, ids)
    return {activity_id: activity.done_at for activity_id, activity in found.items()}
