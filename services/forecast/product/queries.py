"""Names and existence of products."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.product.domain import KnownProduct
from services.forecast.product.tables import known_product

_MOST = 100_000


async def products(connection: AsyncConnection) -> list[KnownProduct]:
    """Every product that is known here."""
    product = known_product.c
    columns = (product.product_id, product.name, product.family, product.active)
    rows = await connection.execute(select(*columns).order_by(product.product_id).limit(_MOST))
    return [KnownProduct(*row) for row in rows]


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


def products_by_name() -> Subquery:
    """`product_id` by `name` in lower case, of those of the same name the first."""
    product = known_product.c
    name = func.lower(product.name)
    first = select(name.label("name"), product.product_id).ext(distinct_on(name))
    return first.order_by(name, product.product_id).subquery("product")


async def product_exists(connection: AsyncConnection, product_id: UUID) -> bool:
    """Whether the product is known here."""
    found = await connection.scalar(
        select(known_product.c.product_id).where(known_product.c.product_id == product_id)
    )
    return found is not None


def products_of(family: str) -> Select[tuple[UUID]]:
    """The ids of the products of a family, as a subquery."""
    return select(known_product.c.product_id).where(known_product.c.family == family)


def families() -> Subquery:
    """`family` by `product_id`. PostgreSQL pulls the subquery up."""
    return select(known_product.c.product_id, known_product.c.family).subquery("family")
