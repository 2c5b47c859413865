"""The worker process itself: events from Kafka become figures, targets become events, ledgers are rebuilt."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer
from sqlalchemy import select

from deploy.local.ports import free_port
from services.forecast.deal_ledger.tables import deal_fact, deal_now
from services.forecast.rebuild import TABLES, forget
from services.forecast.topics import HANDLERS, SUBSCRIPTIONS
from shared.contracts.catalogue import TOPICS, decode
from shared.contracts.envelope import Envelope
from shared.messaging.admin import ensure_topics
from shared.messaging.settings import KafkaSettings
from tests.forecast.builders import deal_event, lead_event, organisation
from tests.forecast.integration.world import World
from tests.support.waiting import HANG_SECONDS

ROOT = Path(__file__).resolve().parents[3]


def test_every_event_of_every_topic_read_has_a_handler() -> None:
    expected = {event for topic in SUBSCRIPTIONS for event in TOPICS[topic].events}

    assert HANDLERS.keys() == expected


@pytest.fixture
def running_worker(world: World, kafka: str, tmp_path: Path) -> Iterator[KafkaSettings]:
    """`python -m services.forecast.worker` on this test's database and topics; ended by SIGTERM."""
    settings = KafkaSettings(bootstrap_servers=kafka, topic_prefix=f"forecast-{free_port()}.")
    environment = {
        **os.environ,
        "FORECAST_DATABASE_URL": world.url,
        "KAFKA_BOOTSTRAP_SERVERS": kafka,
        "KAFKA_TOPIC_PREFIX": settings.topic_prefix,
        "WORKER_PORT": str(free_port()),
    }
    log = (tmp_path / "worker.log").open("wb")
    worker = subprocess.Popen(
        [sys.executable, "-m", "services.forecast.worker"],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=log,
    )
    yield settings
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=HANG_SECONDS) == 0
    log.close()


async def send(settings: KafkaSettings, *envelopes: Envelope) -> None:
    producer = settings.producer("test")
    await producer.start()
    for envelope in envelopes:
        await producer.send_and_wait(
            settings.topic(envelope.topic),
            envelope.model_dump_json().encode(),
            key=str(envelope.subject).encode(),
        )
    await producer.stop()


async def test_a_deal_told_on_kafka_is_in_the_figures_that_waited_for_it_and_a_target_is_told(
    world: World, kafka: str, running_worker: KafkaSettings
) -> None:
    await ensure_topics(running_worker)
    deal = deal_event("opened", time="2027-01-10")
    await send(running_worker, organisation(), deal)

    async with asyncio.timeout(HANG_SECONDS):
        while True:
            answer = await world.send(
                "GET", "/v1/forecast?period=2027-Q1", headers={"X-Wait-For": deal.position}
            )
            if answer.status_code == 200 and answer.json()["deals"]["open_pipeline"] == 1:
                break
    put = await world.send(
        "PUT", "/v1/targets", json={"period": "2027-Q1", "amount": {"amount": "5", "currency": "EUR"}}
    )

    consumer = AIOKafkaConsumer(
        running_worker.topic("forecast.target"), bootstrap_servers=kafka, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        async with asyncio.timeout(HANG_SECONDS):
            message = await consumer.getone()
    finally:
        await consumer.stop()
    envelope, _ = decode(message.value)
    assert (envelope.type, str(envelope.subject)) == ("forecast.target.set", put.json()["id"])


async def test_a_forgotten_ledger_is_made_anew_by_the_same_events(world: World) -> None:
    deals = [deal_event("opened", f"deal {n}", time="2027-01-10") for n in range(3)]
    lead = lead_event("lead")
    await world.consume(organisation(), *deals, lead)

    async def rows() -> list[tuple[object, ...]]:
        async with world.database.reading() as connection:
            now = (await connection.execute(select(deal_now).order_by(deal_now.c.deal_id))).all()
            facts = (await connection.execute(select(deal_fact).order_by(deal_fact.c.deal_id))).all()
        return [tuple(row) for row in (*now, *facts)]

    before = await rows()
    await forget(world.database, ["pipeline.deal"])
    assert await rows() == []
    await world.consume(organisation(), *deals, lead)

    assert await rows() == before


def test_every_ledger_and_replica_of_another_services_facts_can_be_rebuilt() -> None:
    foreign = {topic for topic in SUBSCRIPTIONS if not topic.startswith("gateway.")}

    assert TABLES.keys() == foreign
