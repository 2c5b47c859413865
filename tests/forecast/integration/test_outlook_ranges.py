"""P10, P50 and P90 stand beside what is committed."""

from typing import Any

import pytest

from tests.forecast.builders import named, organisation, product
from tests.forecast.integration.predicting import OWNERS, amounts, an_organisation, predict, predicted
from tests.forecast.integration.world import World, who
from tests.forecast.made_up import PRODUCTS

_BOUNDS = ("p10", "p50", "p90")


async def test_a_forecast_has_the_range_of_the_prediction_whole_and_by_group(world: World) -> None:
    await an_organisation(world)
    await predict(world)

    shown = await world.forecast(period="2025-Q1", group_by="owner")
    told = await predicted(world, group_by="owner")

    assert shown["state"] == "ok"
    assert amounts(shown, *_BOUNDS) == pytest.approx(amounts(told, *_BOUNDS), abs=0.02)
    ranges = {group["owner_id"]: amounts(group, *_BOUNDS) for group in shown["groups"]}
    assert ranges[str(named(OWNERS[0]))] == pytest.approx(
        amounts(told["groups"][_place(told)], *_BOUNDS), abs=0.02
    )
    assert shown["definitions"]["p10"]["meaning"]


def _place(told: dict[str, list[dict[str, str]]]) -> int:
    return [group["owner_id"] for group in told["groups"]].index(str(named(OWNERS[0])))


async def test_a_month_within_it_is_told_as_well(world: World) -> None:
    await an_organisation(world)
    await predict(world)

    month, quarter = [await world.forecast(period=period) for period in ("2025-03", "2025-Q1")]

    assert amounts(month, "p50")[0] < amounts(quarter, "p50")[0]
    assert month["state"] == "ok"


async def test_a_family_of_products_has_a_range_of_its_own_as_a_team_has(world: World) -> None:
    await an_organisation(world)
    first, second, _ = PRODUCTS
    await world.consume(product(first, family="Alone"), product(second, family="Other"))
    await predict(world)

    family, alone, other, whole = [
        await world.forecast(period="2025-Q1", **asked)
        for asked in (
            {"product_family": "Alone"},
            {"product_id": named(first)},
            {"product_id": named(second)},
            {},
        )
    ]
    boss = who("subtree", "boss", team="south", teams=["south"])
    of_boss = await world.get("/v1/forecast", boss, period="2025-Q1", group_by="owner")
    of_team = await world.forecast(period="2025-Q1", team_id=named("south"))

    assert amounts(family, *_BOUNDS) == amounts(alone, *_BOUNDS)
    assert amounts(family, "p50") != amounts(other, "p50")
    assert amounts(family, "p50")[0] < amounts(whole, "p50")[0]
    assert amounts(of_boss, *_BOUNDS) == amounts(of_team, *_BOUNDS)
    assert amounts(of_boss, "p50")[0] > 0


async def test_by_what_predictions_do_not_know_there_is_no_range(world: World) -> None:
    await an_organisation(world)
    await predict(world)

    by_source = await world.forecast(period="2025-Q1", source="web")
    by_stage = await world.forecast(period="2025-Q1", group_by="stage")

    assert (by_source["state"], by_source["p50"]) == (None, None)
    assert by_stage["state"] == "ok"
    assert [group["p50"] for group in by_stage["groups"]] == [None] * len(by_stage["groups"])


async def test_without_history_the_state_says_so_and_the_columns_are_there_all_the_same(world: World) -> None:
    await world.consume(organisation())

    shown = await world.forecast()

    assert (shown["state"], shown["p10"], shown["p90"]) == ("insufficient_history", None, None)
    assert shown["closed"]["amount"] == "0.00"


async def test_a_year_for_top_management_has_the_same_ranges(world: World) -> None:
    await an_organisation(world)
    await predict(world)

    year = await world.get("/v1/forecast/executive", year="2025")
    lines = {each["period"]["name"]: each for each in [*year["quarters"], *year["months"]]}

    for period in ("2025-Q1", "2025-Q4", "2025-03", "2025-08"):
        shown = await world.forecast(period=period)
        assert lines[period]["state"] == "ok"
        assert amounts(lines[period], *_BOUNDS) == pytest.approx(amounts(shown, *_BOUNDS), abs=0.02)
    over = lines["2025-01"]
    assert set(amounts(over, *_BOUNDS)) == set(amounts(over, "closed"))
    assert year["definitions"]["p50"]["meaning"]


async def test_a_year_further_ahead_than_the_run_reaches_is_not_foretold(world: World) -> None:
    await an_organisation(world)
    await predict(world)

    year = await world.get("/v1/forecast/executive", year="2026")

    first, last = year["quarters"][0], year["quarters"][3]
    assert (first["state"], last["state"], last["p50"]) == ("ok", "insufficient_history", None)


async def test_a_range_of_figures_has_the_prediction_among_its_methods(world: World) -> None:
    await an_organisation(world)
    before = await _method(world)
    await predict(world)

    shown = await _method(world)

    assert (before["state"], before["amount"]) == ("insufficient_history", None)
    assert shown["amount"] == (await predicted(world))["mean"]
    assert shown["accuracy_url"] == "/v1/forecast/accuracy"


async def _method(world: World) -> dict[str, Any]:
    figures = await world.get("/v1/forecast/figures", period="2025-Q1")
    found: dict[str, Any] = figures["methods"][-1]
    assert found["method"] == "predicted"
    return found
