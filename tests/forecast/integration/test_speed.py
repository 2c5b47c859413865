"""The ledger stays quick when it is large: roll-ups read by index, batches take a handful of statements."""

import asyncio
import re
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event, text

from services.forecast.topics import HANDLERS
from shared.contracts.identity import Identity
from shared.messaging.handlers import handle
from tests.forecast.builders import at, deal_event, named, organisation
from tests.forecast.integration.world import DIRECTOR, World, deliveries, who
from tests.support.waiting import HANG_SECONDS

FILL = """
INSERT INTO deal_now (deal_id, sequence, known_at, name, status, pipeline_id, stage_id, stage,
    forecast_category, probability, base_amount, base_currency, expected_close, closed_at, created_at,
    owner_id)
SELECT md5('d' || i)::uuid, 1, now(), 'deal ' || i, CASE WHEN i % 2 = 0 THEN 'open' ELSE 'won' END,
    md5('p')::uuid, md5('s')::uuid, 'stage', (ARRAY['pipeline', 'best_case', 'commit'])[1 + i % 3], 0.5,
    100, 'EUR', date '2024-01-01' + i % 1500,
    CASE WHEN i % 2 = 1 THEN timestamptz '2024-01-01' + i % 1500 * interval '1 day' END,
    timestamptz '2023-06-01' + i % 500 * interval '1 day', md5('m' || i % 100)::uuid
FROM generate_series(1, 40000) AS i;
INSERT INTO deal_fact (deal_id, sequence, part, valid_from, known_at, status, pipeline_id, stage_id, stage,
    forecast_category, probability, base_amount, base_currency, expected_close, closed_at, created_at,
    owner_id)
SELECT deal_id, sequence, 0, created_at, known_at, status, pipeline_id, stage_id, stage,
    forecast_category, probability, base_amount, base_currency, expected_close, closed_at, created_at,
    owner_id
FROM deal_now;
ANALYZE deal_now;
ANALYZE deal_fact;
"""


