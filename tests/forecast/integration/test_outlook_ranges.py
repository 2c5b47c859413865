"""P10, P50 and P90 stand beside what is committed."""

import pytest

from tests.forecast.builders import named, organisation
from tests.forecast.integration.predicting import OWNERS, amounts, an_organisation, predict, predicted
from tests.forecast.integration.world import World

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
