"""What a period will bring, reckoned by the worker from the organisation's own past."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.forecast.prediction.domain import reckoning
from services.forecast.prediction.domain.run import RUN
from services.forecast.prediction.part import CHANGES
from services.forecast.prediction.use_cases.reckon_prediction import reckon_predictions
from services.forecast.prediction.use_cases.request_prediction import request_prediction
from shared.agenda.domain import Due
from shared.agenda.due_work import do_due_work
from tests.forecast.builders import at, deal_event, eur, named, organisation
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


async def test_a_new_organisation_is_told_what_it_lacks_and_no_number(world: World) -> None:
    await world.consume(organisation())
    await world.consume(
        deal_event("opened", time="2027-01-10"),
        deal_event("won", sequence=2, time="2027-02-01", status="won", closed_at=at("2027-02-01")),
    )
    await predict(world)

    shown = await predicted(world, period="2027-Q1")

    assert shown["state"] == "insufficient_history"
    assert {"what": "wins", "needed": 30, "present": 1} in shown["missing"]
    assert shown["closed"]["amount"] == "1000.00"
    assert [shown[name] for name in ("mean", "p10", "p50", "p90", "blend")] == [None] * 5


async def test_before_the_first_run_there_is_no_number_either(world: World) -> None:
    await world.consume(organisation())

    shown = await predicted(world, period="2027-Q1")

    assert (shown["state"], shown["missing"][0]["what"]) == ("insufficient_history", "run")


async def test_a_quarter_is_what_was_won_and_what_is_expected_of_open_and_new_deals(world: World) -> None:
    await an_organisation(world)
    await predict(world)

    shown = await predicted(world)

    assert shown["state"] == "ok"
    won, opened, new, mean = amounts(shown, "closed", "open_deals", "new_business", "mean")
    p10, p50, p90 = amounts(shown, "p10", "p50", "p90")
    assert won + opened + new == pytest.approx(mean, abs=0.02)
    assert 0 < won < p10 < p50 < p90
    assert p10 < mean < p90
    assert shown["rest"] == {"name": "2025-03-16..2025-03-31", "from": "2025-03-16", "to": "2025-03-31"}
    assert sum(shown["blend"]["weights"].values()) == pytest.approx(1)
    assert shown["definitions"]["p10"]["meaning"]
    assert shown["last_event_at"]


@pytest.mark.parametrize("group_by", ["owner", "team", "product"])
async def test_groups_add_up_to_the_whole_and_have_wider_ranges_of_their_own(
    world: World, group_by: str
) -> None:
    await an_organisation(world)
    await predict(world)

    shown = await predicted(world, group_by=group_by)

    for name in ("closed", "open_deals", "new_business", "mean"):
        parts = sum(amounts(each, name)[0] for each in shown["groups"])
        assert parts == pytest.approx(amounts(shown, name)[0], abs=0.05)
    whole = _width(shown)
    assert len(shown["groups"]) == {"owner": 3, "team": 2, "product": 3}[group_by]
    assert all(_width(each) > whole for each in shown["groups"])


def _width(figures: dict[str, object]) -> float:
    """Of what is not won yet."""
    p10, p90, mean, won = amounts(figures, "p10", "p90", "mean", "closed")
    return (p90 - p10) / (mean - won)


async def test_a_rep_sees_the_own_part_alone(world: World) -> None:
    await an_organisation(world)
    await predict(world)

    mine = await predicted(world, who("own", OWNERS[1]))
    of_owner = await predicted(world, owner_id=str(named(OWNERS[1])))

    assert mine["mean"] == of_owner["mean"]
    assert mine["blend"]["weights"] == of_owner["blend"]["weights"]


async def test_a_deal_won_since_the_run_counts_as_won_and_no_longer_as_open(world: World) -> None:
    await an_organisation(world)
    await predict(world)
    before = await predicted(world)
    (best,) = await rows(
        world,
        "SELECT deal_id, owner_id, product_id FROM prediction_deal ORDER BY in_quarter * worth DESC LIMIT 1",
    )

    await _close(world, best.deal_id, best.owner_id)
    after = await predicted(world)

    assert amounts(after, "closed")[0] == pytest.approx(amounts(before, "closed")[0] + 1)
    assert after["deals"] == before["deals"] - 1
    assert amounts(after, "open_deals")[0] < amounts(before, "open_deals")[0]
    assert after["new_business"] == before["new_business"]


async def _close(world: World, deal_id: object, owner_id: object) -> None:
    won = deal_event(
        "won",
        sequence=1_000_000,
        time=world.now.strftime("%Y-%m-%dT%H:%M"),
        deal_id=deal_id,
        status="won",
        amount=eur(1),
        owner_id=owner_id,
        closed_at=world.now,
        created_at=morning(TODAY - 30),
        stage_entered_at=morning(TODAY - 30),
    )
    await world.project(won)


async def test_a_period_that_is_over_is_known_and_its_range_has_no_width(world: World) -> None:
    await an_organisation(world)

    shown = await predicted(world, period="2024-Q4")

    assert shown["state"] == "ok"
    assert shown["closed"] == shown["p10"] == shown["p50"] == shown["p90"] == shown["mean"]
    assert shown["rest"] is None


async def test_nothing_is_said_of_a_period_more_than_thirteen_months_ahead(world: World) -> None:
    await an_organisation(world)
    await predict(world)

    shown = await predicted(world, period="2026-Q3")

    assert (shown["state"], shown["missing"][0]["what"]) == ("insufficient_history", "days_ahead")


async def test_a_later_quarter_has_a_wider_range_and_more_new_business(world: World) -> None:
    await an_organisation(world)
    await predict(world)

    this, later = [await predicted(world, period=period) for period in ("2025-Q1", "2025-Q3")]

    assert amounts(later, "new_business")[0] > amounts(this, "new_business")[0]
    assert amounts(later, "closed") == [0.0]


async def test_a_run_of_the_past_answers_as_that_day_did(world: World) -> None:
    await an_organisation(world, TODAY - 30)
    await predict(world)
    then = await predicted(world)
    async with world.database.transaction() as connection:
        for table in ("deal_now", "deal_fact", "activity_now", "prediction_trial", "prediction_run"):
            await connection.execute(text(f"DELETE FROM {table}"))
    await an_organisation(world, TODAY)
    instant = morning(TODAY - 30)

    lacking = await predicted(world, as_of=instant.isoformat())
    await predict(world, as_of=instant)
    shown = await predicted(world, as_of=instant.isoformat())

    assert (lacking["state"], lacking["missing"][0]["what"]) == ("insufficient_history", "run")
    for name in ("closed", "mean", "p10", "p90"):
        assert amounts(shown, name)[0] == pytest.approx(amounts(then, name)[0], rel=1e-6)


async def test_a_worker_killed_in_the_middle_leaves_no_half_run_and_it_is_done_again(world: World) -> None:
    await an_organisation(world)
    killed = asyncio.create_task(predict(world))
    while not await rows(world, f"SELECT pg_terminate_backend(pid) {_RECKONING}"):
        await asyncio.sleep(0)

    with pytest.raises(DBAPIError):
        await killed
    before = await predicted(world)
    left = await rows(world, "SELECT status, (SELECT count(*) FROM prediction_deal) FROM prediction_run")
    await world.work_off()
    after = await predicted(world)

    assert (before["state"], before["missing"][0]["what"]) == ("insufficient_history", "run")
    assert left == [("queued", 0)]
    assert after["state"] == "ok"
    assert len(await rows(world, "SELECT id FROM prediction_run")) == 1


_RECKONING = """
FROM pg_stat_activity
WHERE datname = current_database() AND state = 'idle in transaction' AND query LIKE '%prediction_trial%'"""


async def test_a_run_is_seen_by_nobody_before_all_of_it_is_there(world: World) -> None:
    await an_organisation(world)
    first = await predict(world)
    async with world.database.transaction() as connection:
        second = await request_prediction(connection, None, now=world.now)

    async with world.database.transaction() as connection:
        await reckon_predictions(connection, [Due(RUN, second, world.now)], world.now)
        meanwhile = await predicted(world)
    after = await predicted(world)

    assert (meanwhile["run_id"], after["run_id"]) == (str(first), str(second))
    assert meanwhile["mean"] == after["mean"]


async def test_trials_of_the_past_are_walked_once_and_anew_only_when_the_past_is_told_anew(
    world: World,
) -> None:
    await an_organisation(world)
    await predict(world)
    walked = await rows(world, "SELECT starts_on, ends_on, reckoned_at FROM prediction_trial ORDER BY 1, 2")

    world.now = morning(TODAY + 1)
    await predict(world)
    kept = await rows(world, "SELECT starts_on, ends_on, reckoned_at FROM prediction_trial ORDER BY 1, 2")
    async with world.database.transaction() as connection:
        await connection.execute(
            text("UPDATE deal_now SET closed_at = closed_at - interval '20 days' WHERE status <> 'open'")
        )
    await predict(world)
    anew = await rows(world, "SELECT count(*) FROM prediction_trial WHERE reckoned_at = :now", now=world.now)

    assert walked
    assert kept == walked
    assert anew[0][0] > 0


async def test_a_long_walk_is_made_in_pieces_and_comes_to_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await an_organisation(world)
    first = await predict(world)
    at_once = await predicted(world)
    async with world.database.transaction() as connection:
        await connection.execute(text("DELETE FROM prediction_trial"))
    monkeypatch.setattr(reckoning, "WALK_SECONDS", 0.0)
    async with world.database.transaction() as connection:
        await request_prediction(connection, None, now=world.now)

    await do_due_work(world.database, {RUN: reckon_predictions}, world.now)
    begun = await rows(world, "SELECT count(DISTINCT starts_on) FROM prediction_trial")
    meanwhile = await predicted(world)
    await world.work_off()
    in_pieces = await predicted(world)

    assert begun == [(1,)]
    assert meanwhile["run_id"] == str(first) != in_pieces["run_id"]
    assert in_pieces["mean"] == at_once["mean"]


async def test_of_earlier_runs_only_the_first_of_each_month_and_week_keeps_its_chances(
    world: World,
) -> None:
    await an_organisation(world)
    runs = []
    for day in (TODAY - 2, TODAY, TODAY + 1, TODAY + 2, TODAY + 20, TODAY + 21):
        world.now = morning(day)
        runs.append(await predict(world))
        if day == TODAY:
            await predict(world, as_of=morning(TODAY - 5))

    kept = {row[0] for row in await rows(world, "SELECT DISTINCT run_id FROM prediction_deal")}
    heads = await rows(world, "SELECT id FROM prediction_run")

    assert {run for run in runs if run in kept} == {runs[0], runs[2], runs[4], runs[5]}
    assert set(runs) <= {row[0] for row in heads}


async def test_deals_that_changed_are_reckoned_anew_but_not_all_the_time(world: World) -> None:
    await an_organisation(world)
    await CHANGES.run(world.database, world.now)
    await world.work_off()
    (first,) = await rows(world, "SELECT id FROM prediction_run")
    await CHANGES.run(world.database, morning(TODAY + 1))
    assert len(await rows(world, "SELECT id FROM prediction_run")) == 1
    (best,) = await rows(world, "SELECT deal_id, owner_id FROM prediction_deal LIMIT 1")
    await _close(world, best.deal_id, best.owner_id)

    await CHANGES.run(world.database, world.now)
    at_once = await rows(world, "SELECT id FROM prediction_run")
    await CHANGES.run(world.database, morning(TODAY + 1))
    await world.work_off(at=morning(TODAY + 1))
    later = await rows(world, "SELECT id, open_deals FROM prediction_run ORDER BY requested_at")

    assert at_once == [first]
    assert len(later) == 2
    assert (
        later[1].open_deals
        == (await rows(world, "SELECT count(*) FROM prediction_deal WHERE run_id = :run", run=later[1].id))[
            0
        ][0]
    )
