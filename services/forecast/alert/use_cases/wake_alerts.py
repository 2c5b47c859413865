"""A snooze is over."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.alert import repository
from shared.agenda.domain import Due


async def wake_alerts(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Those whose instant has come. What was snoozed for longer meanwhile sleeps on."""
    for each in await repository.hold(connection, [entry.subject_id for entry in entries]):
        await repository.save(connection, each.wake(now=now))
