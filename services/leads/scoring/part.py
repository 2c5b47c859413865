"""The loop of the worker that runs trainings, one process at a time; and the timer that plans the nights."""

import asyncio
from datetime import UTC, datetime

from services.leads.scoring.use_cases.run_training import run_training
from services.leads.scoring.use_cases.train_nightly import NIGHTLY, SUBJECT, plan_next_night
from shared.agenda.planning import is_planned
from shared.messaging.failures import is_transient
from shared.messaging.leadership import leadership
from shared.messaging.pulse import Pulse
from shared.messaging.settings import KafkaSettings
from shared.messaging.timers import Timer
from shared.messaging.waiting import backoff, pause
from shared.observability import context
from shared.observability.logging import logger
from shared.persistence.database import CONNECTION_ERRORS, Database

_IDLE_SECONDS = 0.5
_BEAT_SECONDS = 1.0


async def training_part(database: Database, _kafka: KafkaSettings, stop: asyncio.Event, pulse: Pulse) -> None:
    """For `Wiring.parts`: looks twice a second for a training to run."""
    attempt = 0
    while not stop.is_set():
        try:
            async with leadership(database, "scoring", stop, pulse) as lock:
                while lock is not None and not stop.is_set():
                    await lock.execute("SELECT 1")
                    if not await _run_beating(database, stop, pulse):
                        await pause(stop, _IDLE_SECONDS)
                    attempt = 0
        except Exception as error:
            if not (isinstance(error, CONNECTION_ERRORS) or is_transient(error)):
                raise
            logger(__name__).warning("scoring_waits", error=type(error).__name__)
            await pause(stop, backoff(attempt))
            attempt += 1


async def _run_beating(database: Database, stop: asyncio.Event, pulse: Pulse) -> bool:
    """Run what waits, giving signs of life meanwhile; given up when told to stop, and run again later."""
    context.actor.set("system")
    running = asyncio.create_task(run_training(database, datetime.now(UTC)))
    try:
        while not running.done() and not stop.is_set():
            pulse.beat()
            await asyncio.wait({running}, timeout=_BEAT_SECONDS if not stop.is_set() else 0)
    finally:
        if not running.done():
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    return not running.cancelled() and running.result()


async def _plan_first_night(database: Database, now: datetime) -> None:
    async with database.transaction() as connection:
        if not await is_planned(connection, NIGHTLY, SUBJECT):
            await plan_next_night(connection, now)


NIGHTS = Timer("scoring-nights", 60 * 60, _plan_first_night)
"""Begins the row of nights, and begins it again should it ever break."""
