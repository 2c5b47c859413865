"""Messages nobody can read: kept as they came, in the service's dead-letter topic and in a table to list.

Must never break: the raw bytes and the reason are safe before the message counts as done; when they cannot
be written, the worker stops.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka.errors import KafkaError
from sqlalchemy.dialects.postgresql import insert

from shared.messaging.publisher import Message, Publisher
from shared.messaging.pulse import Pulse
from shared.messaging.settings import KafkaSettings
from shared.messaging.tables import MessagingTables
from shared.observability import metrics
from shared.observability.logging import logger
from shared.persistence.database import Database

_WRITE_SECONDS = 30.0


class DeadLetterLost(Exception):
    """The dead-letter topic did not take a message."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """`topic` is the catalogue's name, `record` the Kafka record."""

    topic: str
    record: Any
    reason: str


class DeadLetters:
    """Where one service puts what it cannot read."""

    def __init__(
        self, database: Database, tables: MessagingTables, kafka: KafkaSettings, *, service: str
    ) -> None:
        self._database = database
        self._table = tables.dead_letter
        self._topic = kafka.dead_letter_topic(service)
        self._service = service
        self._publisher = Publisher(kafka, f"{service}-dead-letters", Pulse("dead-letters"))
        self._log = logger(__name__)

    async def bury(self, letters: Sequence[DeadLetter]) -> None:
        """List, then publish: when the database is away nothing was sent and all can be done again.

        Raises DeadLetterLost when the topic does not take them within 30 s.
        """
        if not letters:
            return
        async with self._database.transaction() as connection:
            await connection.execute(
                insert(self._table)
                .values([_row(letter) for letter in letters])
                .on_conflict_do_nothing(index_elements=["topic", "partition", "message_offset"])
            )
        await self._publish([self._message(letter) for letter in letters])
        for letter in letters:
            self._log.error(
                "dead_letter",
                topic=letter.topic,
                partition=letter.record.partition,
                offset=letter.record.offset,
                reason=letter.reason,
            )
            kind = letter.reason.partition(":")[0]
            metrics.dead_letters_total.labels(self._service, letter.topic, _label(kind)).inc()

    async def close(self) -> None:
        """Let go of the producer."""
        await self._publisher.close()

    async def _publish(self, messages: Sequence[Message]) -> None:
        try:
            async with asyncio.timeout(_WRITE_SECONDS):
                outcome = await self._publisher.publish(messages, asyncio.Event())
        except (KafkaError, OSError) as error:
            raise DeadLetterLost(type(error).__name__) from error
        if outcome.failure is not None:
            await self._publisher.close()
            raise DeadLetterLost(type(outcome.failure).__name__) from outcome.failure

    def _message(self, letter: DeadLetter) -> Message:
        record = letter.record
        return Message(
            topic=self._topic,
            key=record.key,
            value=record.value,
            headers=[
                *((name, value) for name, value in record.headers if not name.startswith("dead_")),
                ("dead_reason", letter.reason.encode()),
                ("dead_topic", letter.topic.encode()),
                ("dead_partition", str(record.partition).encode()),
                ("dead_offset", str(record.offset).encode()),
            ],
        )


def _row(letter: DeadLetter) -> dict[str, Any]:
    return {
        "topic": letter.topic,
        "partition": letter.record.partition,
        "message_offset": letter.record.offset,
        "key": letter.record.key,
        "raw": letter.record.value,
        "reason": letter.reason,
    }


def _label(kind: str) -> str:
    """A bounded metric label: only the reasons that the catalogue and the consumer give."""
    if kind.startswith("unknown event type"):
        return "unknown_type"
    return "not_an_envelope" if kind == "not an envelope" else "invalid_event"
