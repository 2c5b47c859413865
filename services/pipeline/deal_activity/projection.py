"""Activities become rows. Fed late or twice, a row still ends at its newest version."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_activity.tables import deal_activity
from shared.contracts.envelope import Envelope
from shared.contracts.events.leads_activity import ActivityState
from shared.persistence.bulk import insert_rows

_A = deal_activity.c


async def record_activities(
    connection: AsyncConnection, told: Sequence[tuple[ActivityState, Envelope]]
) -> set[UUID]:
    """Keep the newest of each, all with one statement; the deals they are or were about."""
    newest: dict[UUID, dict[str, Any]] = {}
    for event, envelope in sorted(told, key=lambda each: each[1].sequence):
        newest[event.activity_id] = _row(event, envelope)
    before = await connection.scalars(
        select(_A.deal_id).where(_A.id == any_(literal(sorted(newest), ARRAY(Uuid))), _A.deal_id.is_not(None))
    )
    deals = {*before, *(row["deal_id"] for row in newest.values() if row["deal_id"] is not None)}
    rows = [row for _, row in sorted(newest.items()) if deals]
    if rows:
        new = insert_rows(deal_activity, rows)
        await connection.execute(
            new.on_conflict_do_update(
                index_elements=["id"],
                set_={name: new.excluded[name] for name in rows[0] if name != "id"},
                where=_A.sequence < new.excluded.sequence,
            )
        )
    return deals


def _row(event: ActivityState, envelope: Envelope) -> dict[str, Any]:
    """One that is put away counts neither as done nor as planned."""
    here = event.archived_at is None
    return {
        "id": event.activity_id,
        "deal_id": event.deal_id,
        "kind": event.activity_type,
        "planned_at": (event.due_at or event.started_at) if here and event.done_at is None else None,
        "done_at": event.done_at if here else None,
        "by": event.owner_id,
        "sequence": envelope.sequence,
    }
