"""A topic from its beginning, by a reader of its own: the worker's place in it is not touched."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from shared.contracts.catalogue import TOPICS, Undecodable, decode
from shared.messaging.handlers import Delivery
from shared.messaging.settings import KafkaSettings

_MIB = 1024 * 1024
_WAIT_MS = 500
_SOON_MS = 20


@dataclass(frozen=True, slots=True)
class Read:
    """`unreadable` of the messages the worker puts aside too."""

    deliveries: list[Delivery]
    messages: int
    unreadable: int


class TopicReader:
    """Goes through all partitions; within one aggregate in the order of telling."""

    def __init__(self, consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]) -> None:
        self._consumer = consumer
        self._partitions = partitions

    async def left(self) -> int:
        """How many messages are not read yet, now."""
        ends = await self._consumer.end_offsets(self._partitions)
        places = [await self._consumer.position(each) for each in self._partitions]
        return int(sum(ends.values()) - sum(places))

    async def next(self, most: int) -> Read:
        """The next messages; none when nothing comes for half a second."""
        fetched = await self._consumer.getmany(timeout_ms=_WAIT_MS, max_records=most)
        deliveries, messages, unreadable = [], 0, 0
        for record in (each for records in fetched.values() for each in records):
            messages += 1
            try:
                envelope, event = decode(record.value or b"")
                deliveries.append(Delivery(event, envelope))
            except Undecodable:
                unreadable += 1
        return Read(deliveries, messages, unreadable)


@asynccontextmanager
async def topic_reader(settings: KafkaSettings, topic: str) -> AsyncIterator[TopicReader]:
    """Reads all that the broker keeps of the topic. Raises KafkaError when the broker is away."""
    consumer = AIOKafkaConsumer(
        **settings.client_options(),
        client_id="forecast-rebuild",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=2 * _MIB,
        fetch_max_wait_ms=_SOON_MS,  # on the way back a question about offsets waits behind it
    )
    await consumer.start()
    try:
        partitions = [TopicPartition(settings.topic(topic), each) for each in range(TOPICS[topic].partitions)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        yield TopicReader(consumer, partitions)
    finally:
        await consumer.stop()
