"""Every deal event goes into the ledger."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.projection import record_deals
from shared.contracts.events import pipeline_deal
from shared.messaging.handlers import Delivery, Handlers


async def on_deals(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    await record_deals(connection, [(each.event, each.envelope) for each in deliveries])


HANDLERS: Handlers = dict.fromkeys(pipeline_deal.EVENTS, on_deals)
