"""Deals follow their contacts when these are merged: the primary one, and all others."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.use_cases.follow_merges import Followed, give_back_deals, hand_over_deals
from services.pipeline.deal_contact.use_cases.follow_contacts import (
    give_back_contacts,
    hand_over_contacts,
)
from shared.contracts.envelope import Envelope
from shared.contracts.events.leads_contact import ContactMerged, ContactUnmerged
from shared.messaging.handlers import Handlers, each


async def on_merged(connection: AsyncConnection, event: ContactMerged, envelope: Envelope) -> None:
    if event.merged_into is not None:
        told = _followed(event.merge_id, envelope)
        await hand_over_deals(connection, told, event.merged_into)
        await hand_over_contacts(connection, told, event.merged_into)


async def on_unmerged(connection: AsyncConnection, event: ContactUnmerged, envelope: Envelope) -> None:
    told = _followed(event.merge_id, envelope)
    await give_back_deals(connection, told, event.unmerged_from)
    await give_back_contacts(connection, told, event.unmerged_from)


def _followed(merge_id: UUID, envelope: Envelope) -> Followed:
    return Followed(merge_id, "contact_id", envelope.subject, envelope.id, envelope.time, envelope.sequence)


HANDLERS: Handlers = {ContactMerged: each(on_merged), ContactUnmerged: each(on_unmerged)}
