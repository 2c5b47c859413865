"""Reads of the products' replica."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.product.tables import known_product

_P = known_product.c


async def known(connection: AsyncConnection, ids: Collection[UUID]) -> Collection[UUID]:
    """Those of these products that are there, sold at present or not."""
    found = await connection.scalars(select(_P.id).where(_P.id == any_(literal(list(ids), ARRAY(Uuid)))))
    return list(found)


async def ids_by_name(connection: AsyncConnection, names: Collection[str]) -> dict[str, UUID]:
    """The product of each of these names, which are in small letters; of several the oldest."""
    wanted = literal(sorted(names), ARRAY(Text))
    rows = await connection.execute(
        select(func.lower(_P.name), _P.id).where(func.lower(_P.name) == any_(wanted)).order_by(_P.id.desc())
    )
    return {row[0]: row[1] for row in rows}


def product_named(name: ColumnElement[str]) -> ColumnElement[UUID]:
    """The product of this name, in any case; of several the oldest. For lists, by index."""
    return (
        select(_P.id)
        .where(func.lower(_P.name) == func.lower(name))
        .order_by(_P.id)
        .limit(1)
        .correlate_except(known_product)
        .scalar_subquery()
    )
