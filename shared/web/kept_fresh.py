"""What a process keeps in memory of the database, read again and again while it serves requests.

Must never break: a database that is away stops no process, and what was read before goes on being used.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.observability.logging import logger
from shared.persistence.database import Database

Refresh = Callable[[AsyncConnection], Awaitable[object]]


def kept_fresh(
    what: str, refresh: Refresh, *, seconds: float
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """For `running` of an application: `refresh` at its start and every so many seconds until it stops."""

    @asynccontextmanager
    async def keep_fresh(app: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(_refresh_for_ever(app.state.database, what, refresh, seconds))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return keep_fresh


async def _refresh_for_ever(database: Database, what: str, refresh: Refresh, seconds: float) -> None:
    while True:
        try:
            async with database.reading() as connection:
                await refresh(connection)
        except Exception as error:  # noqa: BLE001  # without a database nothing works; readiness says so
            logger(__name__).warning("not_read", what=what, error=type(error).__name__)
        await asyncio.sleep(seconds)
