"""The leads worker: events in and out, and what happens by the clock."""

from datetime import datetime

from services.leads.due import DUE, LONG
from services.leads.intake.timers import TRIM_RECEIPTS
from services.leads.scoring.part import NIGHTS, training_part
from services.leads.tables import MESSAGING
from services.leads.topics import HANDLERS, SUBSCRIPTIONS
from shared.agenda.gauges import measure_agenda
from shared.agenda.mend import COMMANDS
from shared.agenda.part import agenda_part
from shared.messaging.timers import Timer
from shared.messaging.worker import Wiring, run_worker
from shared.persistence.database import Database
from shared.web import idempotency


async def _forget_answers(database: Database, now: datetime) -> None:
    async with database.transaction() as connection:
        await idempotency.purge(connection, now=now)


WIRING = Wiring(
    service="leads",
    tables=MESSAGING,
    subscriptions=SUBSCRIPTIONS,
    handlers=HANDLERS,
    timers=(
        Timer("idempotency-trimming", 60 * 60, _forget_answers),
        TRIM_RECEIPTS,
        NIGHTS,
        measure_agenda("leads"),
    ),
    parts={"agenda": agenda_part(DUE), "files": agenda_part(LONG, most=1), "scoring": training_part},
    commands=COMMANDS,
)


def main() -> None:
    """Run until SIGTERM."""
    run_worker(WIRING)


if __name__ == "__main__":
    main()
