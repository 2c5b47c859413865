"""`make bench`: what the running stack does through its gateway, from a push to the forecast."""

import asyncio
import itertools
import json
import os
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.table import Table

from deploy.bench import ceiling
from deploy.bench.load import Measured, measure
from deploy.bench.prediction import measure_predictions
from deploy.bench.triage import measure_until_owned
from deploy.gateway_client import GatewayClient, read_stack

CONNECTIONS = 16
BATCH = 500
AT_ONCE = 1_000
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One measured thing and the ceiling it is held against, in the same unit."""

    what: str
    unit: str
    measured: Measured
    against: str
    ceiling: float


async def run(stack: Json, seconds: float) -> list[Line]:
    """Measures the ceilings first, then the product, on the same machine in the same minute."""
    database = stack["databases"]["leads"].replace("postgresql+asyncpg://", "postgresql://")
    inserted, read, copied = await _ceilings(database, seconds)
    admin = stack["users"]["admin"]
    gateway = GatewayClient.signed_in(stack["gateway_url"], admin["email"], admin["password"])
    token = {"Authorization": gateway.authorization}
    url = stack["gateway_url"]
    run_id = str(time.time_ns())
    number = itertools.count()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS)) as http:

        def lead() -> Json:
            n = next(number)
            return {"name": f"Bench {n}", "email": f"bench.{run_id}.{n}@example.com", "source": "bench"}

        def pushed() -> Json:
            return lead() | {"external_id": f"{run_id}-{next(number)}"}

        key = {"X-Api-Key": stack["partner"]["api_key"]}

        def push_these(items: Sequence[Json]) -> Awaitable[int]:
            return _send(http, "POST", f"{url}/v1/partner/leads/batch", key, {"items": items})

        async def waiting(source: str) -> bool:
            query = f"source={source}&owner_id=is:null&queue_id=is:null&limit=1"
            async with http.get(f"{url}/v1/leads?{query}", headers=token) as answer:
                return bool((await answer.json())["items"])

        def search() -> Awaitable[int]:
            asked = {"kind": "lead", "name": f"Ben {next(number)}", "company": "Company 7 Solutions"}
            return _send(http, "POST", f"{url}/v1/duplicates/search", token, asked)

        def create() -> Awaitable[int]:
            return _send(http, "POST", f"{url}/v1/leads", token, lead())

        def push() -> Awaitable[int]:
            return push_these([pushed() for _ in range(BATCH)])

        def listed() -> Awaitable[int]:
            return _send(http, "GET", f"{url}/v1/leads?limit=50", token)

        def rolled_up() -> Awaitable[int]:
            return _send(http, "GET", f"{url}/v1/forecast?period=quarter&group_by=owner", token)

        new_deal = _new_deals(http, gateway, url, token)
        move = _stage_moves(http, gateway, url, token)
        alone = await measure_until_owned(push_these, waiting, run_id=run_id, leads=1, times=20)
        flood = await measure_until_owned(push_these, waiting, run_id=run_id, leads=AT_ONCE, times=3)
        known = gateway.get("/v1/leads", limit=1, total="exact")["total"]
        searched = await measure(search, connections=1, seconds=seconds)
        created = await measure(create, connections=CONNECTIONS, seconds=seconds)
        batched = await measure(push, connections=2, seconds=seconds, items_per_request=BATCH)
        lists = await measure(listed, connections=CONNECTIONS, seconds=seconds)
        known_deals = await measure(new_deal, connections=1, seconds=seconds)
        forecasts = await measure(rolled_up, connections=CONNECTIONS, seconds=seconds)
        predicted = await asyncio.to_thread(measure_predictions, gateway, times=3)
        moves = await measure(move, connections=CONNECTIONS, seconds=seconds)
    return [
        Line("push a lead until it has an owner", "leads", alone, "bare insert", inserted.per_second),
        Line(f"push {AT_ONCE:,} until all have one", "leads", flood, "COPY", copied),
        Line(f"duplicates among {known:,} leads", "requests", searched, "bare read", read.per_second),
        Line("create a lead", "requests", created, "bare insert", inserted.per_second),
        Line(f"push leads by {BATCH}", "leads", batched, "COPY", copied),
        Line("list 50 leads", "requests", lists, "bare read", read.per_second),
        Line("move a deal's stage", "requests", moves, "bare insert", inserted.per_second),
        Line(
            "a new deal until the forecast has it", "deals", known_deals, "bare insert", inserted.per_second
        ),
        Line("a quarter's forecast by owner", "requests", forecasts, "bare read", read.per_second),
        Line("predict until it can be read", "deals", predicted, "COPY", copied),
    ]


async def _ceilings(database: str, seconds: float) -> tuple[Measured, Measured, float]:
    await ceiling.prepare(database)
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    try:
        async with ceiling.served(database, port), aiohttp.ClientSession() as http:
            await _answering(http, f"{base}/rows")
            body = {"name": "A name", "email": "name@example.com"}
            inserted = await measure(
                lambda: _send(http, "POST", f"{base}/row", {}, body), connections=CONNECTIONS, seconds=seconds
            )
            read = await measure(
                lambda: _send(http, "GET", f"{base}/rows", {}), connections=CONNECTIONS, seconds=seconds
            )
        copied = await ceiling.copied_per_second(database)
    finally:
        await ceiling.remove(database)
    return inserted, read, copied


def _new_deals(
    http: aiohttp.ClientSession, gateway: GatewayClient, url: str, token: dict[str, str]
) -> Callable[[], Awaitable[int]]:
    """A deal, and the forecast of the quarter that waits until it knows it."""
    pipeline = next(iter(gateway.every("/v1/pipelines")))
    deal = {"name": "Bench", "pipeline_id": pipeline["id"], "stage": pipeline["stages"][0]["name"]}

    async def new_deal() -> int:
        async with http.post(f"{url}/v1/deals", json=deal, headers=token) as made:
            if made.status >= 400:
                return made.status
            waiting = token | {"X-Wait-For": made.headers["X-Event-Position"]}
        return await _send(http, "GET", f"{url}/v1/forecast?period=quarter", waiting)

    return new_deal


def _stage_moves(
    http: aiohttp.ClientSession, gateway: GatewayClient, url: str, token: dict[str, str]
) -> Callable[[], Awaitable[int]]:
    """Moves of deals made for this: each connection has deals of its own, so no two moves meet."""
    pipeline = next(iter(gateway.every("/v1/pipelines")))
    stages = [stage["name"] for stage in pipeline["stages"]]
    items = [
        {"name": f"Bench {n}", "pipeline_id": pipeline["id"], "stage": stages[0]}
        for n in range(CONNECTIONS * 4)
    ]
    ids = [result["id"] for _, result in gateway.batches("/v1/deals/batch", items)]
    turns = itertools.cycle((deal_id, stage) for stage in (stages[1], stages[0]) for deal_id in ids)

    def move() -> Awaitable[int]:
        deal_id, stage = next(turns)
        headers = token | {"If-Match": "*"}
        return _send(http, "POST", f"{url}/v1/deals/{deal_id}/stage", headers, {"stage": stage})

    return move


async def _send(
    http: aiohttp.ClientSession, method: str, url: str, headers: dict[str, str], body: Json | None = None
) -> int:
    data = json.dumps(body).encode() if body is not None else None
    kind = {"Content-Type": "application/json"} if data else {}
    async with http.request(method, url, data=data, headers=headers | kind) as response:
        await response.read()
        return response.status


async def _answering(http: aiohttp.ClientSession, url: str) -> None:
    for _ in range(200):
        try:
            if await _send(http, "GET", url, {}) == 200:
                return
        except aiohttp.ClientConnectionError:
            pass
        await asyncio.sleep(0.05)
    raise SystemExit(f"{url} did not answer within 10 s")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def main() -> int:
    """0 when every request was answered well, 1 when any failed."""
    stack = read_stack(Path(os.environ.get("STATE_DIR", ".local")))
    lines = asyncio.run(run(stack, float(os.environ.get("SECONDS_EACH", "5"))))
    table = Table("what", "per second", "p50 ms", "p99 ms", "failed", "ceiling", "ratio")
    for line in lines:
        got = line.measured
        table.add_row(
            line.what,
            f"{got.per_second:,.0f} {line.unit}",
            f"{got.p50_ms:.1f}",
            f"{got.p99_ms:.1f}",
            str(got.failed),
            f"{line.ceiling:,.0f} ({line.against})",
            f"{got.per_second / line.ceiling:.3f}",
        )
    Console().print(table)
    print("The load generator shares the cores with the services: compare the ratios, not the figures.")
    return 1 if any(line.measured.failed for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
