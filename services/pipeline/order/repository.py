"""Orders to and from their tables, each with its fact."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.order.domain import Order
from services.pipeline.order.rows import COLUMNS, ORDERS, as_order, line_row, order_row
from services.pipeline.order.tables import order_number, sales_order, sales_order_line
from services.pipeline.tables import OUTBOX
from shared.contracts.envelope import Envelope
from shared.contracts.errors import DomainError
from shared.persistence.bulk import insert_rows, recordset

_O = sales_order.c


async def next_number(connection: AsyncConnection, year: int) -> str:
    """`2027-000042`: counted without end, whatever the year; one is left out when its order fails."""
    count = await connection.scalar(select(order_number.next_value()))
    return f"{year}-{count:06}"


async def get(
    connection: AsyncConnection, order_id: UUID, visible: ColumnElement[bool], *, lock: bool = False
) -> Order:
    """One of those. Refuses with `order_not_found`."""
    query = select(*COLUMNS).select_from(ORDERS).where(_O.id == order_id, visible)
    query = query.with_for_update(of=sales_order) if lock else query
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise DomainError("order_not_found", "There is no such order.")
    return as_order(row)


async def by_origin(
    connection: AsyncConnection, origin: tuple[str, str], visible: ColumnElement[bool]
) -> Order | None:
    """The one of these that has come from there already."""
    system, external_id = origin
    query = select(*COLUMNS).select_from(ORDERS)
    query = query.where(_O.source_system == system, _O.external_id == external_id, visible)
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else as_order(row)


async def add(connection: AsyncConnection, order: Order, envelope: Envelope) -> None:
    """Write a new one and its fact."""
    await connection.execute(insert_rows(sales_order, [order_row(order)]))
    lines = [line_row(order.id, position, line) for position, line in enumerate(order.lines, start=1)]
    await connection.execute(insert_rows(sales_order_line, lines))
    await OUTBOX.add(connection, [envelope])


async def lock_of_accounts(connection: AsyncConnection, accounts: Collection[UUID]) -> list[Order]:
    """All orders of these accounts, unchanged by others until the transaction ends."""
    query = (
        select(*COLUMNS).where(_O.account_id.in_(accounts)).order_by(_O.id).with_for_update(of=sales_order)
    )
    return [as_order(row) for row in (await connection.execute(query)).mappings()]


async def save(connection: AsyncConnection, orders: Sequence[Order], envelopes: Sequence[Envelope]) -> None:
    """Write the next versions of locked ones and their facts; lines never change."""
    if not orders:
        return
    rows = recordset(sales_order, [order_row(each) for each in orders])
    values = {each.name: rows.c[each.name] for each in sales_order.columns if each.name != "id"}
    await connection.execute(update(sales_order).where(_O.id == rows.c.id).values(values))
    await OUTBOX.add(connection, envelopes)
