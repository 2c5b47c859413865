"""A small service of its own for messaging tests: a database, a topic with a prefix, a projection."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.structs import TopicPartition
from sqlalchemy import BigInteger, Column, Connection, Identity, Integer, Table, Uuid, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.envelope import Envelope, EventContext, wrap
from shared.contracts.events.leads_lead import LeadChanged, LeadCreated
from shared.contracts.ids import new_id
from shared.messaging import migration
from shared.messaging.consumer import Consumer
from shared.messaging.handlers import Delivery, Handlers
from shared.messaging.outbox import Outbox
from shared.messaging.pulse import Pulse
from shared.messaging.relay import Relay
from shared.messaging.settings import KafkaSettings
from shared.messaging.tables import messaging_tables
from shared.persistence.bulk import insert_rows
from shared.persistence.database import Database
from shared.persistence.naming import new_metadata
from tests.support.stack import Postgres
from tests.support.waiting import HANG_SECONDS

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
TOPIC = "leads.lead"
metadata = new_metadata()
TABLES = messaging_tables(metadata)
# What handlers saw, in their order.
seen = Table(
    "seen",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("lead_id", Uuid, nullable=False),
    Column("sequence", Integer, nullable=False),
)
# How often each lead was counted: an effect that a repeat would spoil.
tally = Table(
    "tally",
    metadata,
    Column("lead_id", Uuid, primary_key=True),
    Column("events", Integer, nullable=False),
)
_prefixes = itertools.count(1)
# The default shows every local variable of a traceback, which takes long enough to lose heartbeats.
structlog.configure(
    processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
)


class Op:
    """As much of Alembic's `op` as the messaging migration needs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, statement: str) -> None:
        self._connection.execute(text(statement))


def a_lead_event(lead_id: UUID | None = None, sequence: int = 1, *, correlation_id: str = "test") -> Envelope:
    lead_id = lead_id or new_id()
    kind = LeadCreated if sequence == 1 else LeadChanged
    event = kind(lead_id=lead_id, status="new", created_at=NOW)
    context = EventContext("/leads", correlation_id, actor="system")
    return wrap(event, subject=lead_id, sequence=sequence, time=NOW, context=context)


