"""Reads of products."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.product.tables import product
from shared.contracts.money import Money
from shared.web.listing import Field, Listing

_C = product.c
PRODUCTS: FromClause = product
"""For the reads of other capabilities: id, name, active."""
LISTING = Listing(
    name="products",
    table=product,
    fields={
        "id": Field(_C.id, "uuid"),
        "name": Field(_C.name, "text", sortable=True),
        "active": Field(_C.active, "bool"),
        "family": Field(_C.family, "text", sortable=True),
        "list_price": Field(_C.list_price, "decimal", sortable=True, description="The amount."),
        "list_price_currency": Field(_C.list_price_currency, "text"),
        "source_system": Field(_C.source_system, "text"),
        "external_id": Field(_C.external_id, "text"),
        "created_at": Field(_C.created_at, "datetime", sortable=True),
        "updated_at": Field(_C.updated_at, "datetime", sortable=True),
    },
    default_sort="name",
    text=(_C.name, _C.family),
    columns=tuple(product.columns),
)


async def list_prices(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Money]:
    """Of those of these products that have one."""
    priced = _C.id.in_(ids) & _C.list_price.is_not(None)
    rows = await connection.execute(select(_C.id, _C.list_price, _C.list_price_currency).where(priced))
    return {row.id: Money(amount=row.list_price, currency=row.list_price_currency) for row in rows}


def is_known_product(product_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Whether there is such a product, as a part of another query."""
    return exists(select(_C.id).where(_C.id == product_id))
