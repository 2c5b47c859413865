"""The worker as a process of its own: what it does, how it tells its state, and how it ends."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

import httpx
import pytest

from deploy.local.ports import free_port
from tests.shared.integration.messaging_world import World, a_lead_event, a_world, eventually, seen, tally
from tests.support.stack import Kafka, Postgres


@pytest.fixture
async def world(postgres: Postgres, kafka: str) -> AsyncIterator[World]:
    async with a_world(postgres, kafka) as world:
        yield world


@asynccontextmanager
async def a_worker(world: World, *arguments: str, port: int = 0) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.shared.integration.worker_program",
        *arguments,
        env=os.environ
        | {
            "WORLD_DATABASE_URL": world.url,
            "WORKER_PORT": str(port or free_port()),
            "KAFKA_BOOTSTRAP_SERVERS": world.kafka.bootstrap_servers,
            "KAFKA_TOPIC_PREFIX": world.kafka.topic_prefix,
            "KAFKA_SESSION_TIMEOUT_MS": "6000",
            "KAFKA_GROUP_INSTANCE_ID": "world-worker",
        },
        stdout=PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def has_seen(world: World, count: int) -> bool:
    return await world.count(seen) >= count


async def status(client: httpx.AsyncClient, path: str) -> int | None:
    try:
        return (await client.get(path)).status_code
    except httpx.TransportError:
        return None


async def is_equal(value: Awaitable[object], expected: object) -> bool:
    return await value == expected


async def test_an_event_goes_through_the_whole_worker_and_the_worker_says_so(world: World) -> None:
    port = free_port()
    await world.announce(a_lead_event())
    async with (
        a_worker(world, port=port) as worker,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        await eventually(lambda: has_seen(world, 1), within=20)
        assert await status(client, "/livez") == 200
        assert await status(client, "/readyz") == 200
        assert await status(client, "/elsewhere") == 404
        metrics = (await client.get("/metrics")).text
        assert 'relay_sent_total{service="world"} 1.0' in metrics
        assert (
            'events_handled_total{outcome="handled",service="world",type="leads.lead.created"} 1.0' in metrics
        )

        worker.send_signal(signal.SIGTERM)
        started = time.monotonic()
        await worker.communicate()

    assert worker.returncode == 0
    assert time.monotonic() - started < 10


async def test_with_the_database_away_a_worker_lives_on_but_is_not_ready(
    world: World, postgres: Postgres
) -> None:
    port = free_port()
    async with a_worker(world, port=port), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        await eventually(lambda: is_equal(status(client, "/readyz"), 200), within=20)
        postgres.stop()
        try:
            await eventually(lambda: is_equal(status(client, "/readyz"), 503))
            assert await status(client, "/livez") == 200
        finally:
            postgres.start()
        await eventually(lambda: is_equal(status(client, "/readyz"), 200))


async def test_a_part_that_fails_for_good_ends_the_worker_with_a_code_that_restarts_it(world: World) -> None:
    async with a_worker(world, "broken") as worker:
        output, _ = await asyncio.wait_for(worker.communicate(), 20)

    assert worker.returncode == 1
    assert b"part_failed" in output
    assert b"LookupError" in output


async def test_a_worker_stops_in_time_while_broker_and_database_are_away(
    world: World, postgres: Postgres, kafka_broker: Kafka
) -> None:
    async with a_worker(world) as worker:
        await world.announce(a_lead_event())
        await eventually(lambda: has_seen(world, 1), within=20)
        kafka_broker.kill()
        await world.announce(a_lead_event())
        postgres.kill()
        try:
            worker.send_signal(signal.SIGTERM)
            started = time.monotonic()
            await worker.communicate()
        finally:
            postgres.start()
            kafka_broker.start()

    assert worker.returncode == 0
    assert time.monotonic() - started < 10.5


async def test_workers_killed_again_and_again_lose_nothing_and_do_nothing_twice(world: World) -> None:
    events = [a_lead_event() for _ in range(2_000)]

    async def write() -> None:
        for start in range(0, len(events), 50):
            await world.announce(*events[start : start + 50])
            await asyncio.sleep(0.05)

    writing = asyncio.create_task(write())
    for _ in range(4):
        async with a_worker(world) as worker:
            before = await world.count(seen)
            await eventually(lambda seen_before=before: has_seen(world, seen_before + 60), within=30)  # type: ignore[misc]
            worker.kill()
            await worker.communicate()
    await writing
    async with a_worker(world):
        await eventually(lambda: has_seen(world, len(events)), within=40)
        await eventually(lambda: is_equal(world.backlog(), 0))

    assert await world.count(seen) == await world.count(tally) == len(events)
    assert {event.id for event in await world.published()} == {event.id for event in events}
