"""A converted lead becomes a deal, and deals follow their leads when these are merged."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.use_cases.follow_merges import Followed, give_back_deals, hand_over_deals
from services.pipeline.deal.use_cases.open_deal_from_lead import open_deal_from_lead
from services.pipeline.deal_origin.projection import record_origin
from shared.contracts.envelope import Envelope
from shared.contracts.events.leads_lead import LeadConverted, LeadMerged, LeadUnmerged
from shared.messaging.handlers import Handlers, each


async def on_lead_converted(connection: AsyncConnection, event: LeadConverted, envelope: Envelope) -> None:
    await open_deal_from_lead(connection, event, cause=envelope.id, now=envelope.time)
    await record_origin(connection, event)


async def on_merged(connection: AsyncConnection, event: LeadMerged, envelope: Envelope) -> None:
    if event.merged_into is not None:
        await hand_over_deals(connection, _followed(event.merge_id, envelope), event.merged_into)


async def on_unmerged(connection: AsyncConnection, event: LeadUnmerged, envelope: Envelope) -> None:
    await give_back_deals(connection, _followed(event.merge_id, envelope), event.unmerged_from)


def _followed(merge_id: UUID, envelope: Envelope) -> Followed:
    return Followed(merge_id, "lead_id", envelope.subject, envelope.id, envelope.time, envelope.sequence)


HANDLERS: Handlers = {
    LeadConverted: each(on_lead_converted),
    LeadMerged: each(on_merged),
    LeadUnmerged: each(on_unmerged),
}
