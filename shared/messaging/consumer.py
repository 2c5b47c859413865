"""Reads topics: decode, upcast, one transaction for inbox, handlers and their own events, then the offset.

Must never break: an offset is committed only after what lies before it is in the database, parked or a
dead letter. A crash in between repeats events, and the inbox skips them.

A transaction and a request to the broker cost far more than an event in them, so few events are never
handled one by one: what all partitions of a topic bring shares a transaction, what comes within 20 ms
shares a turn, and offsets are committed four times a second.
"""

import asyncio
import math
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import IllegalStateError, KafkaError
from aiokafka.structs import TopicPartition

from shared.contracts.catalogue import Undecodable, decode
from shared.messaging.dead_letters import DeadLetter, DeadLetters
from shared.messaging.failures import FailureCount, Limits, is_transient
from shared.messaging.handlers import BatchHandler, Delivery, Handlers, context_of, each
from shared.messaging.inbox import Inbox
from shared.messaging.processor import Processor
from shared.messaging.pulse import Pulse
from shared.messaging.settings import KafkaSettings
from shared.messaging.tables import MessagingTables
from shared.messaging.waiting import backoff, ends_within, pause, unless_stopped
from shared.messaging.workload import RevokeListener, Workload
from shared.observability import metrics
from shared.observability.logging import logger
from shared.persistence.database import Database

__all__ = ["BatchHandler", "Consumer", "Delivery", "Handlers", "context_of", "each"]

_POLL_SECONDS = 0.25
_COMMIT_EVERY_SECONDS = 0.25
_COMMIT_SECONDS = 10.0
_LAST_COMMIT_SECONDS = 2.0
_CLOSE_SECONDS = 3.0
_MEASURE_SECONDS = 2.0
_LIVED_SECONDS = 60.0


