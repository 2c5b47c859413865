"""How far the agenda is behind, for the metrics of the worker."""

from datetime import datetime

from services.leads.agenda import repository
from shared.messaging.timers import Timer
from shared.observability import metrics
from shared.persistence.database import Database

_SECONDS = 10


async def measure_agenda(database: Database, now: datetime) -> None:
    """Set the gauges."""
    async with database.reading() as connection:
        backlog = await repository.backlog(connection, now)
    metrics.agenda_overdue.labels("leads").set(backlog.overdue)
    metrics.agenda_oldest_overdue_seconds.labels("leads").set(backlog.oldest_seconds)
    metrics.agenda_set_aside.labels("leads").set(backlog.set_aside)


MEASURE_AGENDA = Timer("agenda-gauges", _SECONDS, measure_agenda)
