"""Orders as rows, and rows as orders."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, RowMapping, Text, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from services.pipeline.body import columns_of
from services.pipeline.deal.rows import DEALS
from services.pipeline.order.domain import Line, Order
from services.pipeline.order.tables import sales_order, sales_order_line
from shared.contracts.money import Money

_O, _L = sales_order.c, sales_order_line.c
ORDERS: FromClause = sales_order.outerjoin(DEALS, DEALS.c.id == _O.deal_id)
"""Orders, each with its deal."""
SALES_ORDERS: FromClause = sales_order
ORDER_LINES: FromClause = sales_order_line
"""For the reads of other capabilities: orders and lines by themselves."""
_LINE = func.jsonb_build_array(
    *(_L.product_id, _L.description),
    *(cast(_L[name], Text) for name in ("quantity", "unit_price", "discount")),
)
_LINES = (
    select(func.jsonb_agg(aggregate_order_by(_LINE, _L.position)))
    .where(_L.order_id == _O.id)
    .correlate(sales_order)
    .scalar_subquery()
)
COLUMNS = (*sales_order.columns, _LINES.label("lines"))
_PLAIN = tuple(name for name in Order.__dataclass_fields__ if name not in ("lines", "total", "base_total"))


def as_order(row: RowMapping) -> Order:
    """A row of COLUMNS as an order."""
    return Order(
        **{name: row[name] for name in _PLAIN},
        lines=tuple(_line(each, row["currency"]) for each in row["lines"]),
        total=Money.model_construct(amount=row["total"], currency=row["currency"]),
        base_total=Money.model_construct(amount=row["base_total"], currency=row["base_currency"]),
    )


def _line(told: Sequence[Any], currency: str) -> Line:
    product_id, description, quantity, unit_price, discount = told
    return Line(
        quantity=Decimal(quantity),
        unit_price=Money.model_construct(amount=Decimal(unit_price), currency=currency),
        discount=Decimal(discount),
        product_id=None if product_id is None else UUID(product_id),
        description=description,
    )


def order_row(order: Order) -> dict[str, Any]:
    """An order as a row of its table."""
    return {
        **{name: getattr(order, name) for name in _PLAIN},
        **columns_of("total", "currency", order.total),
        **columns_of("base_total", "base_currency", order.base_total),
    }


def line_row(order_id: UUID, position: int, line: Line) -> dict[str, Any]:
    """A line of this order as a row of its table."""
    return {
        "order_id": order_id,
        "position": position,
        "product_id": line.product_id,
        "description": line.description,
        "quantity": line.quantity,
        "unit_price": line.unit_price.amount,
        "discount": line.discount,
        "amount": line.amount.amount,
    }
