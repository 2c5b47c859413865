"""After the ledger: the gaps that deals may have carried over a limit, or back, are looked at soon."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.gap_watch.use_cases.watch_deals import watch_deals
from shared.messaging.handlers import BatchHandler, Delivery


def watching_deals(handler: BatchHandler) -> BatchHandler:
    """After what is done with deals: what they mean for gaps is watched."""

    async def handle_and_watch(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        await handler(connection, deliveries)
        latest = max(each.envelope.time for each in deliveries)
        await watch_deals(connection, [each.event for each in deliveries], now=latest)

    return handle_and_watch
