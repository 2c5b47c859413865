"""A product comes into the catalogue."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.product import repository
from services.pipeline.product.domain import Product
from services.pipeline.product.use_cases.bring_products import envelope_of, origin_of
from shared.contracts.errors import DomainError
from shared.contracts.ids import new_id


async def create_product(connection: AsyncConnection, fields: Mapping[str, Any], *, now: datetime) -> Product:
    """The new product. Refuses with `external_id_taken`, naming the product that has the origin already."""
    product = Product(id=new_id(), created_at=now, updated_at=now, **fields)
    if not await repository.insert(connection, [product], [envelope_of(product, product.create(), now)]):
        key = origin_of(fields)
        taken = (await repository.by_origin(connection, {key}))[key] if key else product
        raise DomainError(
            "external_id_taken", f"Product {taken.id} has this external id.", extra={"id": str(taken.id)}
        )
    return product
