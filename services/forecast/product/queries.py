"""Names and existence of products."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Subquery, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.product.tables import known_product


async def product_names(connection: AsyncConnection, product_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of those products that are known here."""
    ids = list(product_ids)
    if not ids:
        return {}
    product = known_product.c
    rows = await connection.execute(
        select(product.product_id, product.name).where(product.product_id == func.any(ids))
    )
    return {row.product_id: row.name for row in rows}


async def product_exists(connection: AsyncConnection, product_id: UUID) -> bool:
    """Whether the product is known here."""
    found = await connection.scalar(
        select(known_product.c.product_id).where(known_product.c.product_id == product_id)
    )
    return found is not None


def families() -> Subquery:
    """`family` by `product_id`. PostgreSQL pulls the subquery up."""
    return select(known_product.c.product_id, known_product.c.family).subquery("family")
