"""The relay between a real PostgreSQL and a real Kafka."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import groupby

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.contracts.ids import new_id
from shared.messaging.wakeup import WakeUp
from tests.shared.integration.messaging_world import (
    Turns,
    World,
    a_lead_event,
    a_world,
    eventually,
    running,
)
from tests.support.stack import Kafka, Postgres
from tests.support.waiting import HANG_SECONDS


@pytest.fixture
async def world(postgres: Postgres, kafka: str) -> AsyncIterator[World]:
    async with a_world(postgres, kafka) as world:
        yield world


async def drained(world: World) -> bool:
    return await world.backlog() == 0


async def test_a_committed_event_is_published_as_it_was_written(world: World) -> None:
    event = a_lead_event()
    await world.announce(event)

    async with running(world.relay().run):
        await eventually(lambda: drained(world))

    (message,) = await world.messages()
    assert await world.published() == [event]
    assert message.key == str(event.subject).encode()
    assert dict(message.headers)["ce_id"] == str(event.id).encode()


async def test_an_event_committed_late_under_a_lower_id_is_published(world: World) -> None:
    late, early = a_lead_event(), [a_lead_event() for _ in range(50)]
    async with running(world.relay().run):
        async with world.database.transaction() as slow:
            await world.outbox.add(slow, [late])
            await world.announce(*early)

            async def only_the_slow_one_is_left() -> bool:
                return len(await world.published()) == len(early)

            await eventually(only_the_slow_one_is_left)
        await eventually(lambda: drained(world))

        published = {event.id for event in await world.published()}

    assert published == {late.id, *(event.id for event in early)}


async def test_within_an_aggregate_events_are_published_in_order(world: World) -> None:
    leads = [new_id() for _ in range(20)]
    async with running(world.relay(batch_size=37).run):
        for sequence in range(1, 31):
            await world.announce(*(a_lead_event(lead, sequence) for lead in leads))
        await eventually(lambda: drained(world))

    by_lead = sorted(await world.published(), key=lambda event: str(event.subject))
    orders = [
        [event.sequence for event in group] for _, group in groupby(by_lead, key=lambda event: event.subject)
    ]
    assert orders == [list(range(1, 31))] * len(leads)


async def test_of_two_relays_one_publishes_and_the_other_takes_over(world: World) -> None:
    first_stop = asyncio.Event()
    first = asyncio.create_task(world.relay().run(first_stop))
    await world.announce(a_lead_event())
    await eventually(lambda: drained(world))

    async with running(world.relay().run):
        await world.announce(*(a_lead_event() for _ in range(200)))
        await eventually(lambda: drained(world))
        assert len(await world.published()) == 201

        first_stop.set()
        await first
        await world.announce(a_lead_event())
        await eventually(lambda: drained(world))

    assert len(await world.published()) == 202


async def test_a_relay_whose_lock_is_lost_stops_publishing_until_it_has_it_again(world: World) -> None:
    async with running(world.relay().run):
        await world.announce(a_lead_event())
        await eventually(lambda: drained(world))
        async with world.database.reading() as connection:
            ended = await connection.scalar(
                text(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_locks "
                    "WHERE locktype = 'advisory' AND database = "
                    "(SELECT oid FROM pg_database WHERE datname = current_database())"
                )
            )
        assert ended == 1

        await world.announce(a_lead_event())
        await eventually(lambda: drained(world))

    assert len(await world.published()) == 2


async def test_while_the_broker_is_away_events_wait_and_none_is_lost_or_doubled(
    world: World, kafka_broker: Kafka
) -> None:
    events = [a_lead_event() for _ in range(300)]
    turns = Turns()
    async with running(world.relay(batch_size=100, pulse=turns).run):
        await world.announce(*events[:100])
        await eventually(lambda: drained(world))
        with kafka_broker.killed():
            await world.announce(*events[100:])
            await turns.more(5)
            waiting = await world.backlog()

        await eventually(lambda: drained(world))

    published = await world.published()
    assert waiting == 200
    assert len(published) == len(events)
    assert {event.id for event in published} == {event.id for event in events}


async def test_a_relay_that_waits_for_the_broker_stops_when_told(world: World, kafka_broker: Kafka) -> None:
    stop, turns = asyncio.Event(), Turns()
    relay = asyncio.create_task(world.relay(pulse=turns).run(stop))
    await world.announce(a_lead_event())
    await eventually(lambda: drained(world))
    with kafka_broker.killed():
        await world.announce(a_lead_event())
        await turns.more(5)

        stop.set()
        await asyncio.wait_for(relay, HANG_SECONDS)

    assert await world.backlog() == 1


async def test_a_restart_of_the_database_is_survived(world: World, postgres: Postgres) -> None:
    async with running(world.relay().run):
        await world.announce(a_lead_event())
        await eventually(lambda: drained(world))

        postgres.restart()
        with suppress(DBAPIError):
            await world.database.ping()  # a connection may still look alive
        await world.announce(a_lead_event())

        await eventually(lambda: drained(world))
    assert len(await world.published()) == 2


async def test_a_wake_up_brings_an_event_out_before_the_next_poll(world: World) -> None:
    wake_up = WakeUp(world.database)
    async with running(world.relay(idle_seconds=3600).run) as relay:
        await world.announce(a_lead_event())
        await eventually(lambda: drained(world))
        assert not relay.done()

        await world.announce(a_lead_event())

        await eventually(lambda: drained(world))
    await wake_up.close()
