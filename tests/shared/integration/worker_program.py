"""A worker of the test service: `python -m tests.shared.integration.worker_program [broken|clinging]`."""

import asyncio
import sys

from shared.messaging.pulse import Pulse
from shared.messaging.settings import KafkaSettings
from shared.messaging.worker import Part, Wiring, run_worker
from shared.persistence.database import Database
from tests.shared.integration.messaging_world import RECORDING, TABLES, TOPIC


async def fails_for_good(_: Database, __: KafkaSettings, ___: asyncio.Event, ____: Pulse) -> None:
    """A part with a mistake in it."""
    raise LookupError("a mistake")


async def clings(_: Database, __: KafkaSettings, ___: asyncio.Event, ____: Pulse) -> None:
    """A part that neither minds the stop nor ends its cleaning up."""
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.Event().wait()


PARTS: dict[str, Part] = {"broken": fails_for_good, "clinging": clings}


if __name__ == "__main__":
    parts = {name: part for name, part in PARTS.items() if name in sys.argv}
    wiring = Wiring(service="world", tables=TABLES, subscriptions=(TOPIC,), handlers=RECORDING, parts=parts)
    run_worker(wiring)
