"""Every product event goes into its table."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.product.projection import record_products
from shared.contracts.events import pipeline_product
from shared.messaging.handlers import Delivery, Handlers


async def on_products(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    await record_products(connection, [(each.event, each.envelope) for each in deliveries])


HANDLERS: Handlers = dict.fromkeys(pipeline_product.EVENTS, on_products)