class Consumer:
    """One member of the service's consumer group, for all topics the service reads.

    A transaction has at most `batch_size` events. Turns that bring fewer start at least
    `kafka.consumer_linger_ms` apart; an event that comes after a longer silence is handled at once.
    """

    def __init__(
        self,
        database: Database,
        tables: MessagingTables,
        kafka: KafkaSettings,
        *,
        service: str,
        topics: Sequence[str],
        handlers: Handlers,
        group: str | None = None,
        batch_size: int = 500,
        limits: Limits | None = None,
        deduplicate: bool = True,
        pulse: Pulse | None = None,
    ) -> None:
        self._database = database
        self._kafka = kafka
        self._service = service
        self._topics = [kafka.topic(topic) for topic in topics]
        self._group = kafka.topic(group or service)
        self._batch_size = batch_size
        self._linger_seconds = kafka.consumer_linger_ms / 1000
        self._limits = limits or Limits()
        self._pulse = pulse or Pulse("consumer")
        self._inbox = Inbox(tables, deduplicate=deduplicate)
        self._processor = Processor(database, self._inbox, handlers, service=service, limits=self._limits)
        self._dead_letters = DeadLetters(database, tables, kafka, service=service)
        self._unreadable = FailureCount(self._limits, "messages unreadable")
        self._work = Workload()
        self._measured = 0.0
        self._committed = -math.inf
        self._log = logger(__name__)

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until told to stop. Raises TooManyFailures and DeadLetterLost, which end the worker."""
        attempt = 0
        try:
            await self._remember_failures(stop)
            while not stop.is_set():
                self._pulse.beat()
                started = time.monotonic()
                try:
                    await self._member(stop)
                except (KafkaError, OSError) as error:
                    attempt = 0 if time.monotonic() - started > _LIVED_SECONDS else attempt
                    self._log.warning("consumer_rebuilt", error=type(error).__name__)
                    await pause(stop, backoff(attempt))
                    attempt += 1
        finally:
            await self._dead_letters.close()

    async def _remember_failures(self, stop: asyncio.Event) -> None:
        """Being restarted is no reason to fail as often again."""
        attempt = 0
        while not stop.is_set():
            try:
                async with self._database.reading() as connection:
                    dead, parked = await self._inbox.recent_failures(connection)
            except Exception as error:
                if not is_transient(error):
                    raise
                self._pulse.beat()
                await pause(stop, backoff(attempt))
                attempt += 1
                continue
            self._unreadable = FailureCount(self._limits, "messages unreadable", consecutive=dead)
            self._processor.remember_failures(parked)
            return

    async def _member(self, stop: asyncio.Event) -> None:
        """Be a member of the group until told to stop or the client fails."""
        member = self._kafka.consumer(f"{self._service}-consumer", group=self._group)
        self._work = Workload()
        commit = partial(self._commit, member, asyncio.Event(), _COMMIT_SECONDS)
        member.subscribe(topics=self._topics, listener=RevokeListener(self._work, commit))
        try:
            await member.start()
            while not stop.is_set():
                await self._turn(member, stop)
        finally:
            try:
                await self._commit(member, asyncio.Event(), _LAST_COMMIT_SECONDS)
            finally:
                await ends_within(member.stop(), _CLOSE_SECONDS)

    async def _turn(self, member: AIOKafkaConsumer, stop: asyncio.Event) -> None:
        """Poll once, also while partitions are held back: polling is what keeps us in the group."""
        fetched = await member.getmany(
            timeout_ms=math.ceil(1000 * self._seconds_to_poll()), max_records=self._batch_size
        )
        started = time.monotonic()
        self._pulse.beat()
        few = 0 < sum(map(len, fetched.values())) < self._batch_size and self._linger_seconds > 0
        if few:  # what comes until the next turn gathers at the broker, instead of being fetched one by one
            member.pause(*member.assignment())
        for partition, records in fetched.items():
            self._work.add(partition, records)
        while not (stop.is_set() or self._work.revoking) and (due := self._work.next_due()):
            await self._attempt(member, self._work.due_with(due, limit=self._batch_size))
        if self._seconds_to_commit() == 0 and not self._work.revoking:
            await self._commit(member, stop, _COMMIT_SECONDS)
        await self._measure_lag(member)
        if few:
            await pause(stop, started + self._linger_seconds - time.monotonic())
        self._resume(member)

    async def _attempt(self, member: AIOKafkaConsumer, partitions: Sequence[TopicPartition]) -> None:
        """Handle what was read of partitions of one topic; trouble that passes holds back all of them."""
        batch = self._work.begin(partitions)
        topic = self._kafka.name_of(partitions[0].topic)
        try:
            deliveries: list[Delivery] = []
            letters: list[DeadLetter] = []
            for held in batch:
                held.read = held.read or self._read(topic, held.records)
                deliveries += held.read[0]
                letters += held.read[1]
            await self._dead_letters.bury(letters)
            await self._processor.process(topic, deliveries)
        except Exception as error:
            if not is_transient(error):
                raise
            self._log.warning(
                "partitions_held", topic=topic, partitions=len(partitions), error=type(error).__name__
            )
            if self._work.hold(*partitions):
                member.pause(*member.assignment().intersection(partitions))
        else:
            for partition in partitions:
                self._work.done(partition)
        finally:
            self._work.idle.set()
            self._pulse.beat()

    def _resume(self, member: AIOKafkaConsumer) -> None:
        """Fetch again from all partitions but those held back."""
        member.resume(*(each for each in member.paused() if self._work.first_open(each) is None))

    def _read(self, topic: str, records: Sequence[Any]) -> tuple[list[Delivery], list[DeadLetter]]:
        """Decode once, however often the batch is tried."""
        deliveries: list[Delivery] = []
        letters: list[DeadLetter] = []
        for record in records:
            try:
                deliveries.append(_delivery(topic, record.value))
                self._unreadable.succeeded()
            except Undecodable as error:
                self._unreadable.failed()
                letters.append(DeadLetter(topic, record, error.reason))
        return deliveries, letters

    def _seconds_to_poll(self) -> float:
        longest = _POLL_SECONDS
        if self._work.uncommitted and not self._work.revoking:
            longest = min(longest, self._seconds_to_commit())
        return self._work.seconds_to_next(longest)

    def _seconds_to_commit(self) -> float:
        return max(0.0, self._committed + _COMMIT_EVERY_SECONDS - time.monotonic())

    async def _commit(self, member: AIOKafkaConsumer, stop: asyncio.Event, within: float) -> None:
        """All offsets in one request, given up when told to stop. Not being able to commit loses nothing: a
        later commit, or the inbox of whoever reads it again, makes up for it."""
        offsets = dict(self._work.uncommitted)
        if not offsets:
            return
        self._committed = time.monotonic()
        self._work.idle.clear()
        try:
            await unless_stopped(stop, member.commit(offsets), within=within)
            self._work.committed(offsets)
        except (KafkaError, IllegalStateError, TimeoutError) as error:
            self._log.warning("offsets_not_committed", error=type(error).__name__)
        finally:
            self._work.idle.set()
            self._pulse.beat()

    async def _measure_lag(self, member: AIOKafkaConsumer) -> None:
        if time.monotonic() - self._measured < _MEASURE_SECONDS:
            return
        self._measured = time.monotonic()
        for partition in member.assignment():
            end = member.highwater(partition)
            if end is None:
                continue
            done = self._work.first_open(partition)
            if done is None:
                done = await member.position(partition)
            metrics.consumer_lag.labels(
                self._service, self._kafka.name_of(partition.topic), str(partition.partition)
            ).set(max(0, end - done))


def _delivery(topic: str, value: bytes | None) -> Delivery:
    if value is None:
        raise Undecodable("not an envelope: no value")
    envelope, event = decode(value)
    if envelope.topic != topic:
        raise Undecodable(f"unknown event type {envelope.type!r} in this topic")
    return Delivery(event, envelope)
