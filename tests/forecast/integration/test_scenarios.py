"""`/v1/forecast/scenarios`: kept, changed, and played on real ledgers."""

from decimal import Decimal
from typing import Any

import httpx

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
from tests.forecast.integration.test_regions import account, territory
from tests.forecast.integration.test_sources import history
from tests.forecast.integration.world import DIRECTOR, World, who

Json = dict[str, Any]
PATH = "/v1/forecast/scenarios"
MANAGER = who("subtree", "boss", team="north", teams=["north"])


def market() -> list[Envelope]:
    """Acme bought for 900 last year and 100 now; 500 open deals at 50 % of it and of Blue."""
    half = Decimal("0.5")
    return [
        organisation(),
        team("north"),
        member("ann", team="north"),
        member("boss", team="north", role="manager"),
        product("Pump"),
        territory("Bavaria"),
        account("acme", "DE"),
        account("blue", "AT"),
        lead_event("of bavaria", territory_id=named("Bavaria")),
        won("last year", 900, "2026-06-01", account_id=named("acme")),
        won("now", 100, "2027-02-01", account_id=named("acme")),
        deal_event(
            "opened",
            "acme's",
            time="2027-01-20",
            amount=eur(400),
            probability=half,
            forecast_category="commit",
            account_id=named("acme"),
            owner_id=named("ann"),
            product_id=named("Pump"),
        ),
        deal_event(
            "opened",
            "blue's",
            time="2027-01-20",
            amount=eur(100),
            probability=half,
            account_id=named("blue"),
            lead_id=named("of bavaria"),
        ),
    ]


def won(name: str, amount: int, closed: str, **fields: Any) -> Envelope:
    return deal_event(
        "opened", name, time="2026-01-01", status="won", amount=eur(amount), closed_at=at(closed), **fields
    )


async def keep(world: World, *assumptions: Json, by: Identity = DIRECTOR) -> httpx.Response:
    return await world.send("POST", PATH, by, json={"name": "What if", "assumptions": list(assumptions)})


async def play(world: World, *assumptions: Json, by: Identity = DIRECTOR, **params: Any) -> Json:
    made = await keep(world, *assumptions, by=by)
    assert made.status_code == 201, made.text
    return await world.get(f"{made.headers['Location']}/results", by, **{"period": "2027-Q1", **params})


def forecasts(results: Json) -> tuple[str, str]:
    return results["before"]["forecast"]["amount"], results["after"]["forecast"]["amount"]


async def test_the_loss_of_the_largest_customer_hits_its_open_deals_and_the_plan(world: World) -> None:
    await world.consume(*market())
    target = {"period": "2027-Q1", "amount": {"amount": "700", "currency": "EUR"}}
    assert (await world.send("PUT", "/v1/targets", json=target)).status_code == 201

    results = await play(world, {"kind": "lose_largest_customers", "count": 1})

    assert forecasts(results) == ("350.00", "150.00")
    assert [results[when]["expected_attainment"] for when in ("before", "after")] == [0.5, 0.2143]
    assert results["after"]["expected_gap_to_target"]["amount"] == "550.00"
    (hit,) = results["accounts"]
    assert (hit["name"], hit["difference"]["amount"], hit["won_last_year"]["amount"]) == (
        "acme",
        "-200.00",
        "900.00",
    )
    assert [each["deal_id"] for each in results["deals"]] == [str(named("acme's"))]
    assert results["concentration"][0] == {"largest": 1, "before": 0.8571, "after": 0.6667}


async def test_assumptions_work_together_and_each_is_shown_alone(world: World) -> None:
    await world.consume(*market())

    results = await play(
        world, {"kind": "price_fall", "fall": 0.1}, {"kind": "rep_leaves", "owner_id": str(named("ann"))}
    )

    assert forecasts(results) == ("350.00", "145.00")
    assert [each["difference"]["amount"] for each in results["effects"]] == ["-25.00", "-200.00"]
    assert results["difference"]["amount"] == "-205.00"


