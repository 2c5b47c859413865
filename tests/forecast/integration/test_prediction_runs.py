"""A run says what it learned from, what each method was worth, and how far chances were to be believed."""

from datetime import timedelta

import pytest

from services.forecast.prediction.domain.run import NIGHTLY, SUBJECT
from services.forecast.prediction.use_cases.request_prediction import request_nightly
from shared.agenda.domain import Due
from shared.agenda.planning import entries_of
from tests.forecast.builders import organisation
from tests.forecast.integration.predicting import OWNERS, TODAY, an_organisation, morning, predict
from tests.forecast.integration.world import World, who


async def test_a_run_tells_its_trials_and_how_far_its_chances_were_to_be_believed(world: World) -> None:
    await an_organisation(world)
    run = await predict(world)

    shown = await world.get(f"/v1/forecast/predictions/{run}")

    assert (shown["state"], shown["status"]) == ("ok", "done")
    assert sum(shown["weights"].values()) == pytest.approx(1)
    trial = shown["trials"][0]
    assert (trial["from"], trial["to"]) == ("2025-02-01", "2025-02-28")
    assert {"model", "last_period"} <= trial["foretold"].keys()
    assert 0 < shown["brier"] < 0.25
    well_filled = [each for each in shown["reliability"] if each["deals"] >= 200]
    assert all(abs(each["foretold"] - each["won"]) < 0.15 for each in well_filled)
    assert all(each >= shown["spread"] > 0 for each in shown["spread_of_parts"].values())
    assert shown["spread_of_parts"].keys() == {"team", "product", "owner"}


async def test_who_does_not_see_all_is_not_told_what_all_brought(world: World) -> None:
    await an_organisation(world)
    run = await predict(world)
    rep = who("own", OWNERS[0])

    asked = await world.get("/v1/forecast/prediction", rep, period="2025-Q1")

    assert asked["blend"]["weights"]
    assert asked["blend"]["foretold"] is None
    assert (await world.get(f"/v1/forecast/predictions/{run}", rep))["trials"] == []
    assert (await world.get("/v1/forecast/prediction", period="2025-Q1"))["blend"]["foretold"]


async def test_while_a_run_of_the_past_is_under_way_the_night_asks_again_soon(world: World) -> None:
    await an_organisation(world)
    await world.send("POST", "/v1/forecast/predictions", json={"as_of": "2025-01-01T00:00:00Z"})
    night = [Due(NIGHTLY, SUBJECT, world.now)]

    async with world.database.transaction() as connection:
        await request_nightly(connection, night, world.now)
        (planned,) = await entries_of(connection, NIGHTLY, [SUBJECT])

    assert planned.due_at - world.now == timedelta(minutes=5)


async def test_a_run_is_asked_for_by_post_and_there_is_one_at_a_time(world: World) -> None:
    await an_organisation(world)

    first = await world.send("POST", "/v1/forecast/predictions")
    second = await world.send("POST", "/v1/forecast/predictions")
    other = await world.send("POST", "/v1/forecast/predictions", json={"as_of": "2025-01-01T00:00:00Z"})
    waiting = await world.get(first.headers["Location"])
    await world.work_off()
    done = await world.get(first.headers["Location"])

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.headers["Location"] == second.headers["Location"]
    assert (waiting["status"], waiting["trials"]) == ("queued", [])
    assert (other.status_code, other.json()["code"]) == (409, "prediction_under_way")
    assert other.headers["Retry-After"]
    assert (done["status"], done["requested_by"]) == ("done", first.json()["requested_by"])


@pytest.mark.parametrize("as_of", ["2099-01-01T00:00:00Z", "0001-01-01T00:00:00Z"])
async def test_what_lies_ahead_or_before_all_history_cannot_be_asked_for(world: World, as_of: str) -> None:
    await world.consume(organisation())

    refused = await world.send("POST", "/v1/forecast/predictions", json={"as_of": as_of})

    assert (refused.status_code, refused.json()["code"]) == (422, "validation_failed")
    assert refused.json()["errors"][0]["pointer"] == "/as_of"


async def test_runs_are_listed_the_newest_first(world: World) -> None:
    await an_organisation(world)
    first = await predict(world)
    world.now = morning(TODAY + 1)
    second = await predict(world)

    items = (await world.get("/v1/forecast/predictions", who("own", "owner 1")))["items"]

    assert [each["id"] for each in items] == [str(second), str(first)]
    assert all(each["seconds"] > 0 for each in items)


async def test_an_unknown_run_is_not_there(world: World) -> None:
    answer = await world.send("GET", "/v1/forecast/predictions/01a20439-a5b1-7124-9a17-9381db2c9119")

    assert (answer.status_code, answer.json()["code"]) == (404, "prediction_not_found")
