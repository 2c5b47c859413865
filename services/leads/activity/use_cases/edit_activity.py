"""A member edits an activity."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.domain import Activity, ActivityError
from services.leads.activity.repository import ACTIVITIES
from services.leads.activity.schemas import ActivityPatch
from services.leads.activity.scope import visible
from services.leads.activity.use_cases.check_links import check_links, unknown_links
from services.leads.activity.use_cases.tell_leads import tell_leads
from services.leads.activity.use_cases.watch_due import watch_due
from services.leads.member.use_cases.check_owners import check_handover
from services.leads.record.domain import Change, Draft
from services.leads.record.schemas import read
from services.leads.record.use_cases.change_record import change_record
from services.leads.tables import SOURCE
from shared.contracts.identity import Identity
from shared.observability.causes import event_context


async def load_activity(connection: AsyncConnection, identity: Identity, activity_id: UUID) -> Activity:
    """The activity. Refuses with `activity_not_found` when it is not there or not the caller's to see."""
    activity = await ACTIVITIES.find(connection, activity_id, visible(identity))
    if activity is None:
        raise ActivityError("activity_not_found", "There is no such activity.")
    return activity


async def edit_activity(
    connection: AsyncConnection,
    identity: Identity,
    activity_id: UUID,
    patch: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Activity:
    """The activity with the patch merged in; a lead it spoke with becomes contacted. Needs a transaction."""
    first = await load_activity(connection, identity, activity_id)
    values = read(ActivityPatch, patch).given()
    await check_handover(connection, identity, first.owner_id, values)
    check_links(values, await unknown_links(connection, identity, [values]))

    async def load() -> Activity:
        return await load_activity(connection, identity, activity_id)

    async def save(draft: Draft[Activity]) -> bool:
        return bool(await ACTIVITIES.save(connection, [draft], event_context(SOURCE)))

    before: dict[UUID, Activity] = {}

    def decide(activity: Activity) -> Change[Activity] | None:
        before[activity.id] = activity
        return activity.edit(values, now=now)

    activity = await change_record(load, decide, save, seen_version=seen_version)
    await tell_leads(connection, [activity], now=now, before=before)
    await watch_due(connection, [activity], now=now)
    return activity
