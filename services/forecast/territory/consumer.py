"""Every territory event goes into its table."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.territory.projection import record_territories
from shared.contracts.events import leads_territory
from shared.messaging.handlers import Delivery, Handlers


async def on_territories(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    await record_territories(connection, [(each.event, each.envelope) for each in deliveries])


HANDLERS: Handlers = dict.fromkeys(leads_territory.EVENTS, on_territories)
