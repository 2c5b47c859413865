"""Small catalogues that every change of a deal is judged by, kept in memory.

Must never break: a process that does not know the newest entries yet reads them before it refuses for it.
"""

from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import FromClause, Pool, func, select
from sqlalchemy.ext.asyncio import AsyncConnection


class Catalogue(Protocol):
    """Entries as they were at `version`: the sum of their versions, which every change raises."""

    @property
    def version(self) -> int: ...


C = TypeVar("C", bound=Catalogue)


class Kept(Generic[C]):
    """The catalogue of `table`, one for each database."""

    def __init__(self, table: FromClause, load: Callable[[AsyncConnection, int], Awaitable[C]]) -> None:
        self._version = select(func.coalesce(func.sum(table.c.version), 0))
        self._load = load
        self._kept: WeakKeyDictionary[Pool, C] = WeakKeyDictionary()

    async def get(self, connection: AsyncConnection) -> C:
        """As it is known here; asks the database nothing but the first time."""
        kept = self._kept.get(connection.engine.sync_engine.pool)
        return await self.fresh(connection) if kept is None else kept

    async def fresh(self, connection: AsyncConnection) -> C:
        """As the database has it; read as a whole only when its version is another."""
        pool = connection.engine.sync_engine.pool
        version = int(await connection.scalar(self._version) or 0)
        kept = self._kept.get(pool)
        if kept is None or kept.version != version:
            kept = self._kept[pool] = await self._load(connection, version)
        return kept

    def forget(self, connection: AsyncConnection) -> None:
        """It is being changed: who comes next reads it."""
        self._kept.pop(connection.engine.sync_engine.pool, None)
