"""What activities are linked to may become part of another record."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.domain import Activity
from services.leads.activity.repository import ACTIVITIES
from services.leads.record.domain import Change, Draft
from services.leads.record.use_cases.relink import Link
from services.leads.tables import SOURCE
from shared.observability.causes import event_context


def activities_of(kind: str) -> Link[Activity]:
    """The activities of a lead, an account or a contact."""
    return Link("activities", f"{kind}_id", ACTIVITIES, _step, _save)


def _step(activity: Activity, values: Mapping[str, Any], now: datetime) -> Change[Activity] | None:
    return activity.edit(values, now=now)


async def _save(connection: AsyncConnection, drafts: Sequence[Draft[Activity]]) -> Mapping[UUID, Activity]:
    return await ACTIVITIES.save(connection, drafts, event_context(SOURCE))
