"""A converted lead becomes a deal; what else happens to leads is no business of deals."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.use_cases.open_deal_from_lead import open_deal_from_lead
from shared.contracts.envelope import Envelope
from shared.contracts.events.leads_lead import LeadConverted
from shared.messaging.handlers import Handlers, each


async def on_lead_converted(connection: AsyncConnection, event: LeadConverted, envelope: Envelope) -> None:
    await open_deal_from_lead(connection, event, cause=envelope.id, now=envelope.time)


HANDLERS: Handlers = {LeadConverted: each(on_lead_converted)}
