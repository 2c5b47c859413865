"""A lead that was worked on counts it; one that was spoken with is contacted, and looked at again."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.domain import Activity
from services.leads.lead.use_cases.count_activities import Worked, count_activities
from services.leads.lead.use_cases.record_contacts import record_contacts
from services.leads.lead.use_cases.review_leads import review_soon


async def tell_leads(
    connection: AsyncConnection,
    activities: Collection[Activity],
    *,
    now: datetime,
    before: Mapping[UUID, Activity] | None = None,
) -> None:
    """Tell each lead how often and when it was worked on, and the earliest moment it was spoken with, as far
    as these activities know. `before`: how those that are not new were."""
    known = before or {}
    worked = [*_undone(known.values()), *_done(activities, now)]
    if worked:
        await count_activities(connection, worked)
    spoken: dict[UUID, datetime] = {}
    for activity in activities:
        at = activity.spoke_at(now)
        if at is not None and activity.lead_id is not None:
            spoken[activity.lead_id] = min(at, spoken.get(activity.lead_id, at))
    if spoken:
        await record_contacts(connection, spoken, now=now)
        await review_soon(connection, spoken, now)


def _done(activities: Collection[Activity], now: datetime) -> list[Worked]:
    return [
        Worked(activity.lead_id, 1, at)
        for activity in activities
        if activity.lead_id is not None and (at := activity.happened_at(now)) is not None
    ]


def _undone(activities: Collection[Activity]) -> list[Worked]:
    """What was counted when these were last written."""
    return [
        Worked(activity.lead_id, -1, None)
        for activity in activities
        if activity.lead_id is not None and activity.happened_at(activity.updated_at) is not None
    ]
