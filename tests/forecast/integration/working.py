"""The worker process of the forecast on a test's database, with topics of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.ports import free_port
from shared.contracts.envelope import Envelope
from shared.messaging.settings import KafkaSettings
from tests.support.waiting import HANG_SECONDS

ROOT = Path(__file__).resolve().parents[3]


def own_topics(kafka: str) -> KafkaSettings:
    """Of this broker, under a prefix nobody else has."""
    return KafkaSettings(bootstrap_servers=kafka, topic_prefix=f"forecast-{free_port()}.")


@contextmanager
def worker_on(url: str, settings: KafkaSettings, log: Path) -> Iterator[None]:
    """`python -m services.forecast.worker`, ended by SIGTERM."""
    environment = environment_of(url, settings) | {"WORKER_PORT": str(free_port())}
    with log.open("wb") as written:
        worker = subprocess.Popen(
            [sys.executable, "-m", "services.forecast.worker"],
            cwd=ROOT,
            env=environment,
            stdout=written,
            stderr=written,
        )
        yield
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=HANG_SECONDS) == 0


def environment_of(url: str, settings: KafkaSettings) -> dict[str, str]:
    return {
        **os.environ,
        "FORECAST_DATABASE_URL": url,
        "KAFKA_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
        "KAFKA_TOPIC_PREFIX": settings.topic_prefix,
    }


async def send(settings: KafkaSettings, *envelopes: Envelope) -> None:
    producer = settings.producer("test")
    await producer.start()
    sent = [
        await producer.send(
            settings.topic(envelope.topic),
            envelope.model_dump_json().encode(),
            key=str(envelope.subject).encode(),
        )
        for envelope in envelopes
    ]
    for each in sent:
        await each
    await producer.stop()
