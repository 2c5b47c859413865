"""What leads say of their channel becomes its key. The words are in memory: naming asks the database nothing.

Must never break: a process that does not know the newest words yet still takes every lead.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary

from fastapi import FastAPI
from sqlalchemy import Pool
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.channel_catalogue import repository
from services.leads.channel_catalogue.domain import Catalogue
from shared.observability.logging import logger
from shared.persistence.database import Database

_REFRESH_SECONDS = 5.0
_NOTHING = Catalogue()
_kept: WeakKeyDictionary[Pool, Catalogue] = WeakKeyDictionary()


def with_channel(connection: AsyncConnection, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same values with the channel's key. Refuses a channel that nobody knows, where that is wanted."""
    said = values.get("channel")
    if said is None:
        return values
    catalogue = _kept.get(connection.engine.sync_engine.pool, _NOTHING)
    catalogue.check(said)
    return {**values, "channel": catalogue.key_of(said)}


def with_any_channel(connection: AsyncConnection, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same for who cannot be told: an unknown channel is kept."""
    said = values.get("channel")
    if said is None:
        return values
    catalogue = _kept.get(connection.engine.sync_engine.pool, _NOTHING)
    return {**values, "channel": catalogue.key_of(said)}


async def fresh_catalogue(connection: AsyncConnection) -> None:
    """The words as the database has them: two small reads."""
    _kept[connection.engine.sync_engine.pool] = await repository.load(connection)


@asynccontextmanager
async def keep_channels_fresh(app: FastAPI) -> AsyncIterator[None]:
    """While the application serves, it learns of new words within some seconds."""
    task = asyncio.create_task(_refresh_for_ever(app.state.database))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _refresh_for_ever(database: Database) -> None:
    while True:
        try:
            async with database.reading() as connection:
                await fresh_catalogue(connection)
        except Exception as error:  # noqa: BLE001  # without a database nothing works; readiness says so
            logger(__name__).warning("channels_not_read", error=type(error).__name__)
        await asyncio.sleep(_REFRESH_SECONDS)
