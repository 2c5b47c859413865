"""Applies batches of events of one topic to the service's database, and finds the one that fails.

Must never break: each event is applied once or parked, in order within its aggregate; an error that passes
by itself is raised on and nothing is blamed for it.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence

from shared.messaging.failures import FailureCount, Limits, is_transient
from shared.messaging.handlers import Delivery, Handlers, caused_by, handle
from shared.messaging.inbox import Inbox, Sorted
from shared.observability import metrics
from shared.observability.logging import logger
from shared.persistence.database import Database

_REASON_LENGTH = 500
_RETRY_SECONDS = (0.05, 0.25, 1.0)


class Processor:
    """Not bound to Kafka: the consumer feeds it."""

    def __init__(
        self, database: Database, inbox: Inbox, handlers: Handlers, *, service: str, limits: Limits
    ) -> None:
        self._database = database
        self._inbox = inbox
        self._handlers = handlers
        self._service = service
        self._limits = limits
        self._failures = FailureCount(limits, "events failed")
        self._log = logger(__name__)

    def remember_failures(self, consecutive: int) -> None:
        """Failures since the last success before this process was started count on."""
        self._failures = FailureCount(self._limits, "events failed", consecutive=consecutive)

    async def process(self, topic: str, deliveries: Sequence[Delivery]) -> None:
        """Apply a batch in one transaction; when that fails, halve it until what fails is alone, and park
        its aggregate. Raises transient errors and TooManyFailures; done parts stay done."""
        if not deliveries:
            return
        try:
            await self._apply(topic, deliveries)
        except Exception as error:
            if is_transient(error):
                raise
            if len(deliveries) == 1:
                await self._retry(topic, deliveries[0], error)
                return
            middle = len(deliveries) // 2
            await self.process(topic, deliveries[:middle])
            await self.process(topic, deliveries[middle:])

    async def _apply(self, topic: str, deliveries: Sequence[Delivery]) -> None:
        started = time.perf_counter()
        async with self._database.transaction() as connection:
            batch = await self._inbox.receive(connection, topic, deliveries)
            await self._inbox.park(
                connection, topic, batch.to_park, reason="an earlier event is parked", failed=False
            )
            await handle(connection, self._handlers, batch.to_handle)
            await self._inbox.record_applied(
                connection, topic, [delivery.envelope for delivery in batch.to_handle]
            )
        self._count(batch)
        metrics.event_handling_seconds.labels(self._service, topic).observe(time.perf_counter() - started)
        self._failures.succeeded(len(batch.to_handle))

    async def _retry(self, topic: str, delivery: Delivery, error: Exception) -> None:
        """The event is alone now: try it again a few times, then park its aggregate."""
        for attempt in range(1, self._limits.attempts):
            await asyncio.sleep(_RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS)) - 1])
            try:
                await self._apply(topic, [delivery])
                return
            except Exception as again:
                if is_transient(again):
                    raise
                error = again
        await self._park(topic, delivery, error)

    async def _park(self, topic: str, delivery: Delivery, error: Exception) -> None:
        envelope = delivery.envelope
        with caused_by(envelope):
            self._log.error(
                "aggregate_parked",
                topic=topic,
                type=envelope.type,
                aggregate_id=str(envelope.subject),
                event_id=str(envelope.id),
                exc_info=error,
            )
        self._failures.failed()
        async with self._database.transaction() as connection:
            await self._inbox.receive(connection, topic, [delivery])
            await self._inbox.park(connection, topic, [delivery], reason=reason_of(error), failed=True)
        metrics.events_handled_total.labels(self._service, envelope.type, "parked").inc()

    def _count(self, batch: Sorted) -> None:
        for outcome, deliveries in (
            ("handled", batch.to_handle),
            ("parked", batch.to_park),
            ("duplicate", batch.duplicates),
            ("stale", batch.stale),
        ):
            for kind, count in Counter(delivery.envelope.type for delivery in deliveries).items():
                metrics.events_handled_total.labels(self._service, kind, outcome).inc(count)


def reason_of(error: BaseException) -> str:
    """Class and message; of a database error the server's message only, without parameters."""
    cause = getattr(error, "orig", None) or error
    return f"{type(error).__name__}: {cause}"[:_REASON_LENGTH]
