"""An order is taken; at the counter its deal is made and won by the same call."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository as deals
from services.pipeline.deal.use_cases.arriving import Wanted, arrive, fact
from services.pipeline.deal.use_cases.valuation import load_valuation
from services.pipeline.gate.domain import Applicant
from services.pipeline.gate.judgement import judge
from services.pipeline.gate.schemas import gates_unmet
from services.pipeline.order import repository
from services.pipeline.order.domain import Order
from services.pipeline.order.queries import visible_to
from services.pipeline.order.use_cases.ordering import WantedOrder, ordered
from services.pipeline.pipeline.queries import pipeline_for_new_deal
from services.pipeline.tables import SOURCE
from shared.contracts.envelope import Envelope, wrap
from shared.contracts.errors import DomainError
from shared.contracts.events.pipeline_order import OrderState
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.observability.causes import event_context


async def take_order(
    connection: AsyncConnection, wanted: WantedOrder, caller: Identity, *, now: datetime
) -> tuple[Order, bool]:
    """The order, and whether it is new: one that says the same and comes from the same origin is not.

    Refuses with what `ordered` refuses, with `external_id_taken` another order of this origin, and a counter
    sale with `gates_unmet` where the pipeline asks for something before a deal is won.
    """
    order = await ordered(connection, wanted, caller, now=now)
    if wanted.source_system is not None and wanted.external_id is not None:
        origin = wanted.source_system, wanted.external_id
        known = await repository.by_origin(connection, origin, await visible_to(connection, caller))
        if known is not None:
            return _told_again(known, order), False
    if wanted.quick:
        deal_id = await _win_at_once(connection, order, wanted, caller, now=now)
        order = replace(order, deal_id=deal_id)
    await repository.add(connection, order, order_fact(order.take(), order, order.ordered_at))
    return order, True


def order_fact(event: OrderState, order: Order, at: datetime, *, cause: UUID | None = None) -> Envelope:
    """The fact, ready for the outbox; `at` is when it happened in business, `cause` the event it follows."""
    context = event_context(SOURCE, causation_id=cause)
    return wrap(event, subject=order.id, sequence=order.version, time=at, context=context)


def _told_again(known: Order, told: Order) -> Order:
    if not known.says_the_same(told):
        raise DomainError(
            "external_id_taken", f"Order {known.number} has this external id.", extra={"id": str(known.id)}
        )
    return known


async def _win_at_once(
    connection: AsyncConnection, order: Order, wanted: WantedOrder, caller: Identity, *, now: datetime
) -> UUID:
    """The deal of a counter sale: opened in the first stage and won at the same instant."""
    said = {name: value for name, value in (wanted.deal or {}).items() if value is not None}
    pipeline = await pipeline_for_new_deal(connection, said.pop("pipeline_id", None))
    details = {
        "name": f"Order {order.number}",
        "amount": order.total,
        "owner_id": order.taken_by,
        "account_id": order.account_id,
        "product_id": order.product_id,
        **said,
    }
    bought = Wanted(
        details,
        pipeline_id=pipeline.id,
        created_at=order.ordered_at,
        closed_at=order.ordered_at,
        outcome="won",
    )
    valuation = await load_valuation(connection, [order.total])
    arrival = arrive(new_id(), bought, pipeline, valuation, now=now)
    deal = arrival.deal
    missing = judge(pipeline.win_gates, Applicant(deal.published(), deal.stage.position, caller.role, now))
    if missing:
        raise gates_unmet(missing, may_override=False)
    assert arrival.event is not None  # noqa: S101 - a new deal always has its event
    await deals.add(connection, [arrival], [fact(arrival.event, deal.id, deal.version, deal.created_at)])
    return deal.id
