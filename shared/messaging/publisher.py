"""An idempotent producer that is started when first needed and thrown away when it goes bad.

Must never break: a message is never sent a second time while its first sending may still succeed, and
nothing is sent behind a message that failed.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError

from shared.messaging.pulse import Pulse
from shared.messaging.settings import KafkaSettings
from shared.messaging.waiting import ends_within

_DRAIN_SECONDS = 3.0
_CLOSE_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Message:
    """What to send; `topic` is the name on the broker."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """For each message whether the broker has it for sure; `failure` is why the first one does not."""

    acknowledged: Sequence[bool]
    failure: Exception | None


class Publisher:
    """Keeps one producer. After an Outcome with a failure, call `close` before the next `publish`."""

    def __init__(self, kafka: KafkaSettings, client_id: str, pulse: Pulse) -> None:
        self._kafka = kafka
        self._client_id = client_id
        self._pulse = pulse
        self._producer: AIOKafkaProducer | None = None

    async def publish(self, messages: Sequence[Message], stop: asyncio.Event) -> Outcome:
        """Send all without waiting in between, then wait for the acknowledgements, however long it takes.

        Ends early when told to stop: then what is not acknowledged after 3 s counts as not sent.
        Raises KafkaError or OSError when no broker is there to start with.
        """
        producer = await self._started()
        futures: list[asyncio.Future[Any]] = []
        enqueuing = asyncio.create_task(_enqueue(producer, messages, futures))
        await self._settled([enqueuing], stop)
        enqueuing.cancel()
        await self._settled(futures, stop)
        await asyncio.wait({enqueuing})
        acknowledged = [_is_acknowledged(future) for future in futures]
        acknowledged += [False] * (len(messages) - len(futures))
        return Outcome(acknowledged, _first_failure([enqueuing, *futures]))

    async def close(self) -> None:
        """Let go of the producer; a broker that is away does not hold this up for long."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        if not await ends_within(producer.stop(), _CLOSE_SECONDS):
            with suppress(KafkaError, OSError):
                await ends_within(producer.client.close(), _CLOSE_SECONDS)

    async def _started(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = self._kafka.producer(self._client_id)
            try:
                await producer.start()
            except (KafkaError, OSError):
                await ends_within(producer.stop(), _CLOSE_SECONDS)
                raise
            self._producer = producer
        return self._producer

    async def _settled(self, futures: Iterable[asyncio.Future[Any]], stop: asyncio.Event) -> None:
        """Wait for all futures; after `stop` for 3 s more."""
        pending: set[asyncio.Future[Any]] = {future for future in futures if not future.done()}
        loop = asyncio.get_running_loop()
        deadline: float | None = None
        while pending and (deadline is None or loop.time() < deadline):
            self._pulse.beat()
            _, pending = await asyncio.wait(pending, timeout=0.5)
            if stop.is_set() and deadline is None:
                deadline = loop.time() + _DRAIN_SECONDS


async def _enqueue(
    producer: AIOKafkaProducer, messages: Sequence[Message], futures: list[asyncio.Future[Any]]
) -> None:
    """Hand over the messages in order, stopping at the first that is refused.

    A timeout means that the buffer stayed full and the message was not taken: it is offered again.
    """
    for message in messages:
        while True:
            try:
                futures.append(
                    await producer.send(
                        message.topic, message.value, key=message.key, headers=list(message.headers)
                    )
                )
                break
            except KafkaTimeoutError:
                continue


def _is_acknowledged(future: asyncio.Future[Any]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _first_failure(futures: Sequence[asyncio.Future[Any]]) -> Exception | None:
    for future in futures:
        if future.done() and not future.cancelled() and (error := future.exception()) is not None:
            return error if isinstance(error, Exception) else RuntimeError(type(error).__name__)
    return None
