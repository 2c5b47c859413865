"""One process of a service at a time does a thing: it holds a PostgreSQL session lock.

Must never break: the lock lives and dies with the connection that the work uses, so who lost it cannot
write any more.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from shared.messaging.pulse import Pulse
from shared.messaging.waiting import ends_within, pause
from shared.persistence.database import Database

_TRY_EVERY_SECONDS = 0.5


@asynccontextmanager
async def leadership(
    database: Database, task: str, stop: asyncio.Event, pulse: Pulse
) -> AsyncIterator[asyncpg.Connection | None]:
    """Wait until this process leads `task`, and give the connection that holds the lock.

    None when told to stop before. Raises OSError or asyncpg's errors when the database is away.
    """
    connection = await database.dedicated()
    try:
        pulse.beat()
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock_key(task)):
            pulse.beat()
            await pause(stop, _TRY_EVERY_SECONDS)
            if stop.is_set():
                yield None
                return
        yield connection
    finally:
        if not await ends_within(connection.close(), 2):
            connection.terminate()


def lock_key(task: str) -> int:
    """The advisory lock's number of a task; locks are per database, so names need no service."""
    return 0x6D73670000000000 | zlib.crc32(task.encode())
