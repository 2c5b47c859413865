"""The worker's share: the row of nights begins, and the alerts that wait are counted."""

from datetime import datetime

from services.forecast.alert.queries import waiting_by_kind
from services.forecast.gap_watch.use_cases.check_gaps import plan_first_night
from shared.messaging.timers import Timer
from shared.observability import metrics
from shared.persistence.database import Database

NIGHTS = Timer("gap-nights", 60 * 60, plan_first_night)
_shown: set[tuple[str, str]] = set()


async def _measure(database: Database, now: datetime) -> None:
    async with database.reading() as connection:
        waiting = await waiting_by_kind(connection)
    _shown.update(waiting)
    for kind, severity in _shown:
        metrics.alerts_waiting.labels("forecast", kind, severity).set(waiting.get((kind, severity), 0))


GAUGES = Timer("alert-gauges", 30, _measure)
