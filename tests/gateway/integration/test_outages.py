"""The gateway while its database is away, and what a request costs while it is there."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import event

from tests.gateway.clock import Clock
from tests.gateway.integration.stand_in import LEADS, StandIn, served
from tests.gateway.integration.world import World, problem, running_world
from tests.support.stack import Postgres
from tests.support.waiting import HANG_SECONDS


@pytest.fixture
async def world(new_database: Callable[[], str]) -> AsyncIterator[World]:
    async with (
        served(StandIn()) as leads,
        running_world(new_database(), {"leads": LEADS}, Clock(), leads_url=leads.url) as running,
    ):
        yield running


async def test_a_database_that_is_away_is_503_and_comes_back_by_itself(
    world: World, postgres: Postgres
) -> None:
    admin = await world.as_admin()
    assert (await admin.get("/v1/organisation")).status_code == 200

    with postgres.killed():
        away = await admin.get("/v1/organisation")
        not_ready = await admin.get("/readyz")
    async with asyncio.timeout(HANG_SECONDS):
        while (await admin.get("/v1/organisation")).status_code != 200:
            await asyncio.sleep(0.1)

    problem(away, 503, "temporarily_unavailable")
    assert int(away.headers["retry-after"]) >= 1
    assert not_ready.status_code == 503


async def test_forwarding_goes_on_without_the_database_for_callers_it_has_just_seen(
    world: World, postgres: Postgres
) -> None:
    rep = await world.as_role("rep")
    assert (await rep.get("/v1/leads")).status_code == 200

    with postgres.killed():
        meanwhile = await rep.get("/v1/leads")

    assert meanwhile.status_code == 200


async def test_a_forwarded_request_costs_no_query(world: World) -> None:
    rep = await world.as_role("rep")
    await rep.get("/v1/leads")
    queries: list[str] = []

    def count(*arguments: Any) -> None:
        queries.append(arguments[2])

    engine = world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        for _ in range(20):
            assert (await rep.get("/v1/leads")).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", count)

    assert queries == []
