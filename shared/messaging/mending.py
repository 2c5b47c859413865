"""What the `mend` command does, for one service.

Must never break: a dead letter is marked redelivered after the broker took it, a parked aggregate is let go
only when all its events are applied.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition
from sqlalchemy import func, select, update

from shared.messaging.failures import is_transient
from shared.messaging.outbox import Backlog, Outbox
from shared.messaging.parking import ParkedAggregate, Parking
from shared.messaging.processor import reason_of
from shared.messaging.publisher import Message, Publisher
from shared.messaging.pulse import Pulse
from shared.messaging.settings import KafkaSettings
from shared.messaging.worker import Wiring
from shared.persistence.database import Database

_LISTED = 200
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Status:
    """`lag` by topic; when the broker is away it is empty and `lag_unknown` says why."""

    backlog: Backlog
    lag: Mapping[str, int]
    lag_unknown: str | None
    parked_aggregates: int
    parked_events: int
    dead_letters: int


@dataclass(frozen=True, slots=True)
class Replay:
    """What became of one parked aggregate; `said` is the count of events or the reason."""

    topic: str
    aggregate_id: UUID
    replayed: bool
    said: str


class Mending:
    """One service's messages, looked at and set right."""

    def __init__(self, database: Database, kafka: KafkaSettings, wiring: Wiring) -> None:
        self._database = database
        self._kafka = kafka
        self._wiring = wiring
        self._dead_letter = wiring.tables.dead_letter
        self.parking = Parking(database, wiring.tables, wiring.handlers)

    async def status(self) -> Status:
        """How things stand."""
        parked, letters = self._wiring.tables.parked, self._dead_letter
        async with self._database.reading() as connection:
            backlog = await Outbox(self._wiring.tables).backlog(connection)
            events = await connection.scalar(select(func.count()).select_from(parked))
            aggregates = await connection.scalar(
                select(func.count()).select_from(
                    select(parked.c.topic, parked.c.aggregate_id).distinct().subquery()
                )
            )
            open_letters = await connection.scalar(
                select(func.count()).select_from(letters).where(letters.c.redelivered_at.is_(None))
            )
        try:
            lag, unknown = await self._lag(), None
        except (KafkaError, OSError) as error:
            lag, unknown = {}, type(error).__name__
        return Status(backlog, lag, unknown, aggregates or 0, events or 0, open_letters or 0)

    async def dead_letters(self) -> Sequence[Any]:
        """The newest 200, without their bytes."""
        columns = [column for column in self._dead_letter.c if column.name not in {"raw", "key"}]
        query = select(*columns).order_by(self._dead_letter.c.id.desc()).limit(_LISTED)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).all()

    async def redeliver(self, ids: Sequence[int] | None) -> int:
        """Send dead letters to their topic again: these, or with None all not redelivered yet."""
        publisher = Publisher(self._kafka, f"{self._wiring.service}-mend", Pulse("mend"))
        done = 0
        try:
            while letters := await self._open_letters(ids):
                outcome = await publisher.publish([self._again(each) for each in letters], asyncio.Event())
                if outcome.failure is not None:
                    raise outcome.failure
                await self._mark_redelivered([each.id for each in letters])
                done += len(letters)
                if ids is not None:
                    break
        finally:
            await publisher.close()
        return done

    async def replay(self, aggregates: Sequence[UUID] | None) -> list[Replay]:
        """Replay these parked aggregates, or with None all. One that fails stays parked; others go on."""
        chosen = [
            each
            for each in await self.parking.aggregates()
            if aggregates is None or each.aggregate_id in aggregates
        ]
        return [await self._replay(each) for each in chosen]

    async def republish(self, topic: str, since: datetime) -> int:
        """Mark the topic's events since then (by when they were written) unsent; all become so at once, so
        that the relay sends them in order, before what is written later."""
        outbox = self._wiring.tables.outbox
        async with self._database.transaction() as connection:
            marked = await connection.execute(
                update(outbox)
                .where(outbox.c.topic == topic, outbox.c.created_at >= since, outbox.c.sent_at.is_not(None))
                .values(sent_at=None)
            )
        return marked.rowcount

    async def _replay(self, parked: ParkedAggregate) -> Replay:
        try:
            count = await self.parking.replay(parked.topic, parked.aggregate_id)
        except Exception as error:
            if is_transient(error):
                raise
            return Replay(parked.topic, parked.aggregate_id, False, reason_of(error))
        return Replay(parked.topic, parked.aggregate_id, True, f"{count} events applied")

    async def _open_letters(self, ids: Sequence[int] | None) -> Sequence[Any]:
        letter = self._dead_letter
        which = letter.c.redelivered_at.is_(None) if ids is None else letter.c.id.in_(ids)
        async with self._database.reading() as connection:
            query = select(letter).where(which).order_by(letter.c.id).limit(_AT_ONCE)
            return (await connection.execute(query)).all()

    def _again(self, letter: Any) -> Message:
        return Message(
            self._kafka.topic(letter.topic),
            letter.key,
            letter.raw,
            [("redelivered", str(letter.id).encode())],
        )

    async def _mark_redelivered(self, ids: Sequence[int]) -> None:
        letter = self._dead_letter
        async with self._database.transaction() as connection:
            await connection.execute(
                update(letter).where(letter.c.id.in_(ids)).values(redelivered_at=func.now())
            )

    async def _lag(self) -> dict[str, int]:
        """Messages between the group's committed offsets and the ends, by topic."""
        group = self._kafka.topic(self._wiring.service)
        reader = AIOKafkaConsumer(**self._kafka.client_options(), enable_auto_commit=False)
        admin = AIOKafkaAdminClient(**self._kafka.client_options())
        try:
            await reader.start()
            await admin.start()
            committed = await admin.list_consumer_group_offsets(group)
            partitions = await self._partitions(admin)
            ends = await reader.end_offsets(partitions)
            starts = await reader.beginning_offsets(partitions)
        finally:
            await reader.stop()
            await admin.close()
        lag: dict[str, int] = {}
        for partition in partitions:
            known = committed.get(partition)
            at = known.offset if known is not None and known.offset >= 0 else starts[partition]
            topic = self._kafka.name_of(partition.topic)
            lag[topic] = lag.get(topic, 0) + max(0, ends[partition] - at)
        return lag

    async def _partitions(self, admin: AIOKafkaAdminClient) -> list[TopicPartition]:
        names = [self._kafka.topic(name) for name in self._wiring.subscriptions]
        return [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in await admin.describe_topics(names)
            for partition in topic["partitions"]
        ]
