"""Some fields of a product get other values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.merging import merged
from services.pipeline.product import repository
from services.pipeline.product.domain import Product
from services.pipeline.product.use_cases.bring_products import envelope_of


async def edit_product(
    connection: AsyncConnection,
    product_id: UUID,
    fields: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Product:
    """The product after the edit. Refuses with `product_not_found`, `version_conflict`."""
    product = await repository.get(connection, product_id, lock=True)
    wanted = await merged(connection, product, fields, seen_version=seen_version)
    after, event = product.edit(wanted, now)
    if after is not product:
        await repository.save(connection, [after], [envelope_of(after, event, now)])
    return after
