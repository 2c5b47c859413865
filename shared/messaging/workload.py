"""What a consumer has read of each partition and not done yet, and what is done and not yet committed.

Must never break: what was read of a partition that is taken away is forgotten before the next owner starts,
except the batch in hand, which may finish first.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
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
    """By partition. `idle`: no batch is in hand. `revoking`: partitions are lost and not yet given anew.
    `uncommitted`: the offset behind the last record done, where the broker does not know it."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self.idle = asyncio.Event()
        self.idle.set()
        self.revoking = False
        self.uncommitted: dict[TopicPartition, int] = {}
        self._held: dict[TopicPartition, Held] = {}

    def add(self, partition: TopicPartition, records: list[Any]) -> None:
        """Records just read; only of partitions that are not paused, so never twice for one."""
        self._held[partition] = Held(records)

    def next_due(self) -> TopicPartition | None:
        """A partition to work on now, the one read first."""
        now = self._now()
        return next((partition for partition, held in self._held.items() if held.due <= now), None)

    def due_with(self, first: TopicPartition, *, limit: int) -> list[TopicPartition]:
        """`first` and others of its topic that are due too, with at most `limit` records of others."""
        now = self._now()
        together, room = [first], limit - len(self._held[first].records)
        for partition, held in self._held.items():
            if partition == first or partition.topic != first.topic or held.due > now:
                continue
            if len(held.records) <= room:
                together.append(partition)
                room -= len(held.records)
        return together

    def seconds_to_next(self, longest: float) -> float:
        """How long there is nothing to do but poll."""
        now = self._now()
        return max(0.0, min([longest, *(held.due - now for held in self._held.values())]))

    def begin(self, partitions: Sequence[TopicPartition]) -> list[Held]:
        """Take a batch in hand."""
        self.idle.clear()
        return [self._held[partition] for partition in partitions]

    def hold(self, *partitions: TopicPartition) -> bool:
        """Try again later, together; False when the partitions were taken from us meanwhile."""
        batch = [self._held[partition] for partition in partitions if partition in self._held]
        due = self._now() + backoff(max((held.attempts for held in batch), default=0))
        for held in batch:
            held.due = due
            held.attempts += 1
        return bool(batch)

    def done(self, partition: TopicPartition) -> None:
        """The batch has its effect; its offset is to be committed unless the partition is no longer ours."""
        held = self._held.pop(partition, None)
        if held is not None:
            self.uncommitted[partition] = held.records[-1].offset + 1

    def committed(self, offsets: Mapping[TopicPartition, int]) -> None:
        """The broker knows these."""
        for partition, offset in offsets.items():
            if self.uncommitted.get(partition) == offset:
                del self.uncommitted[partition]

    def first_open(self, partition: TopicPartition) -> int | None:
        """Offset of the first record not done; None when nothing is held."""
        held = self._held.get(partition)
        return held.records[0].offset if held else None

    def forget(self) -> None:
        """Whoever gets the partitions reads these records again, and commits what it does."""
        self._held.clear()
        self.uncommitted.clear()


class RevokeListener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Before partitions go: let the batch in hand finish, `commit` what is done, forget the rest."""

    def __init__(self, work: Workload, commit: Callable[[], Awaitable[None]] | None = None) -> None:
        self._work = work
        self._commit = commit

    async def on_partitions_revoked(self, revoked: Any) -> None:
        self._work.revoking = True
        with suppress(TimeoutError):
            async with asyncio.timeout(_REVOKE_SECONDS):
                await self._work.idle.wait()
                if self._commit is not None:
                    await self._commit()
        self._work.forget()

    async def on_partitions_assigned(self, assigned: Any) -> None:
        self._work.revoking = False
