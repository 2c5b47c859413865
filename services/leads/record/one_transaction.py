"""Several statements on a connection that commits each by itself, as one transaction.

Must never break: a connection is given back without a transaction that is still open.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")


class NeedsTransaction(Exception):
    """What has to be done cannot be one statement: nothing was written, begin again in a transaction."""


async def in_transaction(connection: AsyncConnection) -> bool:
    """Whether what was asked before on this connection is not yet committed."""
    driver = (await connection.get_raw_connection()).driver_connection
    return bool(driver is not None and driver.is_in_transaction())


async def one_statement_or_transaction(connection: AsyncConnection, attempt: Callable[[], Awaitable[T]]) -> T:
    """The attempt; when it says that it needs a transaction, once more in one."""
    try:
        return await attempt()
    except NeedsTransaction:
        async with _one_transaction(connection):
            return await attempt()


@asynccontextmanager
async def _one_transaction(connection: AsyncConnection) -> AsyncIterator[None]:
    await connection.execute(text("BEGIN"))
    try:
        yield
        await connection.execute(text("COMMIT"))
    except BaseException:
        try:
            await connection.execute(text("ROLLBACK"))
        except SQLAlchemyError:
            await connection.invalidate()
        raise
