"""The worker as a process of its own: what it does, how it tells its state, and how it ends."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

import httpx
import pytest

from deploy.local.ports import free_port
from shared.contracts.envelope import Envelope
from tests.shared.integration.messaging_world import World, a_lead_event, a_world, eventually, seen, tally
from tests.support.stack import Kafka, Postgres
from tests.support.waiting import HANG_SECONDS


@pytest.fixture
async def world(postgres: Postgres, kafka: str) -> AsyncIterator[World]:
    async with a_world(postgres, kafka) as world:
        yield world


class Worker:
    """A running worker; `output` is what it has written, once it has ended."""

    def __init__(self, process: Process) -> None:
        self.output = b""
        self._process = process
        self._reading = asyncio.create_task(process.communicate())

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    def tell_to_stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    async def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self.end()

    async def end(self) -> None:
        """Wait until it has ended."""
        self.output, _ = await asyncio.wait_for(asyncio.shield(self._reading), HANG_SECONDS)


@asynccontextmanager
async def a_worker(world: World, *arguments: str, port: int = 0) -> AsyncIterator[Worker]:
    worker = Worker(
        await asyncio.create_subprocess_exec(
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
                "KAFKA_GROUP_INSTANCE_ID": "world-worker",
            },
            stdout=PIPE,
        )
    )
    try:
        yield worker
    finally:
        await worker.kill()


async def has_seen(world: World, count: int) -> bool:
    return await world.count(seen) >= count


async def status(client: httpx.AsyncClient, path: str) -> int | None:
    try:
        return (await client.get(path)).status_code
    except httpx.TransportError:
        return None


def a_client(port: int) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=HANG_SECONDS)


async def is_equal(value: Awaitable[object], expected: object) -> bool:
    return await value == expected


async def test_an_event_goes_through_the_whole_worker_and_the_worker_says_so(world: World) -> None:
    port = free_port()
    await world.announce(a_lead_event())
    async with a_worker(world, port=port) as worker, a_client(port) as client:
        await eventually(lambda: has_seen(world, 1))
        assert await status(client, "/livez") == 200
        assert await status(client, "/readyz") == 200
        assert await status(client, "/elsewhere") == 404
        await eventually(lambda: is_told(client, 'relay_sent_total{service="world"} 1.0'))
        handled = 'events_handled_total{outcome="handled",service="world",type="leads.lead.created"} 1.0'
        await eventually(lambda: is_told(client, handled))

        worker.tell_to_stop()
        await worker.end()

    assert worker.returncode == 0
    assert b"drain_cut_short" not in worker.output


async def is_told(client: httpx.AsyncClient, line: str) -> bool:
    return line in (await client.get("/metrics")).text


async def test_with_the_database_away_a_worker_lives_on_but_is_not_ready(
    world: World, postgres: Postgres
) -> None:
    port = free_port()
    async with a_worker(world, port=port), a_client(port) as client:
        await eventually(lambda: is_equal(status(client, "/readyz"), 200))
        with postgres.stopped():
            await eventually(lambda: is_equal(status(client, "/readyz"), 503))
            assert await status(client, "/livez") == 200
        await eventually(lambda: is_equal(status(client, "/readyz"), 200))


async def test_a_part_that_fails_for_good_ends_the_worker_with_a_code_that_restarts_it(world: World) -> None:
    async with a_worker(world, "broken") as worker:
        await worker.end()

    assert worker.returncode == 1
    assert b"part_failed" in worker.output
    assert b"LookupError" in worker.output


async def test_a_worker_ends_when_told_while_broker_and_database_are_away(
    world: World, postgres: Postgres, kafka_broker: Kafka
) -> None:
    async with a_worker(world) as worker:
        await world.announce(a_lead_event())
        await eventually(lambda: has_seen(world, 1))
        with kafka_broker.killed():
            await world.announce(a_lead_event())
            with postgres.killed():
                worker.tell_to_stop()
                await worker.end()

    assert worker.returncode == 0
    assert b"worker_stopped" in worker.output


async def test_a_part_that_does_not_let_go_holds_up_the_end_of_the_worker_only_for_a_while(
    world: World,
) -> None:
    async with a_worker(world, "clinging") as worker:
        await world.announce(a_lead_event())
        await eventually(lambda: has_seen(world, 1))

        worker.tell_to_stop()
        await worker.end()

    assert worker.returncode == 0
    assert b"drain_cut_short" in worker.output
    assert b"worker_stopped" in worker.output


async def test_workers_killed_again_and_again_lose_nothing_and_do_nothing_twice(world: World) -> None:
    events: list[Envelope] = []
    enough = asyncio.Event()

    async def write() -> None:
        """Always a little more than was handled yet, so that every worker dies at work."""
        while not enough.is_set():
            if len(events) < await world.count(seen) + 500:
                more = [a_lead_event() for _ in range(50)]
                events.extend(more)
                await world.announce(*more)
            else:
                await asyncio.sleep(0.01)

    writing = asyncio.create_task(write())
    for _ in range(4):
        async with a_worker(world) as worker:
            before = await world.count(seen)
            await eventually(lambda seen_before=before: has_seen(world, seen_before + 60))  # type: ignore[misc]
            await worker.kill()
    enough.set()
    await writing
    async with a_worker(world):
        await eventually(lambda: has_seen(world, len(events)))
        await eventually(lambda: is_equal(world.backlog(), 0))

    assert await world.count(seen) == await world.count(tally) == len(events)
    assert {event.id for event in await world.published()} == {event.id for event in events}
