"""A statement that may take longer than others: both the server and the driver give up on it later."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def run_long(connection: AsyncConnection, statement: str, *, seconds: int) -> None:
    """Within the transaction; what follows in it may take as long on the server."""
    await connection.execute(text(f"SET LOCAL statement_timeout = '{seconds}s'"))
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.execute(statement, timeout=seconds + 5)
