"""A group of the gap is the gap of its deals: asked for by itself, day by day, and deal by deal."""

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shared.contracts.envelope import Envelope
from tests.forecast.builders import eur, member, named, organisation, team
from tests.forecast.integration.test_gap import GAP, a_history, amount, gap_of, planned, then
from tests.forecast.integration.world import World

Json = dict[str, Any]
ALONE = {"source": "source", "product": "product_id", "stage": "stage_id", "owner": "owner_id"}
TEAMS = [
    *(organisation(), team("all"), team("north", parent="all"), team("inner", parent="north")),
    *(member("ann", team="north"), member("bob", team="inner"), member("mia", team="all")),
]


async def deals_of(world: World, **params: Any) -> list[Json]:
    page = await world.get(f"{GAP}/deals", **{"period": "2027-Q1", "limit": 200, **params})
    return list(page["items"])


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.uuids().flatmap(lambda id_: a_history(str(id_))), max_size=5))
async def test_each_group_opens_to_its_deals_and_is_the_gap_of_these_alone(
    world: World, histories: list[list[Envelope]]
) -> None:
    hers = planned("hers", 70, owner_id=named("mia"), source="fair")
    await world.consume(*TEAMS, hers, *(event for history in histories for event in history))

    for cut in ("team", "owner", "stage", "source", "product"):
        for narrowed in ({}, {"team_id": str(named("north"))}):
            groups = (await gap_of(world, group_by=cut, **narrowed))["groups"]
            for each in groups:
                deals = await deals_of(world, group_by=cut, group=each["key"] or "none", **narrowed)
                assert sum(amount(deal["effect"]) for deal in deals) == amount(each["gap"])
                if cut in ALONE and each["key"] is not None:
                    alone = await gap_of(world, **narrowed, **{ALONE[cut]: each["key"]}, method="weighted")
                    assert alone["actual_to_date"] == each["actual"]
                    if alone["state"] == "ok":
                        last = alone["days"][-1]
                        assert amount(alone["gap"]) == amount(each["gap"]) == amount(last["gap"])


async def test_the_own_deals_of_a_team_that_has_teams_below_it_are_what_is_behind(world: World) -> None:
    await world.consume(
        *TEAMS,
        *(planned("hers", 1000, owner_id=named("mia")), then("lost", "hers", owner_id=named("mia"))),
        *(planned("low", 400, owner_id=named("bob")), then("lost", "low", owner_id=named("bob"))),
        *(planned("won", 1000, owner_id=named("ann")), then("won", "won", owner_id=named("ann"))),
    )

    behind = (await gap_of(world))["behind"]
    deals = (await world.get(behind["deals_url"]))["items"]

    assert (behind["by"], behind["value"], behind["amount"]["amount"]) == (
        "team",
        str(named("all")),
        "500.00",
    )
    assert [each["name"] for each in deals] == ["hers"]


async def test_what_is_behind_opens_to_its_deals_as_of_the_same_day(world: World) -> None:
    await world.consume(organisation(), planned("deal", 100, by="2027-01-15"), then("lost", "deal"))

    behind = (await gap_of(world, as_of="2027-01-18"))["behind"]

    assert behind["part"] == "overdue"
    assert [each["fate"] for each in (await world.get(behind["deals_url"]))["items"]] == ["overdue"]


async def test_what_was_won_for_less_opens_to_just_those_deals(world: World) -> None:
    await world.consume(
        organisation(),
        *(planned("less", 600), then("won", "less", amount=eur(200))),
        *(planned("more", 100), then("won", "more", amount=eur(110))),
    )

    behind = (await gap_of(world))["behind"]

    assert (behind["part"], behind["deals"]) == ("shrunk", 1)
    assert [each["name"] for each in (await world.get(behind["deals_url"]))["items"]] == ["less"]


async def test_a_source_or_a_stage_has_no_target(world: World) -> None:
    await world.consume(organisation(), planned("deal", 100, source="fair"))
    target = {"period": "2027-Q1", "amount": {"amount": "6400", "currency": "EUR"}}
    await world.send("PUT", "/v1/targets", json=target)

    answer = await gap_of(world, method="target", source="fair")

    assert (answer["state"], answer["gap"]) == ("no_target", None)


@pytest.mark.parametrize("params", [{"group_by": "team"}, {"group_by": "team", "group": "north"}])
async def test_a_group_that_cannot_be_is_refused(world: World, params: dict[str, str]) -> None:
    await world.consume(organisation())

    asked = urlencode({"period": "2027-Q1", **params})
    refused = await world.send("GET", f"{GAP}/deals?{asked}")

    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_parameter")
    assert refused.json()["errors"][0]["pointer"] == "/query/group"
