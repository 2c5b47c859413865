"""Every lead event goes into its table."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.lead_ledger.projection import record_leads
from shared.contracts.events import leads_lead
from shared.messaging.handlers import Delivery, Handlers


async def on_leads(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    await record_leads(connection, [(each.event, each.envelope) for each in deliveries])


HANDLERS: Handlers = dict.fromkeys(leads_lead.EVENTS, on_leads)
