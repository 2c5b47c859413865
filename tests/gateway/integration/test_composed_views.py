"""The dashboard and the overview of a deal: what is there, and what is marked missing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from uuid import uuid4

import pytest

from services.gateway.api_document.contracts import read_contracts
from services.gateway.dashboard import routes as dashboard_routes
from services.gateway.deal_overview.use_cases import compose_overview
from services.gateway.pipeline_overview import routes as pipeline_overview_routes
from tests.gateway.integration.stand_in import StandIn, black_hole, served
from tests.gateway.integration.world import World, problem, running_world
from tests.support.waiting import HANG_SECONDS

DEAL = str(uuid4())
ACCOUNT = str(uuid4())


# What a part may take where one does not come at all: time enough for the others on any machine.
SHORT = 5.0


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seconds are for people; here the machine may be slow."""
    monkeypatch.setattr(dashboard_routes, "SECONDS", HANG_SECONDS)
    monkeypatch.setattr(pipeline_overview_routes, "SECONDS", HANG_SECONDS)
    monkeypatch.setattr(compose_overview, "SECONDS", HANG_SECONDS)
    monkeypatch.setattr(compose_overview, "_DEAL_SECONDS", HANG_SECONDS)


def stats(status: str, leads: int, value: str) -> dict[str, object]:
    return {"key": status, "leads": leads, "value": {"amount": value, "currency": "EUR"}}


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
            "/v1/leads/stats": {
                "currency": "EUR",
                "without_rate": 1,
                "groups": [
                    stats("new", 3, "10.00"),
                    stats("qualified", 1, "0.50"),
                    stats("converted", 9, "99.00"),
                ],
            },
        }
    )
    pipeline = StandIn(
        answers={
            f"/v1/deals/{DEAL}": {"id": DEAL, "account_id": ACCOUNT, "contact_id": None, "lead_id": None},
            f"/v1/deals/{DEAL}/history": {"passages": []},
            "/v1/deals": {"items": []},
            "/v1/pipeline/summary": {
                "stages": [],
                "almost_closed": {"deals": 2},
                "for_later": {"deals": 5},
            },
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


async def test_the_three_pipelines_are_seen_together(world: World, services: Services) -> None:
    rep = await world.as_role("rep")

    shown = (await rep.get("/v1/pipeline/overview")).json()
    services.leads.fail = 500
    without = (await rep.get("/v1/pipeline/overview")).json()

    assert (shown["almost_closed"]["data"], shown["for_later"]["data"]) == ({"deals": 2}, {"deals": 5})
    leads = shown["leads"]["data"]
    assert (leads["leads"], leads["value"]) == (4, {"amount": "10.50", "currency": "EUR"})
    assert set(leads["by_status"]) == {"new", "qualified"}
    assert (without["leads"]["state"], without["for_later"]["state"]) == ("missing", "ok")


async def test_everybody_sees_what_slice_is_theirs(world: World, services: Services) -> None:
    services.leads.answers["/v1/territories"] = {"items": [{"id": "1", "name": "North"}]}
    team = await world.add_team("north")
    below = await world.add_team("north one", parent_id=team["id"])
    rep = await world.add_member("below", "rep", team_id=below["id"])
    manager = await world.as_role("manager", team["id"])
    me = (await manager.get("/v1/me")).json()["id"]
    admin = await world.as_admin()
    await admin.patch(f"/v1/teams/{team['id']}", json={"manager_id": me}, headers={"If-Match": '"1"'})

    mine = (await manager.get("/v1/me/scope")).json()
    own = (await (await world.signed_in(rep["email"])).get("/v1/me/scope")).json()

    assert (mine["records"], mine["member_ids"]) == ("subtree", sorted([me, rep["id"]]))
    assert {each["name"] for each in mine["teams"]} == {"north", "north one"}
    assert mine["territories"]["data"]["items"][0]["name"] == "North"
    assert (own["records"], own["member_ids"], own["territories"]["data"]) == ("own", [], None)
    assert "leads" in own["sees"] and "territories" not in own["sees"]
    services.leads.fail = 500
    assert (await manager.get("/v1/me/scope")).json()["territories"]["state"] == "missing"


async def test_what_a_partner_is_linked_with_must_be_there(world: World, services: Services) -> None:
    territory, contact, product = (str(uuid4()) for _ in range(3))
    services.leads.answers["/v1/territories"] = {"items": [{"id": territory}]}
    services.leads.answers["/v1/contacts"] = {"items": []}
    services.pipeline.answers["/v1/products"] = {"items": [{"id": product}]}
    admin = await world.as_admin()
    good = {"name": "Linked", "territory_id": territory, "product_ids": [product]}

    made = await admin.post("/v1/partners", json=good)
    wrong = {"contact_ids": [contact], "territory_id": contact}
    path, seen = f"/v1/partners/{made.json()['id']}", {"If-Match": '"1"'}
    refused = problem(await admin.patch(path, json=wrong, headers=seen), 422, "reference_unknown")

    assert good.items() <= made.json().items()
    assert {each["pointer"] for each in refused["errors"]} == {"/contact_ids/0", "/territory_id"}


async def test_a_partner_is_closed_though_no_other_service_answers(world: World, services: Services) -> None:
    admin = await world.as_admin()
    made = (await admin.post("/v1/partners", json={"name": "Closed"})).json()
    services.leads.fail = services.pipeline.fail = 500
    path, seen = f"/v1/partners/{made['id']}", {"If-Match": '"1"'}

    linked = await admin.patch(path, json={"territory_id": str(uuid4())}, headers=seen)
    closed = await admin.patch(path, json={"active": False}, headers=seen)

    problem(linked, 503, "upstream_unavailable")
    assert (closed.status_code, closed.json()["active"]) == (200, False)


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


async def test_all_parts_are_asked_for_at_once(world: World, services: Services) -> None:
    asked = asyncio.Barrier(6)
    for service in (services.leads, services.pipeline, services.forecast):
        service.before = lambda _: asked.wait()

    dashboard = (await (await world.as_role("rep")).get("/v1/me/dashboard")).json()

    assert {part["state"] for part in dashboard.values()} == {"ok"}


async def test_a_part_that_does_not_come_is_missing_and_holds_nobody_up(
    world: World, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard_routes, "SECONDS", SHORT)
    opened = asyncio.Event()

    async def hold(path: str) -> None:
        if path == "/v1/pipeline/summary":
            await opened.wait()

    services.pipeline.before = hold
    rep = await world.as_role("rep")

    dashboard = (await asyncio.wait_for(rep.get("/v1/me/dashboard"), HANG_SECONDS)).json()
    opened.set()

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
    new_database: Callable[[], str], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compose_overview, "SECONDS", SHORT)
    async with (
        black_hole() as nobody,
        running_world(
            new_database(), read_contracts(), leads_url=nobody, pipeline_url=services.pipeline.url
        ) as world,
    ):
        rep = await world.as_role("rep")
        overview = (await asyncio.wait_for(rep.get(f"/v1/deals/{DEAL}/overview"), HANG_SECONDS)).json()

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
