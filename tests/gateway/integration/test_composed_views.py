"""The dashboard and the overview of a deal: what is there, and what is marked missing."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from uuid import uuid4

import pytest

from services.gateway.api_document.contracts import read_contracts
from tests.gateway.integration.stand_in import StandIn, black_hole, served
from tests.gateway.integration.world import World, problem, running_world

DEAL = str(uuid4())
ACCOUNT = str(uuid4())


@dataclass
class Services:
    leads: StandIn
    pipeline: StandIn
    forecast: StandIn


@pytest.fixture
async def services() -> AsyncIterator[Services]:
    leads = StandIn(
        answers={
            f"/v1/accounts/{ACCOUNT}": {"name": "Acme"},
            "/v1/leads": {"items": [{"id": "1"}], "next_cursor": None},
            "/v1/activities": {"items": [], "next_cursor": None},
        }
    )
    pipeline = StandIn(
        answers={
            f"/v1/deals/{DEAL}": {"id": DEAL, "account_id": ACCOUNT, "contact_id": None, "lead_id": None},
            f"/v1/deals/{DEAL}/history": {"passages": []},
            "/v1/deals": {"items": []},
            "/v1/pipeline/summary": {"stages": []},
        }
    )
    forecast = StandIn(
        answers={"/v1/forecast": {"closed": {"amount": "1.00", "currency": "EUR"}}, "/v1/lead-funnel": {}}
    )
    async with AsyncExitStack() as stack:
        for stand_in in (leads, pipeline, forecast):
            await stack.enter_async_context(served(stand_in))
        yield Services(leads, pipeline, forecast)


@pytest.fixture
async def world(new_database: Callable[[], str], services: Services) -> AsyncIterator[World]:
    async with running_world(
        new_database(),
        read_contracts(),
        leads_url=services.leads.url,
        pipeline_url=services.pipeline.url,
        forecast_url=services.forecast.url,
    ) as running:
        yield running


async def test_the_dashboard_has_every_part_the_role_may_see(world: World) -> None:
    rep = (await (await world.as_role("rep")).get("/v1/me/dashboard")).json()
    ops = (await (await world.as_role("ops")).get("/v1/me/dashboard")).json()

    parts = {"forecast", "pipeline", "deals_closing", "leads", "activities_due", "lead_funnel"}
    assert set(rep) == parts
    assert {part["state"] for part in rep.values()} == {"ok"}
    assert rep["forecast"]["data"]["closed"]["amount"] == "1.00"
    assert ops == {}


async def test_a_part_whose_service_fails_is_marked_and_the_rest_is_there(
    world: World, services: Services
) -> None:
    services.forecast.fail = 500

    dashboard = (await (await world.as_role("rep")).get("/v1/me/dashboard")).json()

    assert dashboard["forecast"]["state"] == "missing"
    assert dashboard["forecast"]["problem"]["code"] == "broken"
    assert dashboard["leads"]["data"]["items"] == [{"id": "1"}]


async def test_a_slow_part_is_missing_after_two_seconds_and_holds_nobody_up_longer(
    world: World, services: Services
) -> None:
    services.pipeline.delays["/v1/pipeline/summary"] = 4
    rep = await world.as_role("rep")

    began = time.perf_counter()
    dashboard = (await rep.get("/v1/me/dashboard")).json()
    took = time.perf_counter() - began

    assert 1.9 < took < 2.5
    assert dashboard["pipeline"]["problem"]["code"] == "upstream_timeout"
    assert dashboard["deals_closing"]["state"] == "ok"


async def test_the_overview_follows_the_deals_links(world: World, services: Services) -> None:
    overview = (await (await world.as_role("rep")).get(f"/v1/deals/{DEAL}/overview")).json()

    assert overview["deal"]["data"]["id"] == DEAL
    assert overview["account"] == {"state": "ok", "data": {"name": "Acme"}, "problem": None}
    assert overview["contact"] == {"state": "ok", "data": None, "problem": None}
    assert overview["activities"]["data"]["items"] == []
    assert any(f"deal_id={DEAL}" in seen["target"] for seen in services.leads.requests)


async def test_an_overview_without_the_leads_service_shows_the_deal(
    new_database: Callable[[], str], services: Services
) -> None:
    async with (
        black_hole() as nobody,
        running_world(
            new_database(), read_contracts(), leads_url=nobody, pipeline_url=services.pipeline.url
        ) as world,
    ):
        rep = await world.as_role("rep")
        began = time.perf_counter()
        overview = (await rep.get(f"/v1/deals/{DEAL}/overview")).json()
        took = time.perf_counter() - began

    assert took < 2.5
    assert overview["history"]["state"] == "ok"
    assert overview["account"]["problem"]["code"] == "upstream_timeout"


async def test_without_the_deal_there_is_no_overview(world: World, services: Services) -> None:
    services.pipeline.answers.clear()
    rep = await world.as_role("rep")

    services.pipeline.fail = 404
    gone = await rep.get(f"/v1/deals/{DEAL}/overview")
    services.pipeline.fail = 503
    down = await rep.get(f"/v1/deals/{DEAL}/overview")

    assert gone.status_code in (404, 422)
    problem(down, 503, "upstream_unavailable")
