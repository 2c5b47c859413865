import asyncio
import json
import signal
from typing import Any

import pytest
from starlette.types import Message

from shared.web import deadline
from shared.web.draining import drain_on_sigterm
from shared.web.health import Health
from tests.support.waiting import HANG_SECONDS


class Part:
    """Something readiness depends on; counts how often it was asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.asked = 0

    async def __call__(self) -> None:
        self.asked += 1
        if self.error is not None:
            raise self.error


async def ask(health: Health, path: str) -> tuple[int, Any]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    await health.endpoints()[path]({"type": "http"}, receive, send)
    return sent[0]["status"], sent[1]["body"]


async def test_ready_means_every_check_passes() -> None:
    status, body = await ask(Health({"database": Part(), "model": Part()}), "/readyz")

    assert status == 200
    assert json.loads(body) == {"status": "ready", "checks": {"database": "ok", "model": "ok"}}


async def test_a_failing_check_is_named_by_its_kind_and_not_its_message() -> None:
    health = Health({"database": Part(OSError("password=secret")), "model": Part()})

    status, body = await ask(health, "/readyz")

    assert status == 503
    assert json.loads(body) == {"status": "not_ready", "checks": {"database": "OSError", "model": "ok"}}


@pytest.mark.parametrize("path", ["/livez", "/healthz"])
async def test_liveness_does_not_depend_on_anything_else(path: str) -> None:
    part = Part(OSError())

    status, _ = await ask(Health({"database": part}), path)

    assert (status, part.asked) == (200, 0)


async def test_a_hundred_probes_at_once_ask_each_part_once() -> None:
    part = Part()
    health = Health({"database": part})

    await asyncio.gather(*(ask(health, "/readyz") for _ in range(100)))

    assert part.asked == 1


async def test_a_process_asked_to_stop_is_not_ready_at_once() -> None:
    health = Health({"database": Part()})
    await ask(health, "/readyz")

    health.draining.set()

    assert await ask(health, "/readyz") == (503, b'{"status":"not_ready","checks":{"process":"draining"}}')


async def test_sigterm_drains_first_and_then_stops_the_server() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    before = signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(stopped.set))
    try:
        health = Health({})
        with drain_on_sigterm(health, 0.05):
            signal.raise_signal(signal.SIGTERM)
            await health.draining.wait()
            assert not stopped.is_set()
            await asyncio.wait_for(stopped.wait(), HANG_SECONDS)
    finally:
        signal.signal(signal.SIGTERM, before)


async def test_the_metrics_of_the_process_are_there() -> None:
    _, body = await ask(Health({}), "/metrics")

    assert b"http_request_seconds" in body and b"process_resident_memory_bytes" in body


async def test_what_is_left_of_a_deadline_bounds_a_call() -> None:
    assert deadline.remaining(2.0) == 2.0

    deadline.start(600_000)

    assert 0 < deadline.remaining(1_000.0) <= 600
    assert deadline.remaining(0.2) == 0.2
    deadline.start(0)
    assert deadline.remaining(2.0) == 0.0


@pytest.mark.parametrize("header", ["", "-1", "1.5", "abc", "1" * 10, "²"])
def test_a_deadline_is_a_whole_number_of_milliseconds(header: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        deadline.parse(header)


def test_a_deadline_is_at_most_ten_minutes() -> None:
    assert deadline.parse("999999999") == 600_000
