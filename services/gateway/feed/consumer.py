"""Every event of every topic goes into the feed."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.feed.projection import append
from shared.contracts.catalogue import EVENTS
from shared.messaging.handlers import Delivery, Handlers


async def on_any(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """One batch of a partition."""
    await append(connection, [delivery.envelope for delivery in deliveries])


HANDLERS: Handlers = dict.fromkeys(EVENTS.values(), on_any)
