"""What a consumer has read of each partition and not done yet.

Must never break: what was read of a partition that is taken away is forgotten before the next owner starts,
except the batch in hand, which may finish first.
"""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiokafka import ConsumerRebalanceListener
from aiokafka.structs import TopicPartition

from shared.messaging.dead_letters import DeadLetter
from shared.messaging.handlers import Delivery
from shared.messaging.waiting import backoff

_REVOKE_SECONDS = 5.0


@dataclass(slots=True)
class Held:
    """One partition's records; `read` is what they decode to, `due` when to try (again)."""

    records: list[Any]
    read: tuple[list[Delivery], list[DeadLetter]] | None = None
    due: float = 0.0
    attempts: int = 0


class Workload:
    """By partition. `idle`: no batch is in hand. `revoking`: partitions are lost and not yet given anew."""

    def __init__(self) -> None:
        self.idle = asyncio.Event()
        self.idle.set()
        self.revoking = False
        self._held: dict[TopicPartition, Held] = {}

    def add(self, partition: TopicPartition, records: list[Any]) -> None:
        """Records just read; only of partitions that are not paused, so never twice for one."""
        self._held[partition] = Held(records)

    def next_due(self) -> TopicPartition | None:
        """A partition to work on now, the one read first."""
        now = time.monotonic()
        return next((partition for partition, held in self._held.items() if held.due <= now), None)

    def seconds_to_next(self, longest: float) -> float:
        """How long there is nothing to do but poll."""
        now = time.monotonic()
        return max(0.0, min([longest, *(held.due - now for held in self._held.values())]))

    def begin(self, partition: TopicPartition) -> Held:
        """Take a batch in hand."""
        self.idle.clear()
        return self._held[partition]

    def hold(self, partition: TopicPartition) -> bool:
        """Try again later; False when the partition was taken from us meanwhile."""
        held = self._held.get(partition)
        if held is None:
            return False
        held.due = time.monotonic() + backoff(held.attempts)
        held.attempts += 1
        return True

    def done(self, partition: TopicPartition) -> None:
        """The batch has its effect."""
        self._held.pop(partition, None)

    def first_open(self, partition: TopicPartition) -> int | None:
        """Offset of the first record not done; None when nothing is held."""
        held = self._held.get(partition)
        return held.records[0].offset if held else None

    def forget(self) -> None:
        """Whoever gets the partitions reads these records again."""
        self._held.clear()


class RevokeListener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Before partitions go: let the batch in hand finish, then forget what was read but not begun."""

    def __init__(self, work: Workload) -> None:
        self._work = work

    async def on_partitions_revoked(self, revoked: Any) -> None:
        self._work.revoking = True
        with suppress(TimeoutError):
            async with asyncio.timeout(_REVOKE_SECONDS):
                await self._work.idle.wait()
        self._work.forget()

    async def on_partitions_assigned(self, assigned: Any) -> None:
        self._work.revoking = False
