"""A converted lead becomes a deal, and deals follow what they name when that is merged."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.account.projection import record_accounts
from services.pipeline.deal.repository import LinkField
from services.pipeline.deal.use_cases.follow_merges import Followed, give_back_deals, hand_over_deals
from services.pipeline.deal.use_cases.open_deal_from_lead import open_deal_from_lead
from services.pipeline.deal_origin.projection import record_origin
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.events.leads_account import AccountMerged, AccountUnmerged
from shared.contracts.events.leads_lead import LeadConverted, LeadMerged, LeadUnmerged
from shared.messaging.handlers import Delivery, Handlers, each

_FIELDS: dict[type[Event], LinkField] = {
    LeadMerged: "lead_id",
    LeadUnmerged: "lead_id",
    AccountMerged: "account_id",
    AccountUnmerged: "account_id",
}


async def on_lead_converted(connection: AsyncConnection, event: LeadConverted, envelope: Envelope) -> None:
    await open_deal_from_lead(connection, event, cause=envelope.id, now=envelope.time)
    await record_origin(connection, event)


async def on_merged(
    connection: AsyncConnection, event: LeadMerged | AccountMerged, envelope: Envelope
) -> None:
    if event.merged_into is not None:
        await hand_over_deals(connection, _followed(event, event.merge_id, envelope), event.merged_into)


async def on_unmerged(
    connection: AsyncConnection, event: LeadUnmerged | AccountUnmerged, envelope: Envelope
) -> None:
    await give_back_deals(connection, _followed(event, event.merge_id, envelope), event.unmerged_from)


async def on_accounts_merged(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """The replica knows it too."""
    await record_accounts(connection, [(delivery.event, delivery.envelope) for delivery in deliveries])
    await each(on_merged)(connection, deliveries)


async def on_accounts_unmerged(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """The replica knows it too."""
    await record_accounts(connection, [(delivery.event, delivery.envelope) for delivery in deliveries])
    await each(on_unmerged)(connection, deliveries)


def _followed(event: Event, merge_id: UUID, envelope: Envelope) -> Followed:
    return Followed(
        merge_id, _FIELDS[type(event)], envelope.subject, envelope.id, envelope.time, envelope.sequence
    )


HANDLERS: Handlers = {
    LeadConverted: each(on_lead_converted),
    LeadMerged: each(on_merged),
    LeadUnmerged: each(on_unmerged),
    AccountMerged: on_accounts_merged,
    AccountUnmerged: on_accounts_unmerged,
}
