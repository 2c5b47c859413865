"""What few events cost: how they come to share turns, transactions and commits, and that none waits long."""

from collections.abc import AsyncIterator, Sequence
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
    Turns,
    World,
    a_lead_event,
    a_world,
    eventually,
    record,
    running,
    seen,
)
from tests.support.stack import Postgres

# So long that no test sees its end.
_AN_HOUR = 60 * 60 * 1000


@pytest.fixture
async def world(postgres: Postgres, kafka: str) -> AsyncIterator[World]:
    async with a_world(postgres, kafka) as world:
        yield world


class Noting:
    """Handlers that record, and note with which leads they were called."""

    def __init__(self) -> None:
        self.batches: list[list[UUID]] = []
        self.handlers: Handlers = {LeadCreated: self._note, LeadChanged: self._note}

    async def _note(self, connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        await record(connection, deliveries)
        self.batches.append([delivery.envelope.subject for delivery in deliveries])


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


async def test_after_a_turn_of_few_nothing_is_read_until_the_linger_is_over(world: World) -> None:
    world.linger(milliseconds=_AN_HOUR)
    noting, first = Noting(), a_lead_event()
    async with running(world.consumer(noting.handlers).run):
        await world.send(first)
        await eventually(lambda: has_seen(world, 1))
        for _ in range(30):
            await world.send(a_lead_event())

    assert noting.batches == [[first.subject]]


async def test_after_a_linger_lone_events_are_handled_on(world: World) -> None:
    world.linger(milliseconds=200)
    async with running(world.consumer().run):
        for count in range(1, 8):
            await world.send(a_lead_event())
            await eventually(lambda so_many=count: has_seen(world, so_many))  # type: ignore[misc]


async def test_after_a_silence_an_event_is_handled_without_lingering(world: World) -> None:
    world.linger(milliseconds=_AN_HOUR)
    turns = Turns()
    async with running(world.consumer(pulse=turns).run):
        await turns.more(10)

        await world.send(a_lead_event())

        await eventually(lambda: has_seen(world, 1))


async def test_full_batches_follow_each_other_without_lingering(postgres: Postgres, kafka: str) -> None:
    noting = Noting()
    async with a_world(postgres, kafka, partitions=1) as world:
        world.linger(milliseconds=_AN_HOUR)
        await world.send(*(a_lead_event() for _ in range(200)))

        async with running(world.consumer(noting.handlers, batch_size=10).run):
            await eventually(lambda: has_seen(world, 200))

    assert list(map(len, noting.batches)) == [10] * 20


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

        await eventually(lambda: has_committed(world, 5))


async def test_after_a_publish_of_few_nothing_is_published_until_the_linger_is_over(world: World) -> None:
    world.linger(milliseconds=_AN_HOUR)
    wake_up = WakeUp(world.database)
    async with running(world.relay().run):
        await world.announce(a_lead_event())
        await eventually(lambda: drained(world))
        for _ in range(50):
            await world.announce(a_lead_event())
    await wake_up.close()

    assert await world.backlog() == 50
    assert len(await world.published()) == 1


async def test_after_a_linger_events_are_published_on(world: World) -> None:
    world.linger(milliseconds=200)
    async with running(world.relay().run):
        for _ in range(5):
            await world.announce(a_lead_event())
            await eventually(lambda: drained(world))


async def test_after_a_silence_an_event_is_published_without_lingering(world: World) -> None:
    world.linger(milliseconds=_AN_HOUR)
    turns = Turns()
    async with running(world.relay(pulse=turns).run):
        await turns.more(10)

        await world.announce(a_lead_event())

        await eventually(lambda: drained(world))
