"""The chance of each open deal to be won, by when, and why."""

import math
from typing import Any
from uuid import UUID

import pytest

from tests.forecast.builders import deal_event, named, organisation
from tests.forecast.integration.predicting import OWNERS, TODAY, an_organisation, morning, predict, rows
from tests.forecast.integration.world import DIRECTOR, World, who

_DEALS = "/v1/forecast/prediction/deals"


async def _chance(world: World, deal_id: UUID | str, **params: str) -> dict[str, Any]:
    return await world.get(f"/v1/deals/{deal_id}/win-probability", DIRECTOR, **params)


async def _deals(world: World, **params: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await world.get(_DEALS, DIRECTOR, **params))["items"]
    return items


async def test_a_deal_tells_its_chance_by_date_and_the_reasons_with_what_is_behind_them(world: World) -> None:
    await an_organisation(world)
    await predict(world)
    best = (await _deals(world, sort="-probability", limit="1"))[0]

    shown = await _chance(world, best["deal_id"])

    assert (shown["state"], shown["status"], shown["probability"]) == ("ok", "open", best["probability"])
    shares = [each["probability"] for each in shown["by_date"]]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(shown["probability"], rel=1e-5)
    assert shown["by_date"][0]["date"] == "2025-03-22"
    assert "2025-03-31" in [each["date"] for each in shown["by_date"]]
    assert [reason["effect"] > 1 for reason in shown["reasons"]].count(True) >= 1
    assert len(shown["reasons"]) == 6
    last = shown["reasons"][-1]
    assert (last["factor"], last["level"]) == ("calibration", "11 trials")
    assert last["text"] == f"how often chances here came true: x{last['effect']:.2f}, from 11 trials"
    assert all(f"from {reason['closings']} closings" in reason["text"] for reason in shown["reasons"][:-1])
    assert shown["sample_size"] > 100
    assert shown["definitions"]["probability"]["meaning"]


async def test_all_effects_together_lead_from_the_usual_chance_to_the_deals_own(world: World) -> None:
    await an_organisation(world)
    await predict(world)

    kept = await rows(world, "SELECT deal_id, probability, effects FROM prediction_deal LIMIT 50")
    usual = (await _chance(world, kept[0].deal_id))["usual_probability"]

    for deal in kept:
        assert usual * math.exp(sum(deal.effects)) == pytest.approx(deal.probability, rel=0.02, abs=2e-6)


async def test_a_deal_in_a_later_stage_has_the_better_chance(world: World) -> None:
    await an_organisation(world)
    await predict(world)

    talk, contract = await _deals(world, stage="talk", limit="200"), await _deals(world, stage="contract")

    assert _mean(contract) > 2 * _mean(talk)


def _mean(deals: list[dict[str, Any]]) -> float:
    return float(sum(each["in_quarter"] for each in deals) / len(deals))


async def test_a_deal_that_is_closed_has_a_chance_of_one_or_none(world: World) -> None:
    await an_organisation(world)
    ended = {
        status: deal_id
        for deal_id, status in await rows(
            world, "SELECT deal_id, status FROM deal_now WHERE status <> 'open'"
        )
    }

    won, lost = await _chance(world, ended["won"]), await _chance(world, ended["lost"])

    assert [(each["probability"], each["by_date"], each["state"]) for each in (won, lost)] == [
        (1.0, [], "ok"),
        (0.0, [], "ok"),
    ]


async def test_with_too_little_history_there_is_no_chance_and_it_is_said_what_is_missing(
    world: World,
) -> None:
    await world.consume(organisation(), deal_event("opened", time="2027-01-10"))
    await predict(world)

    shown = await _chance(world, named("deal"))

    assert (shown["state"], shown["probability"]) == ("insufficient_history", None)
    assert {each["what"] for each in shown["missing"]} == {"wins", "closings", "months_with_closings"}


async def test_anothers_deal_is_not_there(world: World) -> None:
    await an_organisation(world)
    await predict(world)
    theirs = (await _deals(world, owner_id=str(named(OWNERS[0])), limit="1"))[0]["deal_id"]
    path = f"/v1/deals/{theirs}/win-probability"

    rep = await world.send("GET", path, who("own", OWNERS[1]))
    manager = await world.send("GET", path, who("subtree", team="north", teams=["north"]))
    owner = await world.send("GET", path, who("own", OWNERS[0]))

    assert (rep.status_code, rep.json()["code"]) == (404, "deal_not_found")
    assert (manager.status_code, owner.status_code) == (404, 200)


async def test_a_list_has_the_open_deals_of_the_caller_and_is_sorted_and_filtered(world: World) -> None:
    await an_organisation(world)
    await predict(world)

    every = await _deals(world, sort="-probability", limit="20")
    mine = (await world.get(_DEALS, who("own", OWNERS[2]), limit="200"))["items"]
    likely = await _deals(world, in_quarter="gte:0.2")

    shares = [each["probability"] for each in every]
    assert shares == sorted(shares, reverse=True)
    assert {each["owner_id"] for each in mine} == {str(named(OWNERS[2]))}
    assert likely
    assert all(each["in_quarter"] >= 0.2 for each in likely)
    for each in every:
        worth, expected = (float(each[name]["amount"]) for name in ("value_of_a_win", "expected_value"))
        assert expected == pytest.approx(each["probability"] * worth, abs=0.02)
        assert each["expected_value"]["currency"] == "EUR"


async def test_a_chance_of_the_past_is_that_of_the_run_of_then(world: World) -> None:
    await an_organisation(world)
    then = morning(TODAY - 30)
    await predict(world, as_of=then)
    (row,) = await rows(
        world, "SELECT deal_id, probability FROM prediction_deal ORDER BY probability LIMIT 1"
    )
    await predict(world)

    shown = await _chance(world, row.deal_id, as_of=then.isoformat())
    now = await _chance(world, row.deal_id)

    assert shown["probability"] == pytest.approx(row.probability)
    assert shown["run_id"] != now["run_id"]


async def test_a_new_deal_has_its_chance_with_the_next_run(world: World) -> None:
    await an_organisation(world)
    await predict(world)
    at = world.now.strftime("%Y-%m-%dT%H:%M")
    await world.project(
        deal_event("opened", "fresh", time=at, created_at=world.now, stage_entered_at=world.now)
    )

    before = await _chance(world, named("fresh"))
    await predict(world)
    after = await _chance(world, named("fresh"))

    assert (before["state"], before["missing"][0]["what"]) == ("insufficient_history", "next_run")
    assert 0 < after["probability"] < 1
