"""Queues to and from their table."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.queue.domain import LeadQueue
from services.leads.queue.tables import lead_queue
from services.leads.record.record_table import RecordTable
from services.leads.setting_history.use_cases.keep_history import history_of

QUEUES = RecordTable(lead_queue, LeadQueue, {}, history_of("queue"))


async def default_queue_id(connection: AsyncConnection) -> UUID | None:
    """The queue for leads nobody is eligible for."""
    found: UUID | None = await connection.scalar(
        select(lead_queue.c.id).where(lead_queue.c.is_default, lead_queue.c.active)
    )
    return found


async def alert_hours(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, int]:
    """After how many hours leads in these queues are told of; queues without an alert are not there."""
    hours = lead_queue.c.alert_after_hours
    rows = await connection.execute(
        select(lead_queue.c.id, hours).where(lead_queue.c.id.in_(sorted(ids)), hours.is_not(None))
    )
    return {row.id: row.alert_after_hours for row in rows}


async def no_default_but(connection: AsyncConnection, queue_id: UUID) -> None:
    """The queue that was the default one is it no more."""
    await connection.execute(
        update(lead_queue)
        .where(lead_queue.c.is_default, lead_queue.c.id != queue_id)
        .values(is_default=False, version=lead_queue.c.version + 1)
    )
