"""Work that happens by the clock, once per service however many workers run.

Must never break: a timer's runs never overlap, and a process that lost the lock stops its timers.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
from sqlalchemy import text

from shared.contracts.ids import new_id
from shared.messaging.failures import is_transient
from shared.messaging.leadership import leadership
from shared.messaging.partitions import ensure_partitions
from shared.messaging.pulse import Pulse
from shared.messaging.waiting import backoff, pause
from shared.observability import context
from shared.observability.logging import logger
from shared.persistence.database import CONNECTION_ERRORS, Database

_ENOUGH = 5
_INBOX_DAYS = 30
_LOCK_CHECK_SECONDS = 1.0


class TimerKeepsFailing(Exception):
    """A timer failed five times in a row for a reason that does not pass by itself."""


@dataclass(frozen=True, slots=True)
class Timer:
    """`run(database, now)` is called at start and then `every_seconds` after each end; it opens its own
    transactions. `now` is aware UTC."""

    name: str
    every_seconds: float
    run: Callable[[Database, datetime], Awaitable[None]]


class Timers:
    """Runs all timers of a service in the one process that leads them."""

    def __init__(
        self,
        database: Database,
        timers: Sequence[Timer],
        *,
        pulse: Pulse | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._timers = timers
        self._pulse = pulse or Pulse("timers")
        self._clock = clock
        self._log = logger(__name__)

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; raises TimerKeepsFailing."""
        attempt = 0
        while not stop.is_set():
            self._pulse.beat()
            try:
                async with leadership(self._database, "timers", stop, self._pulse) as lock:
                    if lock is not None:
                        attempt = 0
                        await self._lead(lock, stop)
            except CONNECTION_ERRORS as error:
                self._log.warning("timers_database_away", error=type(error).__name__)
                await pause(stop, backoff(attempt))
                attempt += 1

    async def _lead(self, lock: asyncpg.Connection, stop: asyncio.Event) -> None:
        tasks = [asyncio.create_task(self._repeat(timer, stop)) for timer in self._timers]
        try:
            while not (stop.is_set() or any(task.done() for task in tasks)):
                self._pulse.beat()
                await lock.execute("SELECT 1")
                await pause(stop, _LOCK_CHECK_SECONDS)
        finally:
            for task in tasks:
                if not task.done():
                    task.cancel()
            await asyncio.wait(tasks) if tasks else None
        for task in tasks:
            if not task.cancelled():
                task.result()

    async def _repeat(self, timer: Timer, stop: asyncio.Event) -> None:
        failures = 0
        while not stop.is_set():
            context.correlation_id.set(f"timer-{timer.name}-{new_id()}")
            context.actor.set("system")
            try:
                await timer.run(self._database, self._clock())
                failures = 0
            except Exception as error:
                passing = is_transient(error)
                self._log.error("timer_failed", timer=timer.name, transient=passing, exc_info=error)
                failures = failures if passing else failures + 1
                if failures >= _ENOUGH:
                    raise TimerKeepsFailing(timer.name) from error
                await pause(stop, min(timer.every_seconds, backoff(failures, longest=30)))
                continue
            await pause(stop, timer.every_seconds)


async def _make_partitions(database: Database, now: datetime) -> None:
    async with database.transaction() as connection:
        await ensure_partitions(connection, now)


async def _trim_inbox(database: Database, now: datetime) -> None:
    """Forget event ids that the broker has long forgotten too, a piece at a time."""
    oldest = now - timedelta(days=_INBOX_DAYS)
    statement = text(
        "DELETE FROM inbox WHERE event_id IN ("
        "SELECT event_id FROM inbox WHERE received_at < :oldest ORDER BY received_at LIMIT 10000)"
    )
    while True:
        async with database.reading() as connection:
            if (await connection.execute(statement, {"oldest": oldest})).rowcount < 10_000:
                return


HOUSEKEEPING = (
    Timer("outbox-partitions", 6 * 60 * 60, _make_partitions),
    Timer("inbox-trimming", 60 * 60, _trim_inbox),
)
