"""`GET /v1/forecast/deals`: any figure of any group opens to deals that add up to it."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.forecast.outlook.domain import FIGURES, GroupBy
from shared.contracts.envelope import Envelope
from shared.contracts.identity import Identity
from tests.forecast.builders import deal_event, eur, named, organisation, team
from tests.forecast.integration.test_outlook import quarter, team_world
from tests.forecast.integration.test_regions import market
from tests.forecast.integration.test_rollup_cells import GROUPS, HISTORIES, NOW, empty
from tests.forecast.integration.world import DIRECTOR, World, who

SLOWLY = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
COUNTS = ("unweighted_deals", "deals_without_amount", "undated_deals")
Json = dict[str, Any]


async def listed(world: World, by: Identity = DIRECTOR, **asked: Any) -> list[Json]:
    """All pages of the list."""
    params = {"period": "2027-Q1", "limit": 3, **asked}
    found: list[Json] = []
    while True:
        page = await world.get("/v1/forecast/deals", by, **params)
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        params["cursor"] = page["next_cursor"]


async def assert_opens(world: World, figures: Json, by: Identity = DIRECTOR, **asked: Any) -> None:
    """Each figure is the sum of its deals, or their number."""
    for figure in (*FIGURES, "weighted", *COUNTS):
        deals = await listed(world, by, figure=figure, **asked)
        assert len({each["deal_id"] for each in deals}) == len(deals)
        if figure in COUNTS:
            assert len(deals) == figures[figure]
            continue
        shares = sum(Decimal(each["share"]["amount"]) for each in deals if each["share"])
        assert round(shares, 2) == Decimal(figures[figure]["amount"]), (figure, asked)
        if figure in FIGURES:
            assert len(deals) == figures["deals"][figure]


def key_of(group: Json, group_by: str) -> str:
    name = group_by if group_by in group else f"{group_by}_id"
    return "none" if group[name] is None else str(group[name])


@SLOWLY
@given(
    told=HISTORIES.flatmap(lambda events: st.permutations(list(events))),
    group_by=st.sampled_from(GROUPS),
    rollup=st.sampled_from(["cumulative", "single"]),
    then=st.booleans(),
)
async def test_every_figure_is_the_sum_of_the_deals_it_opens_to(
    world: World, told: list[Envelope], group_by: GroupBy | None, rollup: str, then: bool
) -> None:
    world.now = NOW
    await empty(world)
    await world.project(organisation(), team("north"), *told)
    asked: Json = {"rollup": rollup, **({"as_of": "2027-02-01"} if then else {})}

    by_group: Json = {} if group_by is None else {"group_by": group_by}
    whole = await world.forecast(**asked, **by_group)

    await assert_opens(world, whole, **asked)
    for group in whole["groups"]:
        key = key_of(group, str(group_by))
        await assert_opens(world, group, **asked, group_by=group_by, group=key)


@pytest.mark.parametrize("group_by", [each for each in GROUPS if each])
async def test_every_group_of_a_quarter_opens_to_its_deals(world: World, group_by: str) -> None:
    await world.consume(*team_world(), *quarter()[1:], *market()[1:])

    forecast = await world.forecast(group_by=group_by, team_id=named("company"))

    assert forecast["groups"]
    for group in forecast["groups"]:
        key = key_of(group, group_by)
        await assert_opens(world, group, group_by=group_by, group=key, team_id=named("company"))


@pytest.mark.parametrize("by", [who("own", "ann"), who("subtree", "boss2", teams=("north",)), who("none")])
async def test_the_deals_listed_are_those_the_caller_may_see(world: World, by: Identity) -> None:
    await world.consume(*team_world())

    await assert_opens(world, await world.forecast(by), by)


async def test_a_deal_is_shown_with_what_it_adds(world: World) -> None:
    await world.consume(organisation(), deal_event("opened", "big", time="2027-01-10", amount=eur(100)))

    (deal,) = await listed(world, figure="weighted")

    assert (deal["name"], deal["forecast_category"], deal["closes_on"]) == ("big", "pipeline", "2027-03-20")
    assert (deal["amount"]["amount"], deal["share"]) == ("100.00", {"amount": "10.00", "currency": "EUR"})
    assert deal["probability"] == 0.1


async def test_a_cursor_of_one_figure_is_refused_by_another(world: World) -> None:
    await world.consume(*team_world())
    first = await world.get("/v1/forecast/deals", period="2027-Q1", figure="open_pipeline", limit=1)

    params = {"period": "2027-Q1", "figure": "weighted", "limit": 1, "cursor": first["next_cursor"]}
    answer = await world.send("GET", "/v1/forecast/deals", params=params)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"figure": "planet"},
        {"figure": "closed", "group_by": "owner"},
        {"figure": "closed", "group": "commit"},
        {"figure": "closed", "group_by": "owner", "group": "ann"},
        {"figure": "closed", "group_by": "month", "group": "soon"},
        {"figure": "closed", "group_by": "category", "group": "omitted"},
    ],
)
async def test_what_names_no_figure_or_group_is_a_400(world: World, params: dict[str, str]) -> None:
    await world.consume(organisation())

    answer = await world.send("GET", "/v1/forecast/deals", params=params)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