async def test_an_assumption_reaches_a_product_a_territory_or_a_team_only(world: World) -> None:
    await world.consume(*market())

    def fall(**about: str) -> Json:
        return {"kind": "price_fall", "fall": 0.5, **about}

    assert forecasts(await play(world, fall(product_id=str(named("Pump")))))[1] == "250.00"
    assert forecasts(await play(world, fall(territory_id=str(named("Bavaria")))))[1] == "325.00"
    assert forecasts(await play(world, fall(team_id=str(named("north")))))[1] == "250.00"
    assert forecasts(await play(world, fall(owner_id=str(named("boss")))))[1] == "350.00"


async def test_deals_slip_out_of_the_period_and_come_into_it(world: World) -> None:
    await world.consume(*market())
    slip = {"kind": "slip", "days": 30}

    assert forecasts(await play(world, slip)) == ("350.00", "100.00")
    assert forecasts(await play(world, slip, period="2027-Q2")) == ("0.00", "250.00")


async def test_columns_and_chances_change_as_assumed(world: World) -> None:
    await world.consume(*market())

    shifted = await play(world, {"kind": "category_shift", "shift_from": "commit", "shift_to": "best_case"})
    less_sure = await play(world, {"kind": "win_rate", "factor": 0.5})

    assert (shifted["before"]["commit"]["amount"], shifted["after"]["commit"]["amount"]) == (
        "500.00",
        "100.00",
    )
    assert forecasts(shifted) == ("350.00", "350.00")
    assert forecasts(less_sure)[1] == "225.00"


async def test_a_fall_of_demand_takes_leads_that_are_still_to_come(world: World) -> None:
    world.now = at("2027-02-01T00:00")
    await world.consume(*market(), *history("web"))

    results = await play(world, {"kind": "demand_fall", "fall": 0.5}, period="2027-03")

    (web,) = (await world.get("/v1/forecast/sources", period="2027-03"))["sources"]
    coming = Decimal(web["from_leads_to_come"]["amount"])
    assert coming > 190
    assert results["before"]["leads_to_come"] == web["expected"]
    assert abs(Decimal(results["difference"]["amount"]) + coming / 2) <= Decimal("0.01")


async def test_the_effect_by_group_adds_up(world: World) -> None:
    await world.consume(*market())

    results = await play(world, {"kind": "price_fall", "fall": 0.1}, group_by="product")

    assert [(each["product_id"], each["difference"]["amount"]) for each in results["groups"]] == [
        (str(named("Pump")), "-20.00"),
        (None, "-5.00"),
    ]


async def test_without_history_of_leads_they_are_unknown_not_nothing(world: World) -> None:
    await world.consume(*market())

    results = await play(world, {"kind": "demand_fall", "fall": 1})

    assert results["before"]["leads_to_come"] is None
    assert results["difference"]["amount"] == "0.00"


async def test_a_changed_scenario_keeps_what_it_said_before(world: World) -> None:
    await world.consume(*market())
    made = await keep(world, {"kind": "price_fall", "fall": 0.1})
    path, tag = made.headers["Location"], made.headers["ETag"]
    body = {"name": "Worse", "assumptions": [{"kind": "price_fall", "fall": 0.2}]}

    unread = await world.send("PATCH", path, json=body)
    changed = await world.send("PATCH", path, json=body, headers={"If-Match": tag})
    again = await world.send("PATCH", path, json=body, headers={"If-Match": changed.headers["ETag"]})
    same = await world.send("PATCH", path, json=body, headers={"If-Match": tag})

    assert (unread.status_code, same.json()["version"]) == (428, 2)
    assert (changed.json()["name"], changed.json()["version"], again.json()["version"]) == ("Worse", 2, 2)
    now = await world.get(f"{path}/results", period="2027-Q1")
    then = await world.get(f"{path}/results", period="2027-Q1", version=1)
    assert (forecasts(now)[1], forecasts(then)[1]) == ("300.00", "325.00")
    assert then["scenario"]["name"] == "What if"
    missing = await world.send("GET", f"{path}/results?version=7")
    assert missing.json()["code"] == "scenario_not_found"


