"""The worker process itself: what was pushed is told on Kafka, what is told of deals reaches the leads."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from aiokafka import AIOKafkaConsumer

from deploy.local.ports import free_port
from shared.contracts.catalogue import decode
from shared.contracts.events.pipeline_deal import DealOpened
from shared.messaging.admin import ensure_topics
from shared.messaging.settings import KafkaSettings
from tests.leads.integration.test_conversion import deal_event
from tests.leads.integration.world import World, named, pushed
from tests.support.waiting import HANG_SECONDS

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def running_worker(world: World, kafka: str, tmp_path: Path) -> Iterator[KafkaSettings]:
    """`python -m services.leads.worker` on this test's database and topics; ended by SIGTERM."""
    settings = KafkaSettings(bootstrap_servers=kafka, topic_prefix=f"leads-{free_port()}.")
    environment = {
        **os.environ,
        "LEADS_DATABASE_URL": world.url,
        "KAFKA_BOOTSTRAP_SERVERS": kafka,
        "KAFKA_TOPIC_PREFIX": settings.topic_prefix,
        "WORKER_PORT": str(free_port()),
    }
    with (tmp_path / "worker.log").open("wb") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "services.leads.worker"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
        yield settings
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=HANG_SECONDS) == 0


async def test_a_pushed_lead_is_told_once_and_hears_of_its_deal(
    world: World, kafka: str, running_worker: KafkaSettings
) -> None:
    await ensure_topics(running_worker)
    results = await world.push_all(*(pushed(f"a-{n}") for n in range(200)))
    lead_id = results[0]["id"]
    opened = deal_event(DealOpened, lead_id)
    producer = running_worker.producer("test")
    await producer.start()
    await producer.send_and_wait(
        running_worker.topic("pipeline.deal"),
        opened.model_dump_json().encode(),
        key=str(opened.subject).encode(),
    )
    await producer.stop()

    told = await _told(running_worker.topic("leads.lead"), kafka, count=201)
    answer = await _after(opened.position, world, f"/v1/leads/{lead_id}")

    assert answer.json()["deal_id"] == str(named(f"deal of {lead_id}"))
    assert len(set(told)) == len(told) == 201
    assert {subject for subject, _ in told} == {result["id"] for result in results}


async def _after(position: str, world: World, path: str) -> httpx.Response:
    """The answer as soon as it says that it knows the position."""
    async with asyncio.timeout(HANG_SECONDS):
        while True:
            answer = await world.send("GET", path, headers={"X-Wait-For": position})
            if answer.headers["X-Wait-For-Reached"] == "true":
                return answer


async def _told(topic: str, kafka: str, *, count: int) -> list[tuple[str, int]]:
    """(subject, sequence) of the first `count` events."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    told: list[tuple[str, int]] = []
    try:
        async with asyncio.timeout(HANG_SECONDS):
            while len(told) < count:
                envelope, _ = decode((await consumer.getone()).value)
                told.append((str(envelope.subject), envelope.sequence))
    finally:
        await consumer.stop()
    return told
