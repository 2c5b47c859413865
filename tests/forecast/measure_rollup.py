"""How long a quarter of many deals takes: `python -m pytest -s -n 0 tests/forecast/measure_rollup.py`.

DEALS (1,000,000) of 500 owners in 50 teams, 50 products and 20 territories, over three years. Prints
milliseconds over HTTP, inside one process, the best of nine and their median.
"""

import os
import statistics
import time
from typing import Any

from sqlalchemy import text

from services.forecast.rollup.domain import CELLS, REMAKE
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.identity import Identity
from tests.forecast.builders import deal_event, named, organisation
from tests.forecast.integration.world import DIRECTOR, World, who

DEALS = int(os.environ.get("DEALS", "1000000"))
CHUNK = 50_000
PEOPLE = """
INSERT INTO known_team (id, parent_id, name, active, sequence)
SELECT md5('t' || i)::uuid, CASE WHEN i > 0 THEN md5('t' || (i - 1) / 4)::uuid END, 'team ' || i, true, 1
FROM generate_series(0, 49) AS i;
INSERT INTO known_member (id, team_id, role, active, sequence)
SELECT md5('m' || i)::uuid, md5('t' || i % 50)::uuid, 'rep', true, 1 FROM generate_series(0, 499) AS i;
INSERT INTO known_product (product_id, sequence, known_at, name, family, active)
SELECT md5('p' || i)::uuid, 1, now(), 'product ' || i, 'family ' || i % 5, true
FROM generate_series(0, 49) AS i;
INSERT INTO known_territory (territory_id, sequence, known_at, name, parent_id, depth, active, account_ids)
SELECT md5('r' || i)::uuid, 1, now(), 'territory ' || i, CASE WHEN i > 0 THEN md5('r0')::uuid END, 1, true,
    (SELECT array_agg(md5('a' || i * 50 + n)::uuid) FROM generate_series(0, 49) AS n)
FROM generate_series(0, 19) AS i
"""
FILL = """
INSERT INTO deal_now (deal_id, sequence, known_at, name, status, pipeline_id, stage_id, stage,
    forecast_category, probability, amount, currency, base_amount, base_currency, expected_close, closed_at,
    created_at, owner_id, product_id, account_id, source)
SELECT md5('d' || i)::uuid, 1, now(), 'deal ' || i, (ARRAY['open', 'won', 'lost'])[1 + i % 3],
    md5('pipe')::uuid, md5('s' || i % 6)::uuid, 'stage ' || i % 6,
    (ARRAY['pipeline', 'best_case', 'most_likely', 'commit'])[1 + i % 4], 0.1 * (i % 10), 100 + i % 900,
    'EUR', 100 + i % 900, 'EUR', date '2026-01-01' + (i * 7919 % 1097)::int,
    CASE WHEN i % 3 > 0 THEN timestamptz '2026-01-01' + (i * 7919 % 1097) * interval '1 day' END,
    timestamptz '2025-06-01', md5('m' || i % 500)::uuid, md5('p' || (i / 500) % 50)::uuid,
    md5('a' || (i / 7) % 1500)::uuid, 'source ' || i % 5
FROM generate_series(cast(:first AS bigint), cast(:last AS bigint)) AS i
"""
ASKED: tuple[dict[str, Any], ...] = (
    {},
    *({"group_by": each} for each in ("owner", "team", "product", "product_family", "territory", "category")),
    *({"group_by": each} for each in ("month", "week", "source", "stage")),
    {"currency": "EUR", "rates": "current"},
    {"period": "2027-W09"},
    {"from": "2027-01-10", "to": "2027-03-20"},
    {"group_by": "product", "territory_id": named("nowhere")},
)
MANAGER = who("subtree", "boss")


async def test_measure(world: World) -> None:
    await world.consume(organisation())
    async with world.database.transaction() as connection:
        for statement in PEOPLE.split(";\n"):
            await connection.execute(text(statement))
    for first in range(1, DEALS + 1, CHUNK):
        async with world.database.transaction() as connection:
            last = min(first + CHUNK - 1, DEALS)
            await connection.execute(text(FILL), {"first": first, "last": last})
    async with world.database.transaction() as connection:
        await connection.execute(text("UPDATE rollup_state SET time_zone = NULL"))
        await plan_work(connection, [Due(REMAKE, CELLS, world.now)])
    await _analyze(world)
    print(f"\n{DEALS} deals; the ledger itself, a quarter by owner: {await _timed(world, group_by='owner')}")

    started = time.perf_counter()
    await world.work_off()
    taken = time.perf_counter() - started
    await _analyze(world)
    print(f"all counted anew in {taken:.1f} s, {DEALS / taken:,.0f} deals a second")
    async with world.database.reading() as connection:
        rows = await connection.execute(text("SELECT cut, count(*) FROM rollup_cell GROUP BY 1 ORDER BY 2"))
        print("cells:", ", ".join(f"{cut} {count}" for cut, count in rows))

    for asked in ASKED:
        print(f"{asked or 'whole'}: {await _timed(world, **asked)}")
    for by in (MANAGER, who("own", "rep")):
        print(f"{by.scope}, by product: {await _timed(world, by, group_by='product')}")
    deals: dict[str, Any] = {"period": "2027-Q1", "figure": "open_pipeline"}
    print(f"the deals behind a figure: {await _timed(world, path='/v1/forecast/deals', **deals)}")
    await _measure_batches(world)


async def _measure_batches(world: World) -> None:
    events = [deal_event("opened", f"new {n}", time="2027-01-10") for n in range(5_000)]
    started = time.perf_counter()
    for first in range(0, len(events), 500):
        await world.project(*events[first : first + 500])
    print(f"{len(events) / (time.perf_counter() - started):,.0f} deal events a second into ledger and cells")


async def _timed(world: World, by: Identity = DIRECTOR, *, path: str = "/v1/forecast", **asked: Any) -> str:
    params = asked if "from" in asked else {"period": "2027-Q1", **asked}
    taken = []
    for _ in range(9):
        started = time.perf_counter()
        await world.get(path, by, **params)
        taken.append((time.perf_counter() - started) * 1000)
    return f"{min(taken):.0f} ms best, {statistics.median(taken):.0f} ms median"


async def _analyze(world: World) -> None:
    async with world.database.reading() as connection:
        for table in ("deal_now", "counted_deal", "rollup_cell", "known_member"):
            await connection.execute(text(f"VACUUM ANALYZE {table}"))
