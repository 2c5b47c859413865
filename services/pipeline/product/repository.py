"""Products loaded and saved, each with its fact."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, RowMapping, Text, column, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.body import columns_of, money
from services.pipeline.product.domain import Product
from services.pipeline.product.tables import product
from services.pipeline.tables import OUTBOX
from shared.contracts.envelope import Envelope
from shared.contracts.errors import DomainError
from shared.persistence.bulk import insert_rows, recordset

Key = tuple[str, str]


async def get(connection: AsyncConnection, product_id: UUID, *, lock: bool = False) -> Product:
    """The product, locked until the transaction ends if asked. Refuses with `product_not_found`."""
    query = select(product).where(product.c.id == product_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    if row is None:
        raise DomainError("product_not_found", "There is no such product.")
    return as_product(row)


async def by_origin(connection: AsyncConnection, keys: Collection[Key]) -> dict[Key, Product]:
    """Those of these (source system, external id) that are known, locked until the transaction ends."""
    if not keys:
        return {}
    systems, ids = [key[0] for key in keys], [key[1] for key in keys]
    wanted = (
        func.unnest(literal(systems, ARRAY(Text)), literal(ids, ARRAY(Text)))
        .table_valued(column("source_system", Text), column("external_id", Text), name="wanted")
        .render_derived()
    )
    query = (
        select(product)
        .join(
            wanted,
            (product.c.source_system == wanted.c.source_system)
            & (product.c.external_id == wanted.c.external_id),
        )
        .order_by(product.c.id)
        .with_for_update(of=product)
    )
    found = [as_product(row) for row in (await connection.execute(query)).mappings()]
    return {each.origin: each for each in found if each.origin}


async def insert(
    connection: AsyncConnection, products: Sequence[Product], envelopes: Sequence[Envelope]
) -> set[UUID]:
    """Write new products and their facts with one statement; the ids of those whose origin was still free."""
    if not products:
        return set()
    new = insert_rows(product, [_row(each) for each in products])
    written = new.on_conflict_do_nothing().returning(product.c.id).cte("written")
    statement = select(written.c.id).add_cte(OUTBOX.announce(envelopes, among=written))
    ids = set((await connection.execute(statement)).scalars())
    OUTBOX.withdraw([envelope for envelope in envelopes if envelope.subject not in ids])
    return ids


async def save(
    connection: AsyncConnection, products: Sequence[Product], envelopes: Sequence[Envelope]
) -> None:
    """Write the next versions of locked products, and their facts."""
    if not products:
        return
    rows = recordset(product, [_row(each) for each in products])
    values = {each.name: rows.c[each.name] for each in product.columns if each.name != "id"}
    await connection.execute(update(product).where(product.c.id == rows.c.id).values(values))
    await OUTBOX.add(connection, envelopes)


def as_product(row: RowMapping) -> Product:
    """A row as a product."""
    fields = {name: row[name] for name in Product.__dataclass_fields__}
    fields["problems_solved"] = tuple(row["problems_solved"])
    fields["list_price"] = money(row["list_price"], row["list_price_currency"])
    fields["unit_cost"] = money(row["unit_cost"], row["unit_cost_currency"])
    return Product(**fields)


def _row(each: Product) -> dict[str, Any]:
    fields = {name: getattr(each, name) for name in Product.__dataclass_fields__}
    return {
        **fields,
        "field_versions": dict(each.field_versions),
        **columns_of("list_price", "list_price_currency", each.list_price),
        **columns_of("unit_cost", "unit_cost_currency", each.unit_cost),
    }
