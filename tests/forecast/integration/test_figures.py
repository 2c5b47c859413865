"""`GET /v1/forecast/figures`: several figures and several methods for one period."""

from decimal import Decimal
from typing import Any

import pytest

from shared.contracts.envelope import Envelope
from shared.contracts.identity import Identity
from tests.forecast.builders import (
    at,
    deal_event,
    eur,
    lead_event,
    member,
    named,
    organisation,
    product,
    team,
)
from tests.forecast.integration.test_regions import territory
from tests.forecast.integration.test_sources import history
from tests.forecast.integration.world import DIRECTOR, World, who

Json = dict[str, Any]
FIGURES = ("near_closings", "development", "later", "overdue", "undated")


def deal(name: str, amount: int, close: str | None, category: str = "pipeline", **fields: Any) -> Envelope:
    return deal_event(
        "opened",
        name,
        time="2027-01-20",
        amount=eur(amount),
        expected_close=None if close is None else at(close).date(),
        forecast_category=category,
        probability=Decimal("0.5"),
        **fields,
    )


def pipeline() -> list[Envelope]:
    return [
        organisation(),
        team("north"),
        member("ann", team="north"),
        product("Pump"),
        territory("Bavaria"),
        lead_event("of bavaria", territory_id=named("Bavaria")),
        deal("sure", 100, "2027-03-20", "commit", owner_id=named("ann"), product_id=named("Pump")),
        deal("likely", 40, "2027-03-20", "most_likely", lead_id=named("of bavaria")),
        deal("hoped for", 20, "2027-03-21", "best_case"),
        deal("early", 10, "2027-03-22"),
        deal("next quarter", 5, "2027-04-22", "commit", product_id=named("Pump")),
        deal("should have closed", 4, "2026-12-22", "commit"),
        deal("some day", 3, None),
        deal("left out", 999, "2027-03-22", "omitted"),
        deal_event(
            "opened", "won", time="2027-01-20", status="won", amount=eur(7), closed_at=at("2027-02-01")
        ),
    ]


async def figures(world: World, caller: Identity = DIRECTOR, **params: Any) -> Json:
    return await world.get("/v1/forecast/figures", caller, **{"period": "2027-Q1", **params})


def amounts(shown: Json) -> list[str]:
    return [shown[name]["amount"] for name in FIGURES]


async def test_open_deals_are_told_apart_by_how_near_they_are(world: World) -> None:
    await world.consume(*pipeline())

    answer = await figures(world)

    assert amounts(answer) == ["140.00", "30.00", "5.00", "4.00", "3.00"]
    assert (answer["closed"]["amount"], answer["open_deals"]) == ("7.00", 7)
    assert answer["leads_to_come"] is None
    assert answer["groups"] == []
    assert answer["definitions"]["near_closings"]["meaning"].startswith("Open deals in commit")


@pytest.mark.parametrize(
    ("group_by", "key", "name", "expected"),
    [
        ("product", "Pump", "Pump", ["100.00", "0.00", "5.00", "0.00", "0.00"]),
        ("territory", "Bavaria", "Bavaria", ["40.00", "0.00", "0.00", "0.00", "0.00"]),
        ("owner", "ann", None, ["100.00", "0.00", "0.00", "0.00", "0.00"]),
    ],
)
async def test_each_figure_by_product_territory_and_rep(
    world: World, group_by: str, key: str, name: str | None, expected: list[str]
) -> None:
    await world.consume(*pipeline())

    answer = await figures(world, group_by=group_by)

    group = next(each for each in answer["groups"] if each[f"{group_by}_id"] == str(named(key)))
    assert (group.get("name"), amounts(group)) == (name, expected)
    for figure in FIGURES:
        parts = sum(Decimal(each[figure]["amount"]) for each in answer["groups"])
        assert parts == Decimal(answer[figure]["amount"])


@pytest.mark.parametrize("group_by", ["product", "territory", "owner"])
async def test_leads_to_come_by_group_add_up_to_what_the_sources_bring(world: World, group_by: str) -> None:
    world.now = at("2027-02-01T00:00")
    asked_for: dict[str, Any] = {
        "product_interest": "PUMP",
        "territory_id": named("Bavaria"),
        "owner_id": named("ann"),
    }
    await world.consume(
        *pipeline(),
        *history("web", **asked_for),
        *history("fair", each_month=5, wins=1),
        lead_event("waiting", created="2027-01-20", source="web", **asked_for),
    )

    answer = await figures(world, group_by=group_by, period="2027-Q2")
    sources = await world.get("/v1/forecast/sources", period="2027-Q2")

    assert answer["leads_to_come"] == sources["expected"]
    by_key = {each[f"{group_by}_id"]: Decimal(each["leads_to_come"]["amount"]) for each in answer["groups"]}
    assert abs(sum(by_key.values()) - Decimal(sources["expected"]["amount"])) <= Decimal("0.05")
    name = {"product": "Pump", "territory": "Bavaria", "owner": "ann"}[group_by]
    assert by_key[str(named(name))] > by_key[None] > 0


async def test_methods_stand_side_by_side_and_say_how_good_they_were(world: World) -> None:
    await world.consume(*pipeline())

    methods = {each["method"]: each for each in (await figures(world))["methods"]}

    assert methods["commit"]["amount"]["amount"] == "107.00"
    assert methods["weighted"]["amount"]["amount"] == "92.00"
    assert methods["bottom_up"] | {"meaning": ""} == {
        "method": "bottom_up",
        "meaning": "",
        "amount": None,
        "state": "insufficient_history",
        "wape": None,
        "bias": None,
        "accuracy_url": "/v1/forecast/bottom-up",
    }
    assert methods["weighted_and_leads"]["state"] == "insufficient_history"


async def test_a_rep_sees_the_figures_of_own_deals(world: World) -> None:
    await world.consume(*pipeline())

    answer = await figures(world, who("own", "ann", team="north"))

    assert amounts(answer) == ["100.00", "0.00", "0.00", "0.00", "0.00"]


async def test_the_figures_of_then(world: World) -> None:
    await world.consume(*pipeline())

    answer = await figures(world, as_of="2027-01-01")

    assert (amounts(answer), answer["open_deals"]) == (["0.00"] * 5, 0)
