"""One ledger made anew: read all its events, compare, catch up, swap."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.forecast.rebuild import shadow
from services.forecast.rebuild.ledgers import Ledger
from services.forecast.rebuild.reading import Read, TopicReader, topic_reader
from services.forecast.rebuild.shadow import Differences
from shared.messaging.failures import is_transient
from shared.messaging.handlers import Delivery
from shared.messaging.leadership import lock_key
from shared.messaging.processor import reason_of
from shared.messaging.settings import KafkaSettings
from shared.persistence.database import Database

BATCH = 1_000
SOON = 1_000
"""So few events left are read while writers wait."""
_SAY_EVERY_SECONDS = 2.0
_ATTEMPTS = 20
_PATIENCE_SECONDS = 20.0
_UNDER_WAY_SECONDS = 0.5
_LOOKS, _LOOKED_AT_AGAIN, _SHOWN = 3, 10_000, 20

Say = Callable[[str], None]


class NotRebuilt(Exception):
    """Why the live ledger stays; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """`events` read until the comparison and in how many seconds; `held_seconds`: how long writers waited;
    `swapped` is false after a dry run."""

    events: int
    unreadable: int
    seconds: float
    differences: Differences
    swapped: bool = False
    held_seconds: float = 0.0


async def rebuild(
    database: Database,
    kafka: KafkaSettings,
    ledger: Ledger,
    *,
    dry_run: bool = False,
    patience: float = _PATIENCE_SECONDS,
    say: Say = print,
) -> Rebuilt:
    """Make it anew and let it take over. Raises NotRebuilt: another run is at work, an event cannot be
    applied, or the topic lacks events that the live ledger is made of and brings none for `patience` seconds.
    """
    async with _alone(database), topic_reader(kafka, ledger.topic) as reader, _beside(database, ledger, say):
        run = _Run(database, ledger, reader, say)
        await run.read_all()
        await run.read_what_is_missing(patience)
        found = await run.compare()
        return found if dry_run else await run.swap(found)


@asynccontextmanager
async def _alone(database: Database) -> AsyncIterator[None]:
    """One run at a time; the lock ends with the connection, so with the process."""
    connection = await database.dedicated()
    try:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock_key("rebuild")):
            raise NotRebuilt("another rebuild is at work")
        yield
    finally:
        await connection.close()


@asynccontextmanager
async def _beside(database: Database, ledger: Ledger, say: Say) -> AsyncIterator[None]:
    """The new tables, empty; at the end they are gone, or the ones whose place they took."""
    async with database.transaction() as connection:
        await shadow.make(connection, ledger)
    try:
        yield
    finally:
        try:
            async with database.transaction() as connection:
                await shadow.clear(connection)
        except DBAPIError as error:
            say(f"tables are left behind, the next run drops them: {reason_of(error)}")


