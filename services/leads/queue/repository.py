"""Queues to and from their table."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.queue.domain import LeadQueue
from services.leads.queue.tables import lead_queue
from services.leads.record.record_table import RecordTable

QUEUES = RecordTable(lead_queue, LeadQueue, {})


async def default_queue_id(connection: AsyncConnection) -> UUID | None:
    """The queue for leads nobody is eligible for."""
    found: UUID | None = await connection.scalar(
        select(lead_queue.c.id).where(lead_queue.c.is_default, lead_queue.c.active)
    )
    return found
