"""The worker process itself: events from Kafka become figures, targets become events."""

import asyncio

from aiokafka import AIOKafkaConsumer

from services.forecast.topics import HANDLERS, SUBSCRIPTIONS
from shared.contracts.catalogue import TOPICS, decode
from shared.messaging.admin import ensure_topics
from shared.messaging.settings import KafkaSettings
from tests.forecast.builders import deal_event, organisation
from tests.forecast.integration.working import send
from tests.forecast.integration.world import World
from tests.support.waiting import HANG_SECONDS


def test_every_event_of_every_topic_read_has_a_handler() -> None:
    expected = {event for topic in SUBSCRIPTIONS for event in TOPICS[topic].events}

    assert HANDLERS.keys() == expected


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
