"""The worker process: `python -m services.pipeline.worker`."""

from services.pipeline.approval.part import ENDING
from services.pipeline.pipeline_change.part import FOLLOWING
from services.pipeline.tables import MESSAGING
from services.pipeline.topics import HANDLERS, SUBSCRIPTIONS
from shared.messaging.worker import Wiring, run_worker

WIRING = Wiring(
    service="pipeline",
    tables=MESSAGING,
    subscriptions=SUBSCRIPTIONS,
    handlers=HANDLERS,
    timers=(FOLLOWING, ENDING),
)

if __name__ == "__main__":
    run_worker(WIRING)
