"""Publishes the outbox: what is committed there reaches Kafka, at least once, in order per aggregate.

Must never break: rows are chosen by being unsent, never by an id above the last seen (a row committed late
under a lower id would be lost), and marked only after the broker's acknowledgement.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import asyncpg
from aiokafka.errors import KafkaError

from shared.messaging.leadership import leadership
from shared.messaging.publisher import Message, Publisher
from shared.messaging.pulse import Pulse
from shared.messaging.settings import KafkaSettings
from shared.messaging.waiting import backoff, pause
from shared.messaging.wakeup import CHANNEL
from shared.observability import metrics
from shared.observability.logging import logger
from shared.persistence.database import CONNECTION_ERRORS, Database

_UNSENT = """
    SELECT id, created_at, event_id, topic, type, aggregate_id, envelope::text AS value
    FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT $1
"""
_MARK = """
    UPDATE outbox SET sent_at = now()
    WHERE sent_at IS NULL AND id = ANY($1::bigint[]) AND created_at BETWEEN $2 AND $3
"""
_WAITING = """
    SELECT count(*) AS count, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0) AS oldest
    FROM (SELECT created_at FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT 100000) AS waiting
"""
_MEASURE_SECONDS = 2.0


class Relay:
    """One runs in every worker process; the one that holds the service's lock publishes, others stand by.

    Looks when woken, else every `idle_seconds`: writers wake it after each commit, so looking unasked only
    finds what a writer left that died before it could. While there is little to publish, turns start at
    least `kafka.relay_linger_ms` apart; full batches follow each other at once.
    """

    def __init__(
        self,
        database: Database,
        kafka: KafkaSettings,
        *,
        service: str,
        batch_size: int = 1000,
        idle_seconds: float = 0.2,
        pulse: Pulse | None = None,
    ) -> None:
        self._database = database
        self._kafka = kafka
        self._service = service
        self._batch_size = batch_size
        self._idle_seconds = idle_seconds
        self._linger_seconds = kafka.relay_linger_ms / 1000
        self._pulse = pulse or Pulse("relay")
        self._publisher = Publisher(kafka, f"{service}-relay", self._pulse)
        self._woken = asyncio.Event()
        self._measured = 0.0
        self._log = logger(__name__)

    async def run(self, stop: asyncio.Event) -> None:
        """Publish until told to stop; a database or broker that is away is waited for."""
        attempt = 0
        try:
            while not stop.is_set():
                self._pulse.beat()
                try:
                    async with leadership(self._database, "relay", stop, self._pulse) as connection:
                        if connection is not None:
                            attempt = 0
                            await self._drain(connection, stop)
                except CONNECTION_ERRORS as error:
                    self._log.warning("relay_database_away", error=type(error).__name__)
                    await pause(stop, backoff(attempt))
                    attempt += 1
        finally:
            await self._publisher.close()

    async def _drain(self, connection: asyncpg.Connection, stop: asyncio.Event) -> None:
        await connection.add_listener(CHANNEL, lambda *_: self._woken.set())
        watching = asyncio.create_task(self._wake_on(stop))
        failures = 0
        try:
            while not stop.is_set():
                self._pulse.beat()
                self._woken.clear()
                started = time.monotonic()
                rows = await connection.fetch(_UNSENT, self._batch_size)
                await self._measure(connection)
                try:
                    await self._publish(connection, rows, stop)
                    failures = 0
                except (KafkaError, OSError) as error:
                    await self._rebuild(error, backoff(failures), stop)
                    failures += 1
                    continue
                if len(rows) < self._batch_size:
                    await self._rest(started + self._linger_seconds if rows else started, stop)
        finally:
            watching.cancel()

    async def _wake_on(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._woken.set()

    async def _rest(self, earliest: float, stop: asyncio.Event) -> None:
        """Until woken or due for a look, but not before `earliest`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._idle_seconds):
                await self._woken.wait()
        if (seconds := earliest - time.monotonic()) > 0:
            await pause(stop, seconds)

    async def _publish(
        self, connection: asyncpg.Connection, rows: Sequence[Any], stop: asyncio.Event
    ) -> None:
        """Send one batch and mark what was acknowledged, even when the rest of it failed."""
        if not rows:
            return
        outcome = await self._publisher.publish([self._message(row) for row in rows], stop)
        sent = [row for row, acknowledged in zip(rows, outcome.acknowledged, strict=True) if acknowledged]
        if sent:
            moments = [row["created_at"] for row in sent]
            await connection.execute(_MARK, [row["id"] for row in sent], min(moments), max(moments))
            metrics.relay_sent_total.labels(self._service).inc(len(sent))
        if outcome.failure is not None:
            raise outcome.failure

    def _message(self, row: Any) -> Message:
        return Message(
            topic=self._kafka.topic(row["topic"]),
            key=str(row["aggregate_id"]).encode(),
            value=row["value"].encode(),
            headers=[
                ("content-type", b"application/cloudevents+json; charset=UTF-8"),
                ("ce_id", str(row["event_id"]).encode()),
                ("ce_type", row["type"].encode()),
            ],
        )

    async def _rebuild(self, error: Exception, seconds: float, stop: asyncio.Event) -> None:
        """A producer that has failed once may refuse everything after it: start a new one."""
        self._log.warning("relay_producer_rebuilt", error=type(error).__name__)
        metrics.relay_producer_rebuilds_total.labels(self._service).inc()
        await self._publisher.close()
        await pause(stop, seconds)

    async def _measure(self, connection: asyncpg.Connection) -> None:
        if time.monotonic() - self._measured < _MEASURE_SECONDS:
            return
        self._measured = time.monotonic()
        waiting = await connection.fetchrow(_WAITING)
        metrics.outbox_backlog.labels(self._service).set(waiting["count"])
        metrics.outbox_oldest_age_seconds.labels(self._service).set(float(waiting["oldest"]))
