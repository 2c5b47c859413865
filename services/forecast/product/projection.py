"""Product events become rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.known_at import known_at
from services.forecast.product.tables import known_product
from services.forecast.replica import keep_newest
from shared.contracts.envelope import Envelope
from shared.contracts.events.pipeline_product import ProductState


async def record_products(connection: AsyncConnection, told: Sequence[tuple[ProductState, Envelope]]) -> None:
    """Keep each product's newest name."""
    await keep_newest(connection, known_product, [_row(event, envelope) for event, envelope in told])


def _row(event: ProductState, envelope: Envelope) -> dict[str, Any]:
    return {
        "product_id": event.product_id,
        "sequence": envelope.sequence,
        "known_at": known_at(envelope),
        "name": event.name,
        "family": event.family,
        "active": event.active,
    }
