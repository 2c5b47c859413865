"""How far the agenda is behind, for the metrics of a worker."""

from datetime import datetime

from shared.agenda import repository
from shared.agenda.domain import Backlog
from shared.messaging.timers import Timer
from shared.observability import metrics
from shared.persistence.database import Database

_SECONDS = 10
_STATES = ("planned", "overdue", "failing", "set_aside")


def measure_agenda(service: str) -> Timer:
    """For `Wiring.timers`: sets the gauges, in all and by kind. A kind that is gone stands at 0."""
    shown: set[str] = set()

    async def measure(database: Database, now: datetime) -> None:
        async with database.reading() as connection:
            found = await repository.backlog(connection, now)
        whole = sum(found.values(), Backlog())
        metrics.agenda_overdue.labels(service).set(whole.overdue)
        metrics.agenda_oldest_overdue_seconds.labels(service).set(whole.oldest_seconds)
        metrics.agenda_set_aside.labels(service).set(whole.set_aside)
        shown.update(found)
        for kind in shown:
            backlog = found.get(kind, Backlog())
            for state in _STATES:
                metrics.agenda_entries.labels(service, kind, state).set(getattr(backlog, state))
            metrics.agenda_kind_oldest_overdue_seconds.labels(service, kind).set(backlog.oldest_seconds)

    return Timer("agenda-gauges", _SECONDS, measure)
