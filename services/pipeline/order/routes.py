"""`/v1/orders`: what customers have ordered."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.pipeline.answers import one
from services.pipeline.order import repository
from services.pipeline.order.queries import LISTING, visible_to
from services.pipeline.order.rows import as_order
from services.pipeline.order.schemas import Cancel, OrderCreate, OrderOut, order_out
from services.pipeline.order.use_cases.cancel_order import cancel_order
from services.pipeline.order.use_cases.ordering import WantedLine, WantedOrder
from services.pipeline.order.use_cases.take_order import take_order
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/orders", tags=["orders"])
_READ, _WRITE = permission("orders:read"), permission("orders:write")


@router.get("", response_model=Page[OrderOut], openapi_extra={**_READ, **LISTING.openapi}, summary="Orders")
async def list_orders(caller: Caller, request: Request, connection: Reading) -> Response:
    """Those the caller or the caller's team took, and those of deals the caller may read, the newest first;
    `q` searches number and note."""
    where = [await visible_to(connection, caller)]
    return await LISTING.answer(
        connection, request, where=where, to_item=lambda row: order_out(as_order(row._mapping))
    )


@router.post(
    "",
    status_code=201,
    response_model=OrderOut,
    openapi_extra=_WRITE,
    summary="Take an order",
    responses={200: {"model": OrderOut, "description": "It was taken already, from the same origin."}},
)
async def post_order(
    *,
    body: OrderCreate,
    quick: Annotated[
        bool, Query(description="A sale at the counter: its deal is made and won by this call.")
    ] = False,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """The order of an account or of a deal. A line's amount is quantity x unit price x (1 - discount),
    rounded half-even to the cent; the total is their sum. Without a `unit_price` it is the product's list
    price. Event `pipeline.order.taken`.

    `quick=true` makes a deal and wins it at `ordered_at` for the total, without its stages; what the pipeline
    asks for before a win is asked for here too. All or nothing. Sent again from the same origin
    (`source_system` and `external_id`) with the same lines it is the same order, 200.

    Problems: 403 `forbidden`; 409 `external_id_taken`, `duplicate` for the number, `deal_not_open`,
    `gates_unmet`; 422 `currency_mismatch`, `rate_missing`, `reference_unknown`, `validation_failed`.
    """
    order, is_new = await take_order(connection, _wanted(body, quick=quick), caller, now=now)
    return one(order_out(order), created_at="/v1/orders" if is_new else None)


@router.get("/{order_id}", response_model=OrderOut, openapi_extra=_READ, summary="One order")
async def get_order(order_id: UUID, caller: Caller, connection: Reading) -> Response:
    """404 `order_not_found`."""
    visible = await visible_to(connection, caller)
    return one(order_out(await repository.get(connection, order_id, visible)))


@router.post("/{order_id}/cancel", response_model=OrderOut, openapi_extra=_WRITE, summary="Cancel an order")
async def post_cancel(
    *,
    order_id: UUID,
    body: Cancel | None = None,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """By who took it and by who may change its deal, and those above. It counts no more; event
    `pipeline.order.cancelled`. Its deal stays as it is: reopen it or lose it by its own calls.

    404 `order_not_found`; 409 `state_conflict`; 412; 428.
    """
    reason = body.reason if body else None
    order = await cancel_order(connection, order_id, caller, reason=reason, seen_version=if_match, now=now)
    return one(order_out(order))


def _wanted(body: OrderCreate, *, quick: bool) -> WantedOrder:
    said = {name: value for name, value in dict(body).items() if name not in ("lines", "deal")}
    return WantedOrder(
        **said,
        lines=[WantedLine(**dict(line)) for line in body.lines],
        quick=quick,
        deal=None if body.deal is None else dict(body.deal),
    )
