"""The loop of the worker that does what is due."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

from shared.agenda.due_work import AT_ONCE, Handlers, do_due_work
from shared.messaging.failures import is_transient
from shared.messaging.pulse import Pulse
from shared.messaging.settings import KafkaSettings
from shared.messaging.waiting import backoff, pause
from shared.messaging.worker import Part
from shared.observability.logging import logger
from shared.persistence.database import Database

_IDLE_SECONDS = 0.1
_LONG_SECONDS = 1.0


def agenda_part(
    handlers: Handlers,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    *,
    most: int = AT_ONCE,
) -> Part:
    """For `Wiring.parts`: looks ten times a second, and at once again while there is plenty to do.

    `most`: how many pieces one transaction does at most. What they are about is locked meanwhile, so
    there are half as many after one that took longer than a second, a quarter after one that failed, then
    more again. A handler knows nothing of the kinds it is not given.
    """

    async def run(database: Database, _kafka: KafkaSettings, stop: asyncio.Event, pulse: Pulse) -> None:
        attempt, at_once = 0, most
        while not stop.is_set():
            pulse.beat()
            started = time.monotonic()
            try:
                done = await do_due_work(database, handlers, clock(), most=at_once)
                attempt = 0
            except Exception as error:
                if not is_transient(error):
                    raise
                logger(__name__).warning("agenda_waits", error=type(error).__name__)
                await pause(stop, backoff(attempt))
                attempt, at_once = attempt + 1, max(at_once // 4, 1)
                continue
            quick, plenty = time.monotonic() - started < _LONG_SECONDS, done >= at_once
            at_once = min(2 * at_once, most) if quick else max(at_once // 2, 1)
            if not plenty:
                await pause(stop, _IDLE_SECONDS)

    return run
