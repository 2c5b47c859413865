"""A lead that was spoken with is contacted from then on."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.domain import Activity
from services.leads.lead.use_cases.record_contacts import record_contacts


async def tell_leads(connection: AsyncConnection, activities: Iterable[Activity], *, now: datetime) -> None:
    """Tell each lead the earliest moment it was spoken with, as far as these activities know."""
    spoken: dict[UUID, datetime] = {}
    for activity in activities:
        at = activity.spoke_at(now)
        if at is not None and activity.lead_id is not None:
            spoken[activity.lead_id] = min(at, spoken.get(activity.lead_id, at))
    if spoken:
        await record_contacts(connection, spoken, now=now)
