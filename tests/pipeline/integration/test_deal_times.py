"""Stages fall due, deals rot and close dates pass: at their instant, told once, in working days."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.pipeline.due import DUE
from shared.agenda.due_work import do_due_work
from shared.contracts.events.gateway_organisation import OrganisationChanged
from shared.contracts.events.leads_activity import ActivityArchived, ActivityChanged, ActivityLogged
from shared.contracts.identity import Identity
from tests.pipeline.integration.world import (
    ANY,
    MANAGER,
    NOW,
    OTHER_REP,
    REP,
    Json,
    World,
    days,
    iso,
    named,
    told,
)

LATER = timedelta(microseconds=1)


async def sales(world: World, **first: Any) -> Json:
    """A pipeline whose first stage is given two working days."""
    first = {"name": "Talk", "target_days": 2, **first}
    stages = [first, {"name": "Offer", "target_days": 1}, {"name": "Contract"}]
    return await world.post("/v1/pipelines", {"name": "Sales", "stages": stages})


async def silent(world: World, **first: Any) -> Json:
    """A pipeline in whose first stage deals go stale after three working days of silence."""
    return await sales(world, **{"target_days": None, "rotting_days": 3, **first})


async def opened(world: World, pipeline: Json, by: Identity = REP, **fields: Any) -> Json:
    deal = await world.deal(by, pipeline_id=pipeline["id"], **fields)
    await world.work_off()
    return await world.get(f"/v1/deals/{deal['id']}")


async def at(world: World, instant: datetime) -> None:
    world.now = instant
    await world.work_off()


async def seen(world: World, deal: Json) -> Json:
    return await world.get(f"/v1/deals/{deal['id']}")


async def edit(world: World, deal: Json, **fields: Any) -> None:
    seen_now = {"If-Match": f'"{(await seen(world, deal))["version"]}"'}
    answer = await world.send("PATCH", f"/v1/deals/{deal['id']}", REP, json=fields, headers=seen_now)
    assert answer.status_code == 200, answer.text


async def struck(world: World, deal: Json) -> list[tuple[str, str]]:
    """What was told of its times, and when that was."""
    times = ("stage_overdue", "rotten", "close_overdue")
    told = [(each["type"].rsplit(".", 1)[1], each["time"]) for each in await world.events(deal["id"])]
    return [each for each in told if each[0] in times]


def activity(deal: Json | None, **fields: Any) -> ActivityLogged:
    deal_id = None if deal is None else UUID(deal["id"])
    return ActivityLogged(
        activity_id=named("call"), activity_type="call", created_at=NOW, deal_id=deal_id, **fields
    )


async def test_a_stage_is_due_after_its_working_days_and_told_once_at_that_instant(world: World) -> None:
    deal = await opened(world, await sales(world))
    due = NOW + days(2)

    await at(world, due - LATER)
    before = await struck(world, deal)
    await at(world, due)
    await at(world, due + days(1))

    assert deal["due_at"] == iso(due)
    assert (deal["stage_overdue"], before) == (False, [])
    assert await struck(world, deal) == [("stage_overdue", iso(due))]
    assert (await seen(world, deal))["stage_overdue"] is True


async def test_the_fact_names_the_owner_and_who_answers_for_the_stage(world: World) -> None:
    pipeline = await sales(world)
    stage = pipeline["stages"][0]["id"]
    supervisor = str(named("manager"))
    await world.send(
        "PUT", f"/v1/pipelines/{pipeline['id']}/supervisors", headers=ANY,
        json={"items": [{"stage_id": stage, "supervisor_id": supervisor}]},
    )  # fmt: skip
    deal = await opened(world, pipeline)

    await at(world, NOW + days(2))

    overdue = (await world.events(deal["id"]))[-1]["data"]
    assert overdue["due_at"] == iso(NOW + days(2))
    assert overdue["owner_id"] == REP.sub
    assert (
        overdue["supervisor_id"]
        == (await world.get(f"/v1/pipelines/{pipeline['id']}"))["stages"][0]["supervisor_id"]
    )


async def test_a_move_is_due_anew_and_the_stay_before_keeps_its_deadline(world: World) -> None:
    deal = await opened(world, await sales(world))
    world.now = NOW + days(1)
    await world.post(f"/v1/deals/{deal['id']}/stage", {"stage": "Offer"}, REP)

    await at(world, NOW + days(2))
    in_time = await struck(world, deal)
    await world.post(f"/v1/deals/{deal['id']}/stage", {"stage": "Contract"}, REP)
    await at(world, NOW + days(9))

    assert (in_time, await struck(world, deal)) == ([("stage_overdue", iso(NOW + days(2)))], [
        ("stage_overdue", iso(NOW + days(2)))
    ])  # fmt: skip
    assert (await seen(world, deal))["due_at"] is None
    history = await world.get(f"/v1/deals/{deal['id']}/history")
    assert [(each["due_at"], each["in_time"]) for each in history["passages"]] == [
        (iso(NOW + days(2)), True),
        (iso(NOW + days(2)), True),
        (None, None),
    ]


async def test_more_days_for_a_stage_count_for_the_deals_in_it_and_what_was_told_is_not_told_again(
    world: World,
) -> None:
    pipeline = await sales(world)
    deal = await opened(world, pipeline)
    await at(world, NOW + days(2))

    kept = [{"id": each["id"], "name": each["name"]} for each in pipeline["stages"]]
    kept[0]["target_days"] = 4
    first = {"If-Match": '"1"'}
    answer = await world.send(
        "PATCH", f"/v1/pipelines/{pipeline['id']}", json={"stages": kept}, headers=first
    )
    assert answer.status_code == 200, answer.text
    await world.work_off()
    more = await seen(world, deal)
    await at(world, NOW + days(5))

    assert (more["due_at"], more["stage_overdue"]) == (iso(NOW + days(4)), False)
    assert [what for what, _ in await struck(world, deal)] == ["stage_overdue"]
    assert (await seen(world, deal))["stage_overdue"] is True


async def test_a_day_that_is_closed_moves_what_is_due(world: World) -> None:
    deal = await opened(world, await sales(world))
    closed = OrganisationChanged(
        organisation_id=named("organisation"),
        name="Dealstream",
        base_currency="EUR",
        time_zone="Europe/Berlin",
        closed_days=(date(2027, 3, 2),),
        changed=("closed_days",),
    )

    await world.consume(told(closed, closed.organisation_id, sequence=2))
    await at(world, NOW + days(2))

    assert (await seen(world, deal))["due_at"] == iso(NOW + days(3))
    assert await struck(world, deal) == []


async def test_what_was_over_before_a_deal_came_is_shown_and_not_told(world: World) -> None:
    pipeline = await silent(world, target_days=2)
    past = {"created_at": iso(NOW - days(30)), "expected_close": "2027-02-01"}

    deal = await opened(world, pipeline, MANAGER, **past)
    await at(world, NOW + days(9))

    assert (deal["stage_overdue"], deal["overdue"], deal["rotten_at"] is not None) == (True, True, True)
    assert await struck(world, deal) == []


async def test_a_deal_nobody_touches_rots_and_a_touch_makes_it_fresh(world: World) -> None:
    deal = await opened(world, await silent(world))
    await at(world, NOW + days(3))
    rotten = await seen(world, deal)

    await edit(world, deal, name="New")
    await at(world, NOW + days(3))
    fresh = await seen(world, deal)
    await at(world, NOW + days(8))

    assert (rotten["rotten_at"], rotten["last_touch"]["kind"]) == (iso(NOW + days(3)), "opened")
    assert (fresh["rotten_at"], fresh["touched_at"]) == (None, iso(NOW + days(3)))
    assert (fresh["last_touch"]["kind"], fresh["last_touch"]["by"]) == ("changed", REP.sub)
    assert await struck(world, deal) == [
        ("rotten", iso(NOW + days(3))),
        ("rotten", iso(NOW + days(8))),
    ]


async def test_an_import_is_no_touch(world: World) -> None:
    pipeline = await silent(world)
    item = {"name": "A", "pipeline_id": pipeline["id"], "source_system": "crm", "external_id": "1"}
    await world.post("/v1/deals/batch", {"items": [item]}, MANAGER)
    await at(world, NOW + days(1))
    await world.post("/v1/deals/batch", {"items": [{**item, "name": "B"}]}, MANAGER)
    await world.work_off()

    (deal,) = (await world.get("/v1/deals"))["items"]

    assert (deal["name"], deal["touched_at"]) == ("B", iso(NOW))


async def test_a_done_activity_touches_and_a_planned_one_snoozes(world: World) -> None:
    deal = await opened(world, await silent(world))
    planned = activity(deal, due_at=NOW + days(7))
    await world.consume(told(planned, planned.activity_id))
    await at(world, NOW + days(4))
    snoozed = await seen(world, deal)

    done = ActivityChanged(**{**planned.model_dump(), "done_at": NOW + days(4), "owner_id": UUID(REP.sub)})
    await world.consume(told(done, done.activity_id, sequence=2, time=NOW + days(4)))
    await world.work_off()
    touched = await seen(world, deal)

    assert (snoozed["snoozed_until"], snoozed["rots_at"]) == (iso(NOW + days(7)), iso(NOW + days(7)))
    assert await struck(world, deal) == []
    assert (touched["touched_at"], touched["snoozed_until"]) == (iso(NOW + days(4)), None)
    assert touched["last_touch"] == {"kind": "activity", "id": str(done.activity_id), "by": REP.sub}


async def test_what_is_planned_and_not_done_snoozes_only_until_then(world: World) -> None:
    deal = await opened(world, await silent(world))
    planned = activity(deal, due_at=NOW + days(7))
    await world.consume(told(planned, planned.activity_id))

    await at(world, NOW + days(7))

    assert await struck(world, deal) == [("rotten", iso(NOW + days(7)))]


async def test_a_planned_activity_makes_a_rotten_deal_fresh_until_it_is_put_away(world: World) -> None:
    deal = await opened(world, await silent(world))
    await at(world, NOW + days(3))
    planned = activity(deal, due_at=NOW + days(7))
    await world.consume(told(planned, planned.activity_id, time=world.now))
    await world.work_off()
    snoozed = await seen(world, deal)

    away = ActivityArchived(**{**planned.model_dump(), "archived_at": world.now})
    await world.consume(told(away, away.activity_id, sequence=2, time=world.now))
    await world.work_off()

    assert (snoozed["rotten_at"], (await seen(world, deal))["rotten_at"]) == (None, iso(NOW + days(3)))


async def test_a_next_step_ahead_snoozes_too(world: World) -> None:
    deal = await opened(world, await silent(world))
    await edit(world, deal, next_step="Call", next_step_at=iso(NOW + days(10)))

    await at(world, NOW + days(4))

    assert (await seen(world, deal))["rots_at"] == iso(NOW + days(10))
    assert await struck(world, deal) == []


async def test_a_close_date_that_passes_is_told_at_the_turn_of_the_organisations_day(world: World) -> None:
    pipeline = await sales(world, target_days=None)
    deal = await opened(world, pipeline, expected_close="2027-03-03")
    midnight = datetime(2027, 3, 3, 23, tzinfo=UTC)  # in Berlin

    await at(world, midnight - LATER)
    before = (await world.get("/v1/deals", overdue="true"))["items"]
    await at(world, midnight)
    await at(world, midnight + days(9))

    assert (before, await struck(world, deal)) == ([], [("close_overdue", iso(midnight))])
    assert [each["id"] for each in (await world.get("/v1/deals", overdue="true"))["items"]] == [deal["id"]]


async def test_a_close_date_put_off_is_counted_and_told_again_when_it_passes(world: World) -> None:
    pipeline = await sales(world, target_days=None)
    deal = await opened(world, pipeline, expected_close="2027-03-03")
    await at(world, NOW + days(4))
    for later in ("2027-03-10", "2027-03-08", "2027-03-12"):
        await edit(world, deal, expected_close=later)
    await at(world, NOW + days(20))

    last = await seen(world, deal)
    told_of = [what for what, _ in await struck(world, deal)]
    pushed = (await world.get("/v1/deals", close_pushes="gte:2"))["items"]
    history = (await world.get(f"/v1/deals/{deal['id']}/history"))["changes"]

    assert (last["close_pushes"], last["close_days_pushed"]) == (2, 11)
    assert last["first_expected_close"] == "2027-03-03"
    assert (told_of, len(pushed)) == (["close_overdue", "close_overdue"], 1)
    counts = [each["fields"].get("close_pushes") for each in history]
    assert [each["to"] for each in counts if each] == [1, 2]


async def test_nothing_comes_for_a_deal_that_is_closed(world: World) -> None:
    deal = await opened(world, await silent(world, target_days=2), expected_close="2027-03-02")
    await world.post(f"/v1/deals/{deal['id']}/win", {}, REP)

    await at(world, NOW + days(20))

    closed = await seen(world, deal)
    assert await struck(world, deal) == []
    assert (closed["due_at"], closed["rots_at"], closed["overdue"]) == (None, None, False)


async def test_a_deal_taken_up_again_is_due_anew(world: World) -> None:
    deal = await opened(world, await sales(world))
    await at(world, NOW + days(2))
    await world.post(f"/v1/deals/{deal['id']}/lose", {"reason": "Price"}, REP)
    await world.post(f"/v1/deals/{deal['id']}/reopen", {}, REP)

    await at(world, NOW + days(9))

    told_of = [each for each in await struck(world, deal) if each[0] == "stage_overdue"]
    assert told_of == [("stage_overdue", iso(NOW + days(2))), ("stage_overdue", iso(NOW + days(4)))]


async def test_deals_are_listed_by_what_is_due_first(world: World) -> None:
    pipeline = await sales(world)
    first = await opened(world, pipeline)
    world.now += timedelta(hours=1)
    second = await opened(world, pipeline, OTHER_REP)

    due = await world.get("/v1/deals", sort="-due_at", due_at=f"gte:{iso(NOW)}")
    soon = await world.get("/v1/deals", due_at=f"lt:{iso(NOW + days(2) + timedelta(minutes=1))}")

    assert [each["id"] for each in due["items"]] == [second["id"], first["id"]]
    assert [each["id"] for each in soon["items"]] == [first["id"]]


async def test_a_touch_that_is_not_reckoned_yet_keeps_a_deal_from_being_called_rotten(world: World) -> None:
    deal = await opened(world, await silent(world))
    world.now = NOW + days(3) - LATER
    await edit(world, deal, name="Touched at the last moment")
    world.now = NOW + days(3)

    while await do_due_work(world.database, DUE, world.now):
        pass
    await at(world, NOW + days(4))

    assert await struck(world, deal) == []


async def test_two_workers_tell_of_each_deal_once(world: World) -> None:
    pipeline = await silent(world, target_days=2)
    deals = [await world.deal(REP, pipeline_id=pipeline["id"]) for _ in range(20)]
    await world.work_off()

    world.now = NOW + days(3)
    await asyncio.gather(*(world.work_off() for _ in range(4)))

    for deal in deals:
        assert [what for what, _ in await struck(world, deal)] == ["stage_overdue", "rotten"]
