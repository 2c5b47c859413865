"""What few events cost: how they come to share turns, transactions and commits, and that none waits long."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.events.leads_lead import LeadChanged, LeadCreated
from shared.messaging import consumer as consumer_module
from shared.messaging.handlers import Delivery, Handlers
from shared.messaging.wakeup import WakeUp
from tests.shared.integration.messaging_world import (
    TABLES,
    World,
    a_lead_event,
    a_world,
    eventually,
    record,
    running,
    seen,
)
from tests.support.stack import Postgres

_LONG_MS = 400


@pytest.fixture
async def world(postgres: Postgres, kafka: str) -> AsyncIterator[World]:
    async with a_world(postgres, kafka) as world:
        yield world


class Noting:
    """Handlers that record, and note when they were called with which leads."""

    def __init__(self) -> None:
        self.batches: list[list[UUID]] = []
        self.moments: list[float] = []
        self.handlers: Handlers = {LeadCreated: self._note, LeadChanged: self._note}

    async def _note(self, connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        await record(connection, deliveries)
        self.batches.append([delivery.envelope.subject for delivery in deliveries])
        self.moments.append(time.monotonic())


async def has_seen(world: World, count: int) -> bool:
    return await world.count(seen) >= count


async def has_committed(world: World, count: int) -> bool:
    return await world.committed() == count


async def drained(world: World) -> bool:
    return await world.backlog() == 0


async def test_what_all_partitions_bring_is_handled_in_one_transaction(world: World) -> None:
    noting = Noting()
    await world.send(*(a_lead_event() for _ in range(60)))

    async with running(world.consumer(noting.handlers).run):
        await eventually(lambda: has_seen(world, 60))

    partition_of = {UUID(message.key.decode()): message.partition for message in await world.messages()}
    together = [{partition_of[lead] for lead in batch} for batch in noting.batches]
    assert {0, 1, 2} in together
    async with world.database.reading() as connection:
        moments = await connection.scalar(select(func.count(TABLES.inbox.c.received_at.distinct())))
    assert moments == len(noting.batches)


async def test_a_transaction_has_no_more_events_than_asked_for(world: World) -> None:
    noting = Noting()
    await world.send(*(a_lead_event() for _ in range(100)))

    async with running(world.consumer(noting.handlers, batch_size=7).run):
        await eventually(lambda: has_seen(world, 100))

    assert max(map(len, noting.batches)) == 7


async def test_under_a_trickle_turns_are_a_linger_apart(world: World) -> None:
    world.linger(milliseconds=_LONG_MS)
    noting = Noting()
    async with running(world.consumer(noting.handlers).run):
        for _ in range(30):
            await world.send(a_lead_event())
        await eventually(lambda: has_seen(world, 30))

    gaps = [later - earlier for earlier, later in pairwise(noting.moments)]
    assert len(noting.batches) < 30
    assert min(gaps[1:-1], default=1) > _LONG_MS / 1000 * 0.5


async def test_after_a_silence_an_event_is_handled_without_lingering(world: World) -> None:
    world.linger(milliseconds=_LONG_MS)
    noting = Noting()
    delays = []
    async with running(world.consumer(noting.handlers).run):
        await world.send(a_lead_event())
        await eventually(lambda: has_seen(world, 1))
        for count in range(2, 8):
            await asyncio.sleep(_LONG_MS / 1000 * (1 + count / 5))  # whatever an idle turn is doing
            handled = asyncio.create_task(_handled(noting, count))
            await world.send(a_lead_event())
            sent = time.monotonic()
            delays.append(await handled - sent)

    quickest, *others, _ = sorted(delays)
    assert quickest < 0.02
    assert max(others) < 0.15  # a linger is far longer; the slowest is left to a busy machine


async def _handled(noting: Noting, count: int) -> float:
    """The moment of the batch number `count`."""

    async def is_handled() -> bool:
        return len(noting.moments) >= count

    await eventually(is_handled, every=0.002)
    return noting.moments[count - 1]


async def test_full_batches_follow_each_other_at_once(world: World) -> None:
    world.linger(milliseconds=1000)
    await world.send(*(a_lead_event() for _ in range(200)))
    noting = Noting()

    async with running(world.consumer(noting.handlers, batch_size=10).run):
        await eventually(lambda: has_seen(world, 200), within=10)

    assert noting.moments[-1] - noting.moments[0] < 10


async def test_offsets_not_yet_committed_are_committed_on_stopping(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "_COMMIT_EVERY_SECONDS", 600.0)
    async with running(world.consumer().run):
        await world.send(*(a_lead_event() for _ in range(10)))
        await eventually(lambda: has_seen(world, 10))
        await eventually(lambda: some_committed(world))
        await world.send(*(a_lead_event() for _ in range(20)))
        await eventually(lambda: has_seen(world, 30))
        assert await world.committed() < 30

    assert await world.committed() == 30


async def some_committed(world: World) -> bool:
    return await world.committed() > 0


async def test_offsets_not_yet_committed_are_committed_before_another_member_takes_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "_COMMIT_EVERY_SECONDS", 600.0)
    async with running(world.consumer(deduplicate=False).run):
        await world.send(a_lead_event())
        await eventually(lambda: some_committed(world))
        await world.send(*(a_lead_event() for _ in range(30)))
        await eventually(lambda: has_seen(world, 31))
        assert await world.committed() < 31

        async with running(world.consumer(deduplicate=False).run):
            await eventually(lambda: has_committed(world, 31))
            await world.send(*(a_lead_event() for _ in range(30)))
            await eventually(lambda: has_seen(world, 61))

    assert await world.count(seen) == 61


async def test_offsets_are_committed_while_no_more_events_come(world: World) -> None:
    async with running(world.consumer().run):
        for _ in range(5):
            await world.send(a_lead_event())

        await eventually(lambda: has_committed(world, 5), within=5)


async def test_under_a_trickle_of_writes_publishes_are_a_linger_apart(world: World) -> None:
    world.linger(milliseconds=_LONG_MS)
    wake_up = WakeUp(world.database)
    async with running(world.relay().run):
        await world.announce(a_lead_event())
        await eventually(lambda: drained(world))
        for _ in range(50):
            await world.announce(a_lead_event())
            await asyncio.sleep(0.02)
        await eventually(lambda: drained(world))
    await wake_up.close()

    async with world.database.reading() as connection:
        outbox = TABLES.outbox
        turns = (
            await connection.scalars(select(outbox.c.sent_at).distinct().order_by(outbox.c.sent_at))
        ).all()
    gaps = [later - earlier for earlier, later in pairwise(turns)]
    assert len(turns) < 50
    assert min(gaps[1:-1], default=timedelta(1)) > timedelta(milliseconds=_LONG_MS * 0.5)


async def test_after_a_silence_an_event_is_published_without_lingering(world: World) -> None:
    world.linger(milliseconds=_LONG_MS)
    wake_up = WakeUp(world.database)
    async with running(world.relay(idle_seconds=60).run):
        await world.announce(a_lead_event())
        await eventually(lambda: drained(world))
        for _ in range(5):
            await asyncio.sleep(_LONG_MS / 1000 * 1.2)
            await world.announce(a_lead_event())
        await eventually(lambda: drained(world))
    await wake_up.close()

    async with world.database.reading() as connection:
        outbox = TABLES.outbox
        quickest = await connection.scalar(
            select(func.min(outbox.c.sent_at - outbox.c.created_at)).where(outbox.c.id > 1)
        )
    assert quickest is not None
    assert quickest < timedelta(milliseconds=100)
