"""How far the agenda is behind, for the metrics of the worker."""

from datetime import datetime

from services.leads.agenda import repository
from services.leads.agenda.domain import Backlog
from shared.messaging.timers import Timer
from shared.observability import metrics
from shared.persistence.database import Database

_SECONDS = 10
_STATES = ("planned", "overdue", "failing", "set_aside")
_shown: set[str] = set()


async def measure_agenda(database: Database, now: datetime) -> None:
    """Set the gauges, in all and by kind. A kind that is gone stands at 0."""
    async with database.reading() as connection:
        found = await repository.backlog(connection, now)
    whole = sum(found.values(), Backlog())
    metrics.agenda_overdue.labels("leads").set(whole.overdue)
    metrics.agenda_oldest_overdue_seconds.labels("leads").set(whole.oldest_seconds)
    metrics.agenda_set_aside.labels("leads").set(whole.set_aside)
    _shown.update(found)
    for kind in _shown:
        backlog = found.get(kind, Backlog())
        for state in _STATES:
            metrics.agenda_entries.labels("leads", kind, state).set(getattr(backlog, state))
        metrics.agenda_kind_oldest_overdue_seconds.labels("leads", kind).set(backlog.oldest_seconds)


MEASURE_AGENDA = Timer("agenda-gauges", _SECONDS, measure_agenda)