class _Run:
    def __init__(self, database: Database, ledger: Ledger, reader: TopicReader, say: Say) -> None:
        self._database, self._ledger, self._reader, self._say = database, ledger, reader, say
        self._events = self._unreadable = 0
        self._started = time.perf_counter()

    async def read_all(self) -> None:
        """What was there at the beginning; what comes meanwhile is read later."""
        total = await self._reader.left()
        self._say(f"reading {total:,} messages of {self._ledger.topic}")
        await self._read(total)
        self._say(f"read {self._events:,} events, {self._pace():,.0f} events/s")

    async def read_what_is_missing(self, patience: float) -> None:
        """Wait for events that are being sent again, as long as they come."""
        last = time.monotonic()
        while missing := await self._unseen():
            read = await self._catch_up()
            last = time.monotonic() if read else last
            if time.monotonic() - last > patience:
                raise NotRebuilt(_lacking(self._ledger.topic, missing))

    async def compare(self) -> Rebuilt:
        """The differences that last: what is only under way to one of them is none."""
        seconds = time.perf_counter() - self._started
        async with self._database.reading() as connection:
            await shadow.settle(connection, self._ledger)
            found = await shadow.compare(connection, self._ledger)
            for _ in range(_LOOKS if 0 < len(found.subjects) <= _LOOKED_AT_AGAIN else 0):
                await asyncio.sleep(_UNDER_WAY_SECONDS)
                await self._catch_up()
                found = await shadow.compare(connection, self._ledger, found.subjects)
        self._say(_said(found))
        return Rebuilt(self._events, self._unreadable, seconds, found)

    async def swap(self, found: Rebuilt) -> Rebuilt:
        """Catch up, hold writers back, read the last events, and let the new tables take over."""
        for _ in range(_ATTEMPTS):
            while await self._catch_up() > SOON:
                pass
            try:
                held = await self._take_over(differ=bool(found.differences.subjects))
            except Exception as error:
                if not is_transient(error):
                    raise
                self._say("somebody uses the ledger for long; again")
                await asyncio.sleep(0.5)
            else:
                self._say(f"swapped; writers waited {held:.3f} s")
                return replace(found, swapped=True, held_seconds=held)
        raise NotRebuilt("the live ledger is in use all the time; nothing was changed")

    async def _take_over(self, *, differ: bool) -> float:
        async with self._database.transaction() as connection:
            await connection.execute(text("SET LOCAL lock_timeout = '800ms'"))
            await shadow.lock(connection, self._ledger, "EXCLUSIVE")
            since = time.perf_counter()
            await self._catch_up()
            await shadow.swap(connection, self._ledger, differ=differ)
        return time.perf_counter() - since

    async def _unseen(self) -> int:
        await self._catch_up()
        async with self._database.reading() as connection:
            return await shadow.missing(connection, self._ledger)

    async def _catch_up(self) -> int:
        """Read what is there now; how many messages that was."""
        left = await self._reader.left()
        await self._read(left)
        return left

    async def _read(self, messages: int) -> None:
        """So many; the next are read and decoded while the last are written."""
        writing: asyncio.Task[None] | None = None
        said = time.perf_counter()
        try:
            while messages > 0:
                read = await self._reader.next(BATCH)
                if not read.messages and not await self._reader.left():
                    break  # the broker has dropped old ones meanwhile
                if writing is not None:
                    await writing
                writing = asyncio.create_task(self._write(read))
                await asyncio.sleep(0)
                messages -= read.messages
                if time.perf_counter() - said > _SAY_EVERY_SECONDS:
                    said = time.perf_counter()
                    self._say(f"{messages:,} messages left, {self._pace():,.0f} events/s")
        finally:
            if writing is not None:
                await writing

    async def _write(self, read: Read) -> None:
        self._events += len(read.deliveries)
        self._unreadable += read.unreadable
        if not read.deliveries:
            return
        try:
            await self._apply(read.deliveries)
        except Exception as error:
            if is_transient(error):
                raise
            await self._blame(read.deliveries)
            raise

    async def _apply(self, deliveries: Sequence[Delivery]) -> None:
        async with self._database.transaction() as connection:
            await shadow.apply(connection, self._ledger, deliveries)

    async def _blame(self, deliveries: Sequence[Delivery]) -> None:
        """Raise NotRebuilt with the first event that cannot be applied by itself."""
        for each in deliveries:
            try:
                await self._apply([each])
            except Exception as error:
                if is_transient(error):
                    raise
                of = f"{each.envelope.type} {each.envelope.id} of {each.envelope.subject}"
                raise NotRebuilt(f"{of} cannot be applied: {reason_of(error)}") from error

    def _pace(self) -> float:
        return self._events / max(time.perf_counter() - self._started, 1e-6)


def _lacking(topic: str, events: int) -> str:
    service = topic.split(".", maxsplit=1)[0]
    again = f"python -m shared.messaging.mend {service} republish --topic {topic} --since 2000-01-01"
    return (
        f"the topic {topic} lacks {events:,} events that the live ledger is made of; let them be sent again, "
        f"and start anew: {again}"
    )


def _said(found: Differences) -> str:
    if not found.subjects:
        return "the new ledger is the same as the live one"
    ids = [str(each) for each in sorted(found.subjects)]
    shown = ", ".join(ids[:_SHOWN] + (["..."] if len(ids) > _SHOWN else []))
    return (
        f"{len(ids):,} differ: {found.only_live:,} rows are in the live ledger only, "
        f"{found.only_rebuilt:,} in the new one only, {found.changed:,} have other values: {shown}"
    )
