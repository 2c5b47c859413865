"""Activity events become rows, one statement for a batch of any size."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.activity_ledger.tables import activity_now
from services.forecast.known_at import known_at
from services.forecast.replica import keep_newest
from shared.contracts.envelope import Envelope
from shared.contracts.events.leads_activity import ActivityState


async def record_activities(
    connection: AsyncConnection, told: Sequence[tuple[ActivityState, Envelope]]
) -> None:
    """Keep each activity's newest state."""
    await keep_newest(connection, activity_now, [_row(event, envelope) for event, envelope in told])


def _row(event: ActivityState, envelope: Envelope) -> dict[str, Any]:
    return {
        "activity_id": event.activity_id,
        "sequence": envelope.sequence,
        "known_at": known_at(envelope),
        "activity_type": event.activity_type,
        "created_at": event.created_at,
        "owner_id": event.owner_id,
        "lead_id": event.lead_id,
        "account_id": event.account_id,
        "contact_id": event.contact_id,
        "deal_id": event.deal_id,
        "direction": event.direction,
        "outcome": event.outcome,
        "started_at": event.started_at,
        "ended_at": event.ended_at,
        "due_at": event.due_at,
        "done_at": event.done_at,
        "archived_at": event.archived_at,
    }
