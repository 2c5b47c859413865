"""`GET /v1/forecast/gap?method=predicted`: won against what was foretold when the period began."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.forecast.builders import at, deal_event, eur, named
from tests.forecast.integration.predicting import (
    OWNERS,
    TODAY,
    amounts,
    an_organisation,
    morning,
    predict,
    predicted,
    rows,
)
from tests.forecast.integration.world import World, who

Json = dict[str, Any]
START = date(2025, 3, 1).toordinal()
CUTS = ("team", "owner", "product", "stage", "source")


async def a_month(world: World, today: int = TODAY) -> None:
    """Foretold on its first day; it is the 16th, and nothing was told since."""
    await an_organisation(world, START)
    await predict(world)
    world.now = morning(today)


async def gap(world: World, *by: Any, **params: Any) -> Json:
    return await world.get("/v1/forecast/gap", *by, **{"period": "2025-03", **params})


def amount(money: Json | None) -> Decimal:
    assert money is not None
    return Decimal(money["amount"])


def parts(answer: Json) -> dict[str, Decimal]:
    return {each["part"]: amount(each["amount"]) for each in answer["parts"]}


async def closed(world: World, deal_id: Any, status: str, worth: int, **state: Any) -> None:
    """Told of a deal that was open when the month began."""
    event = deal_event(
        status,
        "deal",
        sequence=10_000,
        time="2025-03-10",
        deal_id=deal_id,
        status=status,
        closed_at=at("2025-03-10"),
        amount=eur(worth),
        **state,
    )
    await world.consume(event)


async def test_what_was_foretold_of_the_month_is_what_is_held_against_it(world: World) -> None:
    await an_organisation(world, START)
    await predict(world)
    foretold = amounts(await predicted(world, period="2025-03"), "mean")[0]
    world.now = at("2025-04-01T12:00")

    answer = await gap(world)

    assert (answer["method"], answer["state"], answer["through"]) == ("predicted", "ok", "2025-03-31")
    assert float(amount(answer["forecast_to_date"])) == pytest.approx(foretold, rel=1e-4)
    assert answer["foretold_at"].startswith("2025-03-01")
    assert "straight line" in answer["definitions"]["forecast_to_date"]["meaning"]


async def test_groups_parts_days_and_deals_add_up_to_the_cent(world: World) -> None:
    await a_month(world)

    for cut in CUTS:
        answer = await gap(world, group_by=cut)

        assert amount(answer["gap"]) == amount(answer["forecast_to_date"]) - amount(answer["actual_to_date"])
        assert sum(parts(answer).values()) == amount(answer["gap"])
        assert sum(amount(each["gap"]) for each in answer["groups"]) == amount(answer["gap"])
        assert sum(amount(each["forecast"]) for each in answer["groups"]) == amount(
            answer["forecast_to_date"]
        )
        over = [each for each in answer["days"] if each["complete"]]
        assert amount(over[-1]["forecast"]) == amount(answer["forecast_to_date"])
    deals, cursor = Decimal(0), None
    while True:
        page = await world.get(
            "/v1/forecast/gap/deals", period="2025-03", limit=200, **({"cursor": cursor} if cursor else {})
        )
        deals += sum(amount(each["effect"]) for each in page["items"])
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert deals + parts(answer)["new_business"] == amount(answer["gap"])


async def test_a_source_or_a_stage_alone_is_its_group_day_by_day_without_new_business(world: World) -> None:
    await a_month(world)

    for cut, name in (("source", "source"), ("stage", "stage_id")):
        group = next(each for each in (await gap(world, group_by=cut))["groups"] if each["key"] is not None)
        alone = await gap(world, **{name: group["key"]})

        assert (alone["method"], alone["state"]) == ("predicted", "ok")
        assert amount(alone["gap"]) == amount(group["gap"]) == sum(parts(alone).values())
        assert amount(alone["days"][-1]["forecast"]) == amount(group["forecast"])
        assert "new_business" not in parts(alone)


async def test_each_day_is_due_more_than_the_day_before(world: World) -> None:
    await a_month(world)

    days = (await gap(world))["days"]

    due = [amount(each["forecast"]) for each in days if each["complete"]]
    assert len(due) == 15
    assert due[0] > 0 and due == sorted(due)
    assert days[-1]["forecast"] == days[-2]["forecast"]


async def test_a_deal_that_is_lost_takes_its_share_from_those_still_open(world: World) -> None:
    await a_month(world)
    before = parts(await gap(world))
    lost = await _likeliest(world)

    await closed(world, lost, "lost", 500)
    after = parts(await gap(world))

    assert "lost" not in before
    assert after["lost"] > 0
    fates = ("overdue", "pushed_out", "still_open", "lost")
    assert sum(before.get(each, 0) for each in fates) == sum(after.get(each, 0) for each in fates)


async def test_a_deal_that_is_won_brings_more_than_its_chance(world: World) -> None:
    await a_month(world)
    before = await gap(world)

    await closed(world, await _likeliest(world), "won", 500)
    after = await gap(world)

    assert amount(after["forecast_to_date"]) == amount(before["forecast_to_date"])
    assert amount(after["actual_to_date"]) - amount(before["actual_to_date"]) == 500
    assert parts(after)["won_beyond_chance"] < 0


async def test_a_rep_and_a_manager_are_held_to_their_own_share(world: World) -> None:
    await a_month(world)
    whole = amount((await gap(world))["forecast_to_date"])

    own = [amount((await gap(world, who("own", name)))["forecast_to_date"]) for name in OWNERS]
    north = amount((await gap(world, team_id=str(named("north"))))["forecast_to_date"])

    assert sum(own) == whole
    assert north == sum(own[1:])


async def test_a_period_nothing_was_foretold_of_is_held_against_the_deals_of_then(world: World) -> None:
    await a_month(world)

    by_default = await gap(world, period="2025-W11")
    asked_for = await gap(world, period="2025-W11", method="predicted")

    assert by_default["method"] == "weighted"
    assert (asked_for["method"], asked_for["state"], asked_for["gap"]) == (
        "predicted",
        "insufficient_history",
        None,
    )


async def test_a_run_made_later_of_the_past_is_no_plan(world: World) -> None:
    await an_organisation(world)
    await predict(world, as_of=morning(START))

    answer = await gap(world, method="predicted")

    assert answer["state"] == "insufficient_history"


async def test_later_runs_of_the_month_change_nothing(world: World) -> None:
    await a_month(world)
    before = await gap(world)

    await predict(world)

    assert (await gap(world))["forecast_to_date"] == before["forecast_to_date"]


async def _likeliest(world: World) -> Any:
    """The open deal of which most was foretold."""
    query = "SELECT deal_id FROM prediction_deal ORDER BY expected_value DESC, deal_id LIMIT 1"
    return (await rows(world, query))[0][0]
