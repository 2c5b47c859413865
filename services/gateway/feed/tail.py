"""The newest facts in memory, read once per process however many clients listen.

Must never break: a client that asks for what comes after a position gets all of it, from memory or from the
database; nobody's slowness costs anybody else memory.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.gateway.feed import queries
from services.gateway.feed.domain import Fact
from shared.observability.logging import logger
from shared.persistence.database import Database

_POLL_SECONDS = 0.05
_IDLE_SECONDS = 0.5
_PIECE = 1000
_KEPT = 5000
_log = logger(__name__)


class FeedTail:
    """A window over the end of the feed. It is read only while somebody listens."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._window: deque[Fact] = deque()
        self._before_window: int | None = None
        self._newest = 0
        self._changed = asyncio.Event()
        self._listeners = 0
        self._wanted = asyncio.Event()

    @asynccontextmanager
    async def open(self, _app: FastAPI) -> AsyncIterator[None]:
        """For `create_service_app(running=...)`."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """While somebody is inside, the tail is kept up to date."""
        self._listeners += 1
        self._wanted.set()
        try:
            yield
        finally:
            self._listeners -= 1
            if not self._listeners:
                self._wanted.clear()

    def since(self, position: int) -> list[Fact] | None:
        """What memory holds after the position, oldest first; None when memory does not reach back so far."""
        if self._before_window is None or position < self._before_window:
            return None
        if position >= self._newest:
            return []
        found = []
        for fact in reversed(self._window):
            if fact.position <= position:
                break
            found.append(fact)
        found.reverse()
        return found

    async def news(self, timeout_seconds: float) -> None:
        """Return when there is something new, or after the time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await self._changed.wait()

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            try:
                await self._follow()
            except (DBAPIError, PoolTimeout, OSError) as error:
                _log.warning("feed_tail_database_away", error=type(error).__name__)
                await asyncio.sleep(_IDLE_SECONDS)

    async def _follow(self) -> None:
        if self._before_window is None:
            async with self._database.reading() as connection:
                _, self._newest = await queries.bounds(connection)
            self._before_window = self._newest
        while self._listeners:
            async with self._database.reading() as connection:
                facts = await queries.after(connection, self._newest, _PIECE)
            if facts:
                self._take(facts)
            if len(facts) < _PIECE:
                await asyncio.sleep(_POLL_SECONDS)
        self._window.clear()
        self._before_window = None

    def _take(self, facts: list[Fact]) -> None:
        self._window.extend(facts)
        self._newest = facts[-1].position
        while len(self._window) > _KEPT:
            self._before_window = self._window.popleft().position
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
