"""What the pipeline tells of deals: kept as a replica, and told to the leads they came of."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deal_link.projection import keep_newest
from services.leads.lead.use_cases.record_deals import DealNews, link_deal, note_deals
from services.leads.tables import SOURCE
from shared.contracts.events import pipeline_deal
from shared.contracts.events.pipeline_deal import DealLost, DealOpened, DealReopened, DealState, DealWon
from shared.messaging.handlers import Delivery, Handlers, caused_by, context_of


async def on_deals(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """All deliveries with one statement for the replica; leads hear of their own deals one by one."""
    await keep_newest(connection, [_row(delivery) for delivery in deliveries])
    of_leads = [delivery for delivery in deliveries if delivery.event.lead_id is not None]
    for delivery in of_leads:
        if isinstance(delivery.event, DealOpened):
            await _link(connection, delivery)
    await note_deals(connection, [news for delivery in of_leads if (news := _news(delivery))])


async def _link(connection: AsyncConnection, delivery: Delivery) -> None:
    event, envelope = delivery.event, delivery.envelope
    with caused_by(envelope):
        await link_deal(
            connection, event.lead_id, event.deal_id, at=envelope.time, context=context_of(envelope, SOURCE)
        )


def _row(delivery: Delivery) -> dict[str, Any]:
    event: DealState = delivery.event
    return {
        "id": event.deal_id,
        "owner_id": event.owner_id,
        "lead_id": event.lead_id,
        "account_id": event.account_id,
        "status": event.status,
        "base_amount": event.base_amount and event.base_amount.amount,
        "base_currency": event.base_amount and event.base_amount.currency,
        "closed_at": event.closed_at,
        "sequence": delivery.envelope.sequence,
    }


def _news(delivery: Delivery) -> DealNews | None:
    """Only what decides a deal is news to its lead; a deal may be loaded when it was decided already."""
    event: DealState = delivery.event
    decided = event.status != "open" and isinstance(event, DealOpened | DealWon | DealLost)
    if event.lead_id is None or not (decided or isinstance(event, DealReopened)):
        return None
    details: dict[str, Any] = {"deal_id": event.deal_id}
    if event.loss_reason is not None:
        details["reason"] = event.loss_reason
    return DealNews(
        event_id=delivery.envelope.id,
        lead_id=event.lead_id,
        what=f"deal_{event.status}" if decided else "deal_reopened",
        at=(event.closed_at or delivery.envelope.time) if decided else delivery.envelope.time,
        by=delivery.envelope.actor,
        details=details,
    )


HANDLERS: Handlers = dict.fromkeys(pipeline_deal.EVENTS, on_deals)
