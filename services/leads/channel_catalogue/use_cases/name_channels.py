"""What leads say of their channel becomes its key. The words are in memory: naming asks the database nothing.

Must never break: a process that does not know the newest words yet still takes every lead.
"""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Pool
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.channel_catalogue import repository
from services.leads.channel_catalogue.domain import Catalogue

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