def statements_of(world: World) -> list[tuple[str, Any]]:
    """Each statement from here on, with its parameters."""
    asked: list[tuple[str, Any]] = []

    @event.listens_for(world.database.engine.sync_engine, "before_cursor_execute")
    def remember(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    return asked


async def plan_of(world: World, statement: str, parameters: Any) -> str:
    async with world.database.reading() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        return "\n".join(row[0] for row in await raw.fetch("EXPLAIN " + statement, *parameters))


@pytest.mark.parametrize("by", [DIRECTOR, who("own", "rep")])
@pytest.mark.parametrize("as_of", [None, at("2027-01-31")])
async def test_a_quarter_of_the_ledger_is_read_by_index_and_never_the_whole(
    world: World, by: Identity, as_of: datetime | None
) -> None:
    await world.consume(organisation())
    async with world.database.transaction() as connection:
        for statement in FILL.strip().split(";\n"):
            await connection.execute(text(statement))
        await connection.execute(text("UPDATE rollup_state SET time_zone = NULL"))
    asked = {} if as_of is None else {"as_of": as_of.isoformat()}

    plan = await _plan_of(world, by, **asked)

    assert "Seq Scan on deal" not in plan
    assert plan.count("Index") >= 3
    assert ((await world.forecast(by, **asked))["deals"]["best_case"] > 0) == (by is DIRECTOR)


async def _plan_of(world: World, by: Identity, **asked: str) -> str:
    """How the database adds up the deals of a quarter."""
    run = statements_of(world)

    await world.forecast(by, **asked)

    (statement, parameters), *others = [each for each in run if "UNION ALL" in each[0]]
    assert others == []
    return await plan_of(world, statement, parameters)


COUNT = """
INSERT INTO counted_deal (deal_id, bucket, closes_on, owner_id, pipeline_id, stage_id, stage, probability,
    base_amount, base_currency)
SELECT deal_id, CASE status WHEN 'won' THEN 'closed' ELSE forecast_category END, expected_close, owner_id,
    pipeline_id, stage_id, stage, probability, base_amount, base_currency
FROM deal_now
"""


@pytest.mark.parametrize("asked", [{"group_by": each} for each in ("stage", "source", "pipeline", "week")])
async def test_what_cells_do_not_tell_apart_is_added_up_out_of_an_index_alone(
    world: World, asked: dict[str, str]
) -> None:
    await world.consume(organisation())
    async with world.database.transaction() as connection:
        for statement in (*FILL.strip().split(";\n"), COUNT):
            await connection.execute(text(statement))
    async with world.database.reading() as connection:
        await connection.execute(text("VACUUM ANALYZE counted_deal"))

    plan = await _plan_of(world, DIRECTOR, **asked)

    assert "Index Only Scan using ix_counted_deal_closes_on" in plan
    assert not re.search("(Seq|Heap|Index) Scan (using \\w+ )?on counted_deal", plan)


@pytest.mark.parametrize("path", ["/v1/forecast/waterfall", "/v1/forecast/slippage"])
async def test_two_moments_of_a_large_ledger_are_compared_by_index(world: World, path: str) -> None:
    await world.consume(organisation())
    async with world.database.transaction() as connection:
        for statement in FILL.strip().split(";\n"):
            await connection.execute(text(statement))
    asked = statements_of(world)

    await world.get(path, period="2027-Q1")

    plans = [await plan_of(world, *each) for each in asked if "deal_fact" in each[0]]
    assert plans != []
    for plan in plans:
        assert "Seq Scan on deal" not in plan
        assert "BitmapAnd" not in plan, "all statements of the past are read for those of the quarter"
        assert not re.search(r"ANY \((\w+\.)?deal_id", plan), "a long list is gone through for each deal"


ACTIVITIES = """
INSERT INTO activity_now (activity_id, sequence, known_at, activity_type, created_at, deal_id, done_at)
SELECT md5('a' || i)::uuid, 1, now(), 'call', timestamptz '2027-01-01', md5('d' || i % 4000)::uuid,
    timestamptz '2027-01-02'
FROM generate_series(1, 40000) AS i;
ANALYZE activity_now;
"""


async def test_what_was_done_about_a_deal_is_found_without_reading_all_activities(world: World) -> None:
    await world.consume(organisation(), deal_event("opened", "deal", time="2027-01-10"))
    async with world.database.transaction() as connection:
        for statement in ACTIVITIES.strip().split(";\n"):
            await connection.execute(text(statement))
    asked: list[tuple[str, Any]] = []

    @event.listens_for(world.database.engine.sync_engine, "before_cursor_execute")
    def remember(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    await world.get("/v1/recommendations", deal_id=str(named("deal")))

    (found,) = [each for each in asked if "activity_now" in each[0] and "deal_id IN (" in each[0]]
    async with world.database.reading() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        plan = "\n".join(row[0] for row in await raw.fetch("EXPLAIN " + found[0], *found[1]))
    assert "ix_activity_now_deal_id" in plan
    assert "Seq Scan" not in plan


async def test_a_batch_of_500_deal_events_takes_six_statements(world: World) -> None:
    events = [deal_event("opened", f"deal {n}", time="2027-01-10") for n in range(250)]
    events += [deal_event("changed", f"deal {n}", sequence=2, time="2027-01-11") for n in range(250)]
    statements: list[str] = []

    @event.listens_for(world.database.engine.sync_engine, "before_cursor_execute")
    def remember(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement.split(maxsplit=1)[0])

    await world.project(*events)

    assert len(deliveries(events)) == 500
    assert statements == ["INSERT", "INSERT", "UPDATE", "LOCK", "SELECT", "WITH"]


async def test_two_writers_of_one_deal_at_once_leave_one_fact_valid(world: World) -> None:
    await world.consume(organisation())
    opened = deal_event("opened", time="2027-01-10")
    changed = deal_event("changed", sequence=2, time="2027-01-11", forecast_category="commit")

    async with world.database.transaction() as first:
        await handle(first, HANDLERS, deliveries([opened]))
        second = asyncio.create_task(world.project(changed))
        await somebody_waits_for_a_lock(world)
    await second

    present, past = await world.forecast(), await world.forecast(as_of=world.now.isoformat())
    assert present["deals"]["commit"] == present["deals"]["open_pipeline"] == 1
    assert past == present


async def somebody_waits_for_a_lock(world: World) -> None:
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    async with asyncio.timeout(HANG_SECONDS):
        while True:
            async with world.database.reading() as connection:
                if await connection.scalar(waiting):
                    return
