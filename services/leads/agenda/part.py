"""The loop of the worker that does what is due."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from services.leads.agenda.use_cases.do_due_work import AT_ONCE, Handlers, do_due_work
from shared.messaging.failures import is_transient
from shared.messaging.pulse import Pulse
from shared.messaging.settings import KafkaSettings
from shared.messaging.waiting import backoff, pause
from shared.messaging.worker import Part
from shared.observability.logging import logger
from shared.persistence.database import Database

_IDLE_SECONDS = 0.1


def agenda_part(
    handlers: Handlers,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    *,
    most: int = AT_ONCE,
) -> Part:
    """For `Wiring.parts`: looks ten times a second, and at once again while there is plenty to do.

    `most`: how many pieces one transaction does. A handler knows nothing of the kinds it is not given.
    """

    async def run(database: Database, _kafka: KafkaSettings, stop: asyncio.Event, pulse: Pulse) -> None:
        attempt = 0
        while not stop.is_set():
            pulse.beat()
            try:
                done = await do_due_work(database, handlers, clock(), most=most)
                attempt = 0
            except Exception as error:
                if not is_transient(error):
                    raise
                logger(__name__).warning("agenda_waits", error=type(error).__name__)
                await pause(stop, backoff(attempt))
                attempt += 1
                continue
            if done < most:
                await pause(stop, _IDLE_SECONDS)

    return run
