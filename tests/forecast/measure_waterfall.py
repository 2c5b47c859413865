"""How long two moments of many deals take: `python -m pytest -s -n 0 tests/forecast/measure_waterfall.py`.

DEALS (1,000,000) of 500 owners and 20 products over two years, three statements each; a fifth of them is of
the quarter. Prints milliseconds over HTTP, inside one process, the best of three and their median; then the
same beside twice as many deals of other years; a snapshot; and how many events a second are written.
"""

import os
import statistics
import time
from typing import Any

from sqlalchemy import text

from tests.forecast.builders import at, deal_event, organisation
from tests.forecast.integration.world import World
from tests.forecast.measure_rollup import PEOPLE

DEALS = int(os.environ.get("DEALS", "1000000"))
CHUNK = 50_000
FILL = """
WITH told AS (INSERT INTO deal_fact (deal_id, sequence, part, valid_from, valid_to, known_at, status,
    pipeline_id, stage_id, stage, forecast_category, probability, base_amount, base_currency,
    expected_close, closed_at, created_at, owner_id, product_id, pushed_days)
SELECT md5(cast(:name AS text) || i)::uuid, k, 0, begun + k * interval '25 days',
    CASE WHEN k = 3 THEN 'infinity' ELSE begun + (k + 1) * interval '25 days' END,
    begun + k * interval '25 days' + interval '50 ms',
    CASE WHEN k < 3 THEN 'open' WHEN i % 10 < 3 THEN 'won' WHEN i % 10 < 6 THEN 'lost' ELSE 'open' END,
    md5('p')::uuid, md5('s' || k)::uuid, 'stage ' || k, (ARRAY['pipeline', 'best_case', 'commit'])[1 + i % 3],
    0.5, 100 + i % 1000 + k * (i % 7), 'EUR',
    (begun + interval '70 days' + (CASE WHEN i % 4 = 0 THEN k * 20 ELSE 0 END) * interval '1 day')::date,
    CASE WHEN k = 3 AND i % 10 < 6 THEN begun + interval '75 days' END, begun + interval '25 days',
    md5('m' || i % 500)::uuid, md5('p' || i % 20)::uuid,
    CASE WHEN k > 1 AND i % 4 = 0 AND NOT (k = 3 AND i % 10 < 6) THEN 20 END
FROM generate_series(cast(:first AS bigint), cast(:last AS bigint)) AS i, generate_series(1, 3) AS k,
    LATERAL (SELECT cast(:began AS timestamptz) + i * 7919 % 450 * interval '1 day'
        + i % 86400 * interval '1 second' AS begun) AS of_deal
RETURNING *)
INSERT INTO deal_now (deal_id, sequence, known_at, name, status, pipeline_id, stage_id, stage,
    forecast_category, probability, base_amount, base_currency, expected_close, closed_at, created_at,
    owner_id, product_id)
SELECT deal_id, sequence, known_at, 'deal', status, pipeline_id, stage_id, stage, forecast_category,
    probability, base_amount, base_currency, expected_close, closed_at, created_at, owner_id, product_id
FROM told WHERE sequence = 3
"""
WATERFALL, SLIPPAGE = "/v1/forecast/waterfall", "/v1/forecast/slippage"
ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    (WATERFALL, {}),
    (WATERFALL, {"known": "now"}),
    (WATERFALL, {"until": "2027-02-28"}),
    (WATERFALL, {"since": "2027-03-03"}),
    *((WATERFALL, {"group_by": each}) for each in ("owner", "team", "product")),
    (f"{WATERFALL}/deals", {"part": "won"}),
    (SLIPPAGE, {"group_by": "owner"}),
    (f"{SLIPPAGE}/deals", {}),
    (f"{SLIPPAGE}/pushes", {}),
)


async def test_measure(world: World) -> None:
    await world.consume(organisation())
    world.now = at("2027-03-10")
    async with world.database.transaction() as connection:
        for statement in PEOPLE.split(";\n")[:2]:
            await connection.execute(text(statement))
    await _fill(world, "deal", DEALS, "2026-01-01")
    await _ask(world, f"{DEALS} deals")
    await _fill(world, "older", 2 * DEALS, "2023-01-01")
    await _ask(world, f"and {2 * DEALS} of other years")
    started = time.perf_counter()
    await world.post("/v1/forecast/snapshots", {"name": "measured"})
    print(f"a snapshot: {time.perf_counter() - started:.1f} s")
    await _measure_batches(world)


async def _fill(world: World, name: str, deals: int, began: str) -> None:
    for first in range(1, deals + 1, CHUNK):
        which = {"name": name, "began": at(began), "first": first, "last": min(first + CHUNK - 1, deals)}
        async with world.database.transaction() as connection:
            await connection.execute(text(FILL), which)
    async with world.database.reading() as connection:
        for table in ("deal_now", "deal_fact", "known_member"):
            await connection.execute(text(f"VACUUM ANALYZE {table}"))


async def _ask(world: World, title: str) -> None:
    print(f"\n{title}")
    for path, asked in ASKED:
        taken = []
        for _ in range(3):
            started = time.perf_counter()
            await world.get(path, period="2027-Q1", **asked)
            taken.append((time.perf_counter() - started) * 1000)
        print(f"{path} {asked}: {min(taken):.0f} ms best, {statistics.median(taken):.0f} ms median")


async def _measure_batches(world: World) -> None:
    """Opened, put off, put off again."""
    days = {1: "2027-04-01", 2: "2027-04-11", 3: "2027-04-21"}
    events = [
        deal_event(
            "opened" if told == 1 else "changed",
            f"new {n}",
            sequence=told,
            time=f"2027-01-1{told}",
            expected_close=at(day).date(),
        )
        for n in range(5_000)
        for told, day in days.items()
    ]
    started = time.perf_counter()
    for first in range(0, len(events), 500):
        await world.project(*events[first : first + 500])
    print(f"{len(events) / (time.perf_counter() - started):,.0f} deal events a second")
