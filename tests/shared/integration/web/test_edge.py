"""The edge of a process: deadlines, metrics, access lines, readiness, and stopping as a real server."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text

from deploy.local.ports import free_port
from shared.observability.logging import configure_logging
from shared.persistence.database import Database
from tests.shared.integration.web.things import thing, things_app
from tests.support.waiting import HANG_SECONDS


def samples(metrics: str, name: str) -> dict[str, float]:
    lines = [line for line in metrics.splitlines() if line.startswith(name + "{")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


async def test_an_answer_that_takes_longer_than_the_deadline_is_504_and_the_statement_ends(
    client: httpx.AsyncClient, database: Database
) -> None:
    answer = await client.get("/v1/things/slow?seconds=5", headers={"X-Deadline-Ms": "100"})

    assert (answer.status_code, answer.json()["code"]) == (504, "deadline_exceeded")
    again = await client.get("/v1/things")
    assert again.status_code == 200
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of the queue pool


async def test_a_deadline_that_is_kept_changes_nothing(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/things", headers={"X-Deadline-Ms": "600000"})).status_code == 200


async def test_an_unforeseen_error_under_a_deadline_is_a_problem_all_the_same(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/v1/things/broken", headers={"X-Deadline-Ms": "600000"})

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")


async def test_a_deadline_that_cannot_be_read_is_400(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/things", headers={"X-Deadline-Ms": "soon"})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")


async def test_metrics_count_by_route_template_and_never_by_path(client: httpx.AsyncClient) -> None:
    for number in range(3):
        await client.get(f"/v1/things/00000000-0000-7000-8000-00000000000{number}")
        await client.get(f"/unknown/{number}")

    metrics = (await client.get("/metrics")).text

    counted = samples(metrics, "http_request_seconds_count")
    template = 'method="GET",route="/v1/things/{thing_id}",service="things",status="404"'
    assert counted[f"http_request_seconds_count{{{template}}}"] >= 3
    assert "00000000-0000-7000" not in metrics and "/unknown" not in metrics


async def test_a_request_writes_one_line_with_its_route_and_nothing_of_its_content(
    database: Database, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    configure_logging("things")
    transport = httpx.ASGITransport(app=things_app(database))
    async with httpx.AsyncClient(transport=transport, base_url="http://things") as client:
        capfdbinary.readouterr()
        await client.get("/v1/things?name=jane", headers={"X-Correlation-Id": "c-9", "X-Secret": "marker"})

    [line] = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert line.pop("ms") >= 0 and line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "method": "GET",
        "route": "/v1/things",
        "status": 200,
        "actor": None,
        "service": "things",
        "correlation_id": "c-9",
        "level": "info",
    }


async def test_ready_while_the_database_answers_and_alive_when_it_does_not(client: httpx.AsyncClient) -> None:
    away = things_app(Database("postgresql://nobody@127.0.0.1:1/none", name="things"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=away), base_url="http://things") as other:
        not_ready, alive = await other.get("/readyz"), await other.get("/livez")

    assert (await client.get("/readyz")).json() == {"status": "ready", "checks": {"database": "ok"}}
    assert (not_ready.status_code, alive.status_code) == (503, 200)


async def test_a_read_that_waits_for_nothing_the_service_reads_answers_at_once(
    client: httpx.AsyncClient,
) -> None:
    position = "pipeline.deal/00000000-0000-7000-8000-000000000000/3"

    answer = await client.get("/v1/things", headers={"X-Wait-For": position})

    assert (answer.status_code, answer.headers["X-Wait-For-Reached"]) == (200, "true")


@pytest.mark.parametrize(
    "header", ["x", "a/b/c", ",".join(["t/00000000-0000-7000-8000-000000000000/1"] * 21)]
)
async def test_a_position_that_is_none_is_400(client: httpx.AsyncClient, header: str) -> None:
    answer = await client.get("/v1/things", headers={"X-Wait-For": header})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/header/x-wait-for")


async def test_an_aborted_stream_of_requests_leaves_no_connection_behind(
    client: httpx.AsyncClient, database: Database
) -> None:
    calls = [asyncio.create_task(client.get("/v1/things/slow?seconds=5")) for _ in range(20)]
    await asyncio.sleep(0)
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)

    assert (await client.get("/v1/things")).status_code == 200
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of the queue pool


SERVER = """
import os, sys, uvicorn
from shared.persistence.database import Database
from tests.shared.integration.web.things import thing, things_app
from tests.support.waiting import HANG_SECONDS
database = Database(
    os.environ["THINGS_DATABASE_URL"], name="things", lock_timeout_ms=60_000, statement_timeout_ms=60_000
)
app = things_app(database, drain_seconds=60)
uvicorn.run(app, port=int(sys.argv[1]), access_log=False, log_config=None, timeout_graceful_shutdown=60)
"""


@pytest.fixture
async def server(database: Database) -> AsyncIterator[tuple[asyncio.subprocess.Process, httpx.AsyncClient]]:
    port = free_port()
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, str(port),
        env={**os.environ, "THINGS_DATABASE_URL": url}, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=HANG_SECONDS) as client:
        try:
            await _until(client, "/readyz", 200)
            yield process, client
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def _until(client: httpx.AsyncClient, path: str, status: int | None) -> None:
    """Until the answer has this status; None: until nobody answers."""
    async with asyncio.timeout(HANG_SECONDS):
        while await _status(client, path) != status:
            await asyncio.sleep(0.02)


async def _status(client: httpx.AsyncClient, path: str) -> int | None:
    try:
        return (await client.get(path)).status_code
    except httpx.TransportError:
        return None


async def test_a_stopping_server_is_not_ready_but_finishes_what_it_has_and_exits_0(
    server: Any, database: Database
) -> None:
    process, client = server
    parent = (await client.post("/v1/things", json={"name": "parent"})).json()["id"]
    async with _held(database, parent):
        child = {"name": "child", "parent_id": parent}
        running = asyncio.create_task(client.post("/v1/things", json=child))
        await _in_flight(client)

        process.send_signal(signal.SIGTERM)
        await _until(client, "/readyz", 503)
        accepted = await client.post("/v1/things", json={"name": "late"})
        process.send_signal(signal.SIGTERM)  # once more: do not wait for balancers to notice
        async with httpx.AsyncClient(base_url=client.base_url, timeout=HANG_SECONDS) as other:
            await _until(other, "/livez", None)

    assert accepted.status_code == 201
    assert (await running).status_code == 201
    assert await asyncio.wait_for(process.wait(), HANG_SECONDS) in (0, -signal.SIGTERM)


@asynccontextmanager
async def _held(database: Database, thing_id: str) -> AsyncIterator[None]:
    """While inside, nobody can commit a thing whose parent this is."""
    async with database.transaction() as connection:
        await connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        await connection.execute(select(thing.c.id).where(thing.c.id == UUID(thing_id)).with_for_update())
        yield


async def _in_flight(client: httpx.AsyncClient) -> None:
    """Until a request is inside the server."""
    async with asyncio.timeout(HANG_SECONDS):
        while True:
            metrics = (await client.get("/metrics")).text
            if samples(metrics, "http_requests_in_flight").get('http_requests_in_flight{service="things"}'):
                return


async def test_a_413_arrives_over_a_real_connection(server: Any) -> None:
    _, client = server

    answer = await client.post("/v1/things", json={"name": "x" * 2_000_000})

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_making_the_app_needs_no_database(app: FastAPI) -> None:
    assert app.openapi()["info"]["title"] == "Dealstream things"


async def test_head_is_answered_wherever_get_is(client: httpx.AsyncClient) -> None:
    got = await client.get("/v1/things")
    asked = await client.head("/v1/things")

    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["content-length"] == got.headers["content-length"]
    assert (await client.head("/v1/nothing")).status_code == 404
