"""What the pipeline tells of products, kept as a replica."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.product.projection import keep_newest
from shared.contracts.events import pipeline_product
from shared.contracts.events.pipeline_product import ProductState
from shared.messaging.handlers import Delivery, Handlers


async def on_products(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """All deliveries with one statement."""
    await keep_newest(connection, [_row(delivery) for delivery in deliveries])


def _row(delivery: Delivery) -> dict[str, Any]:
    event: ProductState = delivery.event
    return {
        "id": event.product_id,
        "name": event.name,
        "active": event.active,
        "sequence": delivery.envelope.sequence,
    }


HANDLERS: Handlers = dict.fromkeys(pipeline_product.EVENTS, on_products)