async def record(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """Write down what came, and count it."""
    rows = [{"lead_id": each.envelope.subject, "sequence": each.envelope.sequence} for each in deliveries]
    await connection.execute(insert_rows(seen, rows))
    for each in deliveries:
        one_more = insert(tally).values(lead_id=each.envelope.subject, events=1)
        await connection.execute(
            one_more.on_conflict_do_update(index_elements=["lead_id"], set_={"events": tally.c.events + 1})
        )


RECORDING: Handlers = {LeadCreated: record, LeadChanged: record}


class World:
    """One service's database and its topics."""

    def __init__(self, url: str, bootstrap_servers: str, *, partitions: int) -> None:
        self.url = url
        self.partitions = partitions
        self.kafka = KafkaSettings(
            bootstrap_servers=bootstrap_servers,
            topic_prefix=f"test{next(_prefixes)}.",
        )
        self.database = Database(url, name="world")
        self.outbox = Outbox(TABLES)

    async def create(self) -> None:
        async with self.database.engine.begin() as connection:
            await connection.run_sync(lambda sync: migration.create(Op(sync)))
            await connection.run_sync(lambda sync: metadata.create_all(sync, tables=[seen, tally]))
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka.bootstrap_servers)
        await admin.start()
        answer = await admin.create_topics(
            [
                NewTopic(self.kafka.topic(TOPIC), self.partitions, 1),
                NewTopic(self.kafka.dead_letter_topic("world"), 1, 1),
            ]
        )
        await admin.close()
        assert [code for _, code, *_ in answer.topic_errors] == [0, 0], answer

    def relay(self, **options: Any) -> Relay:
        return Relay(self.database, self.kafka, service="world", **options)

    def consumer(self, handlers: Handlers = RECORDING, **options: Any) -> Consumer:
        return Consumer(
            self.database, TABLES, self.kafka, service="world", topics=[TOPIC], handlers=handlers, **options
        )

    def linger(self, *, milliseconds: int) -> None:
        """How far apart turns of relays and consumers made from now on start."""
        lingers = {"consumer_linger_ms": milliseconds, "relay_linger_ms": milliseconds}
        self.kafka = self.kafka.model_copy(update=lingers)

    async def announce(self, *envelopes: Envelope) -> None:
        async with self.database.transaction() as connection:
            await self.outbox.add(connection, envelopes)

    async def send(self, *messages: Envelope | bytes) -> None:
        """Straight to the topic, past the outbox; raw bytes get a key of their own."""
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka.bootstrap_servers)
        await producer.start()
        topic = self.kafka.topic(TOPIC)
        futures = [
            await producer.send(topic, message.model_dump_json().encode(), key=str(message.subject).encode())
            if isinstance(message, Envelope)
            else await producer.send(topic, message, key=b"raw")
            for message in messages
        ]
        await asyncio.gather(*futures)
        await producer.stop()

    async def messages(self, topic: str | None = None) -> list[Any]:
        """Everything in a topic now, partition after partition."""
        reader = AIOKafkaConsumer(
            bootstrap_servers=self.kafka.bootstrap_servers, auto_offset_reset="earliest"
        )
        await reader.start()
        try:
            name = topic or self.kafka.topic(TOPIC)
            count = self.partitions if topic is None else 1
            partitions = [TopicPartition(name, number) for number in range(count)]
            reader.assign(partitions)
            ends = await reader.end_offsets(partitions)
            found: list[Any] = []
            while len(found) < sum(ends.values()):
                for records in (await reader.getmany(timeout_ms=200)).values():
                    found.extend(records)
            return sorted(found, key=lambda each: (each.partition, each.offset))
        finally:
            await reader.stop()

    async def committed(self) -> int:
        """How many messages of the topic lie before the offsets that were committed."""
        member = self.kafka.consumer("look", group=self.kafka.topic("world"))
        await member.start()
        name = self.kafka.topic(TOPIC)
        offsets = [
            await member.committed(TopicPartition(name, number)) or 0 for number in range(self.partitions)
        ]
        await member.stop()
        return sum(offsets)

    async def published(self) -> list[Envelope]:
        return [Envelope.model_validate_json(message.value) for message in await self.messages()]

    async def seen(self, lead_id: UUID | None = None) -> list[int]:
        """The sequences handlers saw, in their order; of one lead, or of all."""
        query = select(seen.c.sequence).order_by(seen.c.id)
        if lead_id is not None:
            query = query.where(seen.c.lead_id == lead_id)
        async with self.database.reading() as connection:
            return list(await connection.scalars(query))

    async def count(self, table: Table) -> int:
        async with self.database.reading() as connection:
            return int(await connection.scalar(select(func.count()).select_from(table)) or 0)

    async def backlog(self) -> int:
        async with self.database.reading() as connection:
            return (await self.outbox.backlog(connection)).count


@asynccontextmanager
async def a_world(postgres: Postgres, kafka: str, *, partitions: int = 3) -> AsyncIterator[World]:
    world = World(postgres.create_database("world"), kafka, partitions=partitions)
    await world.create()
    yield world
    await world.database.close()


@asynccontextmanager
async def running(part: Callable[[asyncio.Event], Awaitable[None]]) -> AsyncIterator["asyncio.Task[None]"]:
    """The part runs inside; its error, if it had one, is raised at the end."""
    stop = asyncio.Event()
    task = asyncio.ensure_future(part(stop))
    try:
        yield task
    finally:
        stop.set()
        await ended(task)
    task.result()


async def ended(task: "asyncio.Task[None]") -> None:
    """Wait for the end of a part, whether it failed or not."""
    await asyncio.wait({task}, timeout=HANG_SECONDS)
    assert task.done(), "did not end"


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for the condition; fail when it does not come true at all."""
    try:
        async with asyncio.timeout(HANG_SECONDS):
            while not await condition():
                await asyncio.sleep(0.03)
    except TimeoutError:
        raise AssertionError("did not come true") from None


class Turns(Pulse):
    """The pulse of a part, which tells that its loop has gone round."""

    def __init__(self) -> None:
        super().__init__("turns")
        self._count = 0

    def beat(self) -> None:
        super().beat()
        self._count += 1

    async def more(self, count: int) -> None:
        """Wait for so many further beats."""
        until = self._count + count

        async def beaten() -> bool:
            return self._count >= until

        await eventually(beaten)
