"""Tells the relay, in whichever process it runs, that there is something to publish.

Must never break: the notification is sent after the commit, on a connection of its own: a NOTIFY inside
the writing transaction would make all commits of the database wait for each other.
"""

import asyncio

import asyncpg

from shared.messaging.outbox import announced
from shared.messaging.waiting import ends_within
from shared.persistence.database import CONNECTION_ERRORS, Database

CHANNEL = "outbox"
_APART_SECONDS = 0.02


class WakeUp:
    """Attach one to the database of a process that writes events. It is a hint: losing one only costs the
    relay's poll interval. At most one notification every 20 ms, however many commits there are."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: asyncpg.Connection | None = None
        self._task: asyncio.Task[None] | None = None
        self._again = False
        database.after_commit.append(self._committed)

    async def close(self) -> None:
        """Stop notifying and close the connection."""
        self._database.after_commit.remove(self._committed)
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        if self._connection is not None and not await ends_within(self._connection.close(), 1):
            self._connection.terminate()

    def _committed(self) -> None:
        if not announced.get():
            return
        announced.set(False)
        self._again = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._notify())

    async def _notify(self) -> None:
        while self._again:
            self._again = False
            try:
                if self._connection is None or self._connection.is_closed():
                    self._connection = await self._database.dedicated()
                await self._connection.execute(f"NOTIFY {CHANNEL}")
            except CONNECTION_ERRORS:
                # The relay polls: without the hint it finds the events a little later.
                self._connection = None
            await asyncio.sleep(_APART_SECONDS)
