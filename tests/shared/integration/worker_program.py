"""A worker process of the test service: `python -m tests.shared.integration.worker_program [broken]`."""

import asyncio
import sys

from shared.messaging.pulse import Pulse
from shared.messaging.settings import KafkaSettings
from shared.messaging.worker import Wiring, run_worker
from shared.persistence.database import Database
from tests.shared.integration.messaging_world import RECORDING, TABLES, TOPIC

WIRING = Wiring(service="world", tables=TABLES, subscriptions=(TOPIC,), handlers=RECORDING)


async def fails_for_good(_: Database, __: KafkaSettings, ___: asyncio.Event, ____: Pulse) -> None:
    """A part with a mistake in it."""
    raise LookupError("a mistake")


if __name__ == "__main__":
    broken = Wiring(
        service="world",
        tables=TABLES,
        subscriptions=(TOPIC,),
        handlers=RECORDING,
        parts={"broken": fails_for_good},
    )
    run_worker(broken if "broken" in sys.argv else WIRING)
