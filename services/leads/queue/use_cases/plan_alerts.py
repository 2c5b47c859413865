"""A lead that waits too long in a queue is told of."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.queue.domain import OVERDUE
from services.leads.queue.repository import alert_hours
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work


async def plan_alerts(connection: AsyncConnection, queued: Mapping[UUID, UUID], now: datetime) -> None:
    """`queued`: queue by lead that has just been put into it."""
    if not queued:
        return
    hours = await alert_hours(connection, set(queued.values()))
    entries = [
        Due(OVERDUE, lead_id, now + timedelta(hours=hours[queue_id]), {"queue_id": str(queue_id)})
        for lead_id, queue_id in queued.items()
        if queue_id in hours
    ]
    await plan_work(connection, entries)
