"""Aggregates whose handler keeps failing: listing them, and applying their events in order when it is mended.

Must never break: an aggregate is replayed whole, in order, in one transaction; the consumer keeps parking
its later events until that has committed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.catalogue import read_event
from shared.contracts.envelope import Envelope
from shared.messaging.handlers import Delivery, Handlers, handle
from shared.messaging.inbox import Inbox, lock_aggregate
from shared.messaging.tables import MessagingTables
from shared.persistence.database import Database


@dataclass(frozen=True, slots=True)
class ParkedAggregate:
    """`events` waiting since `since`; `reason` is why the first of them failed."""

    topic: str
    aggregate_id: UUID
    events: int
    since: datetime
    reason: str


class Parking:
    """The parked aggregates of one service."""

    def __init__(self, database: Database, tables: MessagingTables, handlers: Handlers) -> None:
        self._database = database
        self._parked = tables.parked
        self._inbox = Inbox(tables)
        self._handlers = handlers

    async def aggregates(self, *, limit: int = 1000) -> Sequence[ParkedAggregate]:
        """Oldest first."""
        parked = self._parked
        first_reason = func.min(parked.c.reason).filter(parked.c.failed)
        query = (
            select(
                parked.c.topic,
                parked.c.aggregate_id,
                func.count(),
                func.min(parked.c.parked_at),
                func.coalesce(first_reason, "-"),
            )
            .group_by(parked.c.topic, parked.c.aggregate_id)
            .order_by(func.min(parked.c.id))
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [ParkedAggregate(*row) for row in await connection.execute(query)]

    async def replay(self, topic: str, aggregate_id: UUID) -> int:
        """Apply the aggregate's events in order and let it go; returns how many. A handler's error leaves
        everything as it was and is raised."""
        async with self._database.transaction() as connection:
            await lock_aggregate(connection, topic, aggregate_id)
            deliveries = await self._take(connection, topic, aggregate_id)
            await handle(connection, self._handlers, deliveries)
            await self._inbox.record_applied(
                connection, topic, [delivery.envelope for delivery in deliveries]
            )
        return len(deliveries)

    async def _take(self, connection: AsyncConnection, topic: str, aggregate_id: UUID) -> list[Delivery]:
        parked = self._parked
        mine = (parked.c.topic == topic) & (parked.c.aggregate_id == aggregate_id)
        rows = await connection.scalars(select(parked.c.envelope).where(mine).order_by(parked.c.id))
        envelopes = [Envelope.model_validate(each) for each in rows]
        await connection.execute(delete(parked).where(mine))
        return [Delivery(read_event(envelope), envelope) for envelope in envelopes]
