"""The worker process: `python -m services.pipeline.worker`."""

from services.pipeline.deal_field.part import INDEXING
from services.pipeline.due import DUE, LONG, RECKONING
from services.pipeline.leak_run.part import NIGHTS
from services.pipeline.pipeline_change.part import FOLLOWING
from services.pipeline.tables import MESSAGING
from services.pipeline.topics import HANDLERS, SUBSCRIPTIONS
from shared.agenda.gauges import measure_agenda
from shared.agenda.mend import COMMANDS
from shared.agenda.part import agenda_part
from shared.messaging.worker import Wiring, run_worker

WIRING = Wiring(
    service="pipeline",
    tables=MESSAGING,
    subscriptions=SUBSCRIPTIONS,
    handlers=HANDLERS,
    timers=(FOLLOWING, INDEXING, NIGHTS, measure_agenda("pipeline")),
    parts={
        "agenda": agenda_part(DUE),
        "clocks": agenda_part(RECKONING),
        "counting": agenda_part(LONG, most=1),
    },
    commands=COMMANDS,
)

if __name__ == "__main__":
    run_worker(WIRING)
