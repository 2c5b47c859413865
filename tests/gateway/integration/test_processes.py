"""The gateway's own processes as they are started in production: bootstrap, API, worker with a real Kafka."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from deploy.local.ports import free_port
from shared.contracts.catalogue import decode
from shared.messaging.admin import ensure_topics
from shared.messaging.settings import KafkaSettings
from tests.gateway.settings import environment
from tests.support.waiting import HANG_SECONDS

ROOT = Path(__file__).parents[3]
PASSWORD = "correct horse battery"
BOOTSTRAP = ("-m", "services.gateway.bootstrap", "--organisation", "Example")
ADMIN = ("--admin-email", "Ada@Example.com")
CREATE = "from services.gateway.app import create_app; create_app()"


def _environment(database_url: str, **more: str) -> dict[str, str]:
    return os.environ | environment(database_url) | {"ADMIN_PASSWORD": PASSWORD} | more


def _run(*arguments: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=dict(env), capture_output=True, text=True, check=False
    )


def _bootstrap(database_url: str, **more: str) -> subprocess.CompletedProcess[str]:
    return _run(*BOOTSTRAP, *ADMIN, env=_environment(database_url, **more))


@asynccontextmanager
async def _process(
    *arguments: str, env: Mapping[str, str], ready: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python process that is up when `ready` answers 200, and is ended by SIGTERM."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, env=dict(env), stdout=subprocess.DEVNULL
    )
    try:
        async with httpx.AsyncClient(timeout=HANG_SECONDS) as client, asyncio.timeout(HANG_SECONDS):
            while not await _answers(client, ready):
                assert process.returncode is None, "the process has ended"
                await asyncio.sleep(0.05)
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(HANG_SECONDS):
                await process.wait()


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx.TransportError:
        return False


@asynccontextmanager
async def _api(database_url: str) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    serve = ("-m", "uvicorn", "services.gateway.app:create_app", "--factory", "--port", str(port))
    options = (
        "--loop",
        "uvloop",
        "--http",
        "httptools",
        "--no-access-log",
        "--timeout-graceful-shutdown",
        "5",
    )
    async with _process(*serve, *options, env=_environment(database_url), ready=f"{url}/readyz") as process:
        yield url, process


async def _signed_in(url: str) -> httpx.AsyncClient:
    client = httpx.AsyncClient(base_url=url, timeout=HANG_SECONDS)
    form = {"grant_type": "password", "username": "ada@example.com", "password": PASSWORD}
    answer = await client.post("/v1/auth/token", data=form)
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client


def test_bootstrap_founds_once_and_refuses_a_weak_password(new_database: Callable[[], str]) -> None:
    url = new_database()

    weak = _bootstrap(url, ADMIN_PASSWORD="short")
    first, second = _bootstrap(url), _bootstrap(url)

    assert (weak.returncode, first.returncode, second.returncode) == (1, 0, 0)
    assert "10 to 200 characters" in weak.stderr
    assert (first.stdout.strip(), second.stdout.strip()[:8]) == ("founded", "there is")


async def test_a_missing_setting_is_named_and_ends_the_process_with_2(
    new_database: Callable[[], str],
) -> None:
    env = _environment(new_database())
    del env["API_KEY_PEPPER"]

    ended = _run("-c", CREATE, env=env)

    assert ended.returncode == 2
    assert "API_KEY_PEPPER is not set" in ended.stderr


async def test_what_happens_goes_over_kafka_into_the_feed(
    new_database: Callable[[], str], kafka: str
) -> None:
    url = new_database()
    assert _bootstrap(url).returncode == 0
    prefix = "gateway-feed."
    await ensure_topics(KafkaSettings(bootstrap_servers=kafka, topic_prefix=prefix))
    port = free_port()
    env = _environment(url, KAFKA_BOOTSTRAP_SERVERS=kafka, KAFKA_TOPIC_PREFIX=prefix, WORKER_PORT=str(port))
    ready = f"http://127.0.0.1:{port}/readyz"
    async with (
        _process("-m", "services.gateway.worker", env=env, ready=ready) as worker,
        _api(url) as (api, process),
    ):
        client = await _signed_in(api)
        body = {"name": "New", "email": "new@example.com", "role": "rep"}
        made = await client.post("/v1/members", json=body)
        foreign = await _publish_examples(kafka, prefix)
        events = await _until(client, 3 + foreign)
        waiting = {"X-Wait-For": made.headers["x-event-position"]}
        seen = await client.get("/v1/events?topics=members", headers=waiting)
        await client.aclose()
    types = {event["type"] for event in events}
    assert {"gateway.organisation.changed", "gateway.member.joined", "pipeline.deal.won"} <= types
    assert made.json()["id"] in {event["subject"] for event in seen.json()["items"]}
    assert process.returncode in (0, -signal.SIGTERM)  # uvicorn ends by the signal it was ended with
    assert worker.returncode == 0


async def _publish_examples(kafka: str, prefix: str) -> int:
    """Every frozen example of another service, published as that service would; how many."""
    producer = KafkaSettings(bootstrap_servers=kafka, topic_prefix=prefix).producer("test")
    await producer.start()
    sent = 0
    for file in sorted((ROOT / "shared/contracts/examples").glob("*.json")):
        envelope, _ = decode(file.read_bytes())
        if envelope.topic.startswith("gateway."):
            continue
        fresh = envelope.model_copy(update={"sequence": sent + 1})
        value = fresh.model_dump_json().encode()
        await producer.send_and_wait(prefix + envelope.topic, value, key=str(envelope.subject).encode())
        sent += 1
    await producer.stop()
    return sent


async def _until(client: httpx.AsyncClient, count: int) -> list[dict[str, Any]]:
    """All events once there are as many."""
    async with asyncio.timeout(HANG_SECONDS):
        while True:
            items: list[dict[str, Any]] = (await client.get("/v1/events?limit=1000")).json()["items"]
            if len(items) >= count:
                return items
            await asyncio.sleep(0.05)
