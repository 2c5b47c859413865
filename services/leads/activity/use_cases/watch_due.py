"""What is planned is to be done by its time; when that passes, it is told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.domain import DUE, Activity, ActivityError
from services.leads.activity.repository import ACTIVITIES
from services.leads.record.domain import Draft
from services.leads.record.use_cases.try_again import rounds
from services.leads.tables import SOURCE
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.observability.causes import event_context


async def watch_due(connection: AsyncConnection, activities: Iterable[Activity], *, now: datetime) -> None:
    """Those with a time to come are looked at then; for a time of an activity that is planned once."""
    entries = {
        uuid5(activity.id, due_at.isoformat()): Due(
            DUE,
            uuid5(activity.id, due_at.isoformat()),
            due_at,
            {"record_id": activity.id, "due_at": due_at},
        )
        for activity in activities
        if (due_at := activity.due_at) is not None and due_at > now and activity.is_open
    }
    await plan_work(connection, [entries[subject] for subject in sorted(entries)])


async def call_due(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """The time of these activities has come: those not done are overdue, since that instant."""
    due = {
        UUID(entry.payload["record_id"]): datetime.fromisoformat(entry.payload["due_at"]) for entry in entries
    }
    async for _ in rounds():
        activities = await ACTIVITIES.find_many(connection, due)
        late = [each for each in activities.values() if each.is_open and each.due_at == due[each.id]]
        drafts = [Draft(activity, (activity.lapse(now=now),)) for activity in late]
        if not drafts:
            return
        written = await ACTIVITIES.save(connection, drafts, event_context(SOURCE))
        due = {each.id: due[each.id] for each in late if each.id not in written}
        if not due:
            return
    raise ActivityError("temporarily_unavailable", "An activity is being changed by many at once; try again.")
