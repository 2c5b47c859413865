"""The list of orders, and who may see which."""

from typing import get_args

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.scope import changeable_by, readable_by
from services.pipeline.order.rows import COLUMNS, ORDERS
from services.pipeline.order.schemas import OrderOut
from services.pipeline.order.tables import sales_order
from services.pipeline.tables import ORGANISATION
from shared.contracts.events.pipeline_order import OrderStatus
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope
from shared.web.listing import Field, Listing

_O = sales_order.c
LISTING = Listing(
    name="orders",
    table=ORDERS,
    fields={
        "id": Field(_O.id, "uuid"),
        "number": Field(_O.number, "text", sortable=True),
        "status": Field(_O.status, "enum", values=get_args(OrderStatus)),
        "counter_sale": Field(_O.counter_sale, "bool"),
        "account_id": Field(_O.account_id, "uuid"),
        "deal_id": Field(_O.deal_id, "uuid"),
        "taken_by": Field(_O.taken_by, "uuid"),
        "visit_id": Field(_O.visit_id, "uuid"),
        "ordered_at": Field(_O.ordered_at, "datetime", sortable=True),
        "total": Field(_O.total, "decimal", sortable=True, description="In the order's own currency."),
        "base_total": Field(_O.base_total, "decimal", sortable=True, description="In base currency."),
        "currency": Field(_O.currency, "text"),
        "source_system": Field(_O.source_system, "text"),
        "external_id": Field(_O.external_id, "text"),
        "created_at": Field(_O.created_at, "datetime", sortable=True),
        "updated_at": Field(_O.updated_at, "datetime", sortable=True),
    },
    default_sort="-ordered_at",
    text=(_O.number, _O.note),
    columns=COLUMNS,
    item_fields=tuple(OrderOut.model_fields),
)


async def visible_to(connection: AsyncConnection, caller: Identity) -> ColumnElement[bool]:
    """Orders taken by those whose records the caller sees, and those of deals the caller may read."""
    return _reached(caller, await readable_by(connection, caller))


def cancellable_by(caller: Identity) -> ColumnElement[bool]:
    """Orders taken by those whose records the caller sees, and those of deals the caller may change."""
    return _reached(caller, changeable_by(caller))


def _reached(caller: Identity, deal: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(owner_scope(ORGANISATION, caller, _O.taken_by), and_(_O.deal_id.is_not(None), deal))