async def test_edits_of_different_fields_merge_and_of_the_same_field_conflict(world: World) -> None:
    await world.consume(*market())
    made = await keep(world, {"kind": "price_fall", "fall": 0.1})
    path, seen = made.headers["Location"], {"If-Match": made.headers["ETag"]}
    await world.send("PATCH", path, json={"name": "Worse"}, headers=seen)

    other = await world.send("PATCH", path, json={"note": "Of spring"}, headers=seen)
    late = await world.send("PATCH", path, json={"name": "Worst"}, headers=seen)

    assert (other.json()["name"], other.json()["note"], other.json()["version"]) == ("Worse", "Of spring", 3)
    assert (late.status_code, late.json()["errors"][0]["pointer"]) == (412, "/name")
    assert late.json()["conflict"] == {"name": {"base": "What if", "theirs": "Worse", "yours": "Worst"}}


async def test_an_assumption_about_nobody_is_refused_by_its_field(world: World) -> None:
    await world.consume(*market())
    nobody, known = str(named("nobody")), str(named("acme"))

    refused = await keep(
        world,
        {"kind": "rep_leaves", "owner_id": nobody},
        {"kind": "lose_customers", "account_ids": [known, nobody]},
        {"kind": "slip", "days": 3, "team_id": nobody},
        {"kind": "price_fall", "fall": 0.1, "product_id": nobody},
        {"kind": "win_rate", "factor": 1, "territory_id": nobody},
    )

    assert (refused.status_code, refused.json()["code"]) == (422, "reference_unknown")
    assert {each["pointer"] for each in refused.json()["errors"]} == {
        "/assumptions/0/owner_id",
        "/assumptions/1/account_ids/1",
        "/assumptions/2/team_id",
        "/assumptions/3/product_id",
        "/assumptions/4/territory_id",
    }


async def test_a_wrong_assumption_is_named_by_its_own_field(world: World) -> None:
    await world.consume(*market())

    refused = await keep(world, {"kind": "price_fall", "fall": 1.5})

    assert refused.json()["errors"][0]["pointer"] == "/assumptions/0/fall"


async def test_a_scenario_put_away_is_not_there_any_more(world: World) -> None:
    await world.consume(*market())
    path = (await keep(world, {"kind": "demand_fall", "fall": 0.1})).headers["Location"]

    gone = await world.send("DELETE", path, headers={"If-Match": "*"})

    assert gone.status_code == 204
    assert (await world.send("GET", path)).json()["code"] == "scenario_not_found"
    assert (await world.get(PATH))["items"] == []


async def test_scenarios_are_seen_by_their_maker_and_above_and_played_on_deals_in_reach(world: World) -> None:
    await world.consume(*market())
    mine = (await keep(world, {"kind": "price_fall", "fall": 1}, by=MANAGER)).headers["Location"]
    above = (await keep(world, {"kind": "price_fall", "fall": 1})).headers["Location"]

    assert (await world.send("GET", above, MANAGER)).status_code == 404
    assert (await world.send("GET", mine)).status_code == 200
    assert len((await world.get(PATH))["items"]) == 2
    results = await world.get(f"{mine}/results", MANAGER, period="2027-Q1", owner_id=str(named("ann")))
    assert forecasts(results) == ("200.00", "0.00")


async def test_assumptions_that_make_no_sense_are_refused(world: World) -> None:
    await world.consume(*market())

    for wrong in (
        {"kind": "price_fall", "fall": 1.5},
        {"kind": "slip", "days": -3},
        {"kind": "miracle"},
        {"kind": "demand_fall", "fall": 0.1, "surprise": 1},
    ):
        assert (await keep(world, wrong)).json()["code"] == "validation_failed"
    assert (await keep(world)).status_code == 422
