"""An activity is put away, or brought back."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.domain import Activity
from services.leads.activity.repository import ACTIVITIES
from services.leads.activity.use_cases.edit_activity import load_activity
from services.leads.record.domain import Change, Draft
from services.leads.record.use_cases.change_record import change_record
from services.leads.tables import SOURCE
from shared.contracts.identity import Identity
from shared.observability.causes import event_context


async def archive_activity(
    connection: AsyncConnection,
    identity: Identity,
    activity_id: UUID,
    *,
    seen_version: int | None,
    now: datetime,
) -> Activity:
    """The activity, put away. Once more changes nothing."""
    return await _change(
        connection, identity, activity_id, lambda activity: activity.archive(now=now), seen_version
    )


async def restore_activity(
    connection: AsyncConnection,
    identity: Identity,
    activity_id: UUID,
    *,
    seen_version: int | None,
    now: datetime,
) -> Activity:
    """The activity, in the lists again as it was."""
    return await _change(
        connection, identity, activity_id, lambda activity: activity.restore(now=now), seen_version
    )


async def _change(
    connection: AsyncConnection,
    identity: Identity,
    activity_id: UUID,
    decide: Callable[[Activity], Change[Activity] | None],
    seen_version: int | None,
) -> Activity:
    async def load() -> Activity:
        return await load_activity(connection, identity, activity_id)

    async def save(draft: Draft[Activity]) -> bool:
        return bool(await ACTIVITIES.save(connection, [draft], event_context(SOURCE)))

    return await change_record(load, decide, save, seen_version=seen_version)
