"""The ways a route gets a database connection.

Must never break: the commit happens before the answer leaves, so a failing commit is an error, never a 2xx;
with an Idempotency-Key the effect and the stored answer share one transaction.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.persistence.database import Database
from shared.web.idempotency import SHARED_CONNECTION

OpensTransaction = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


async def _transaction(request: Request) -> AsyncIterator[AsyncConnection]:
    shared: AsyncConnection | None = request.scope.get(SHARED_CONNECTION)
    if shared is not None:
        yield shared
        return
    database: Database = request.app.state.database
    async with database.transaction() as connection:
        yield connection


async def _autocommit(request: Request) -> AsyncIterator[AsyncConnection]:
    shared: AsyncConnection | None = request.scope.get(SHARED_CONNECTION)
    if shared is not None:
        yield shared
        return
    database: Database = request.app.state.database
    async with database.reading() as connection:
        yield connection


async def _transactions(request: Request) -> OpensTransaction:
    shared: AsyncConnection | None = request.scope.get(SHARED_CONNECTION)
    database: Database = request.app.state.database
    return database.transaction if shared is None else lambda: nullcontext(shared)


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


# scope="function": FastAPI closes these before it sends the answer; the default would commit after it.
Transaction = Annotated[AsyncConnection, Depends(_transaction, scope="function")]
"""BEGIN ... COMMIT before the answer leaves; rolled back when the route raises."""

Reading = Annotated[AsyncConnection, Depends(_autocommit, scope="function")]
"""Autocommit: every statement stands alone and costs one round trip. For reads."""

SingleStatement = Annotated[AsyncConnection, Depends(_autocommit, scope="function")]
"""Autocommit, for a hot write made by ONE statement that holds state and outbox rows together."""

Transactions = Annotated[OpensTransaction, Depends(_transactions, scope="function")]
"""Opens transactions one after the other, for work too large for one. With an Idempotency-Key all are the
one in which the answer is stored."""

ServiceDatabase = Annotated[Database, Depends(_database)]
"""The database itself, for streamed intake that needs many transactions. Outside the idempotency wrapper."""
