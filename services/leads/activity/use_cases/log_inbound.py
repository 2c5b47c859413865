"""What others did towards us, as activities."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.domain import new_activity
from services.leads.activity.repository import ACTIVITIES
from services.leads.record.domain import Draft
from services.leads.tables import SOURCE
from shared.contracts.ids import new_id
from shared.observability.causes import event_context


async def log_inbound(
    connection: AsyncConnection, activities: Sequence[Mapping[str, Any]], *, now: datetime
) -> list[UUID]:
    """The ids of the new activities in order. They speak with nobody by themselves: that somebody wrote to us
    is no first contact of ours."""
    if not activities:
        return []
    made = [new_activity(new_id(), values, now=now) for values in activities]
    drafts = [Draft(None, (change,)) for change in made]
    await ACTIVITIES.insert_new(connection, drafts, event_context(SOURCE))
    return [change.after.id for change in made]
