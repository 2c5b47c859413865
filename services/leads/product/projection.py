"""Products' events become the replica's rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.product.tables import known_product
from services.leads.record import replica


async def keep_newest(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Upsert the rows, the newest of each product, with one statement."""
    await replica.keep_newest(connection, known_product, rows)
