"""Which deals are off their course, which stages were late or skipped, and how often stages are in time."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from shared.contracts.events.gateway_member import MemberChanged
from shared.contracts.events.leads_activity import ActivityLogged
from shared.contracts.identity import Identity
from tests.pipeline.integration.world import (
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


async def sales(world: World) -> Json:
    stages = [
        {"name": "Talk", "target_days": 2, "rotting_days": 3},
        {"name": "Needs", "target_days": 1},
        {"name": "Offer", "target_days": 1},
        {"name": "Contract"},
    ]
    return await world.post("/v1/pipelines", {"name": "Sales", "stages": stages})


async def opened(world: World, pipeline: Json, by: Identity = REP, **fields: Any) -> Json:
    deal = await world.deal(by, pipeline_id=pipeline["id"], **fields)
    await world.work_off()
    return deal


async def move(world: World, deal: Json, stage: str) -> None:
    await world.post(f"/v1/deals/{deal['id']}/stage", {"stage": stage})
    await world.work_off()


async def wait(world: World, count: float) -> None:
    world.now += days(count)
    await world.work_off()


async def the_manager_leads_north(world: World) -> None:
    manager = MemberChanged(
        member_id=named("manager"), role="manager", created_at=NOW, team_id=named("north"), active=True
    )
    await world.consume(told(manager, manager.member_id, sequence=2))


async def test_late_and_skipped_stages_name_who_answers_for_them(world: World) -> None:
    await the_manager_leads_north(world)
    deal = await opened(world, await sales(world))
    await wait(world, 3)
    await move(world, deal, "Contract")

    listed = (await world.get("/v1/deals/late-stages", MANAGER, sort="at"))["items"]
    late = (await world.get("/v1/deals/late-stages", state="late"))["items"]

    assert [(each["state"], each["stage"]) for each in listed] == [
        ("late", "Talk"),
        ("skipped", "Needs"),
        ("skipped", "Offer"),
    ]
    assert {each["accountable_id"] for each in listed} == {str(named("manager"))}
    assert (late[0]["due_at"], late[0]["business_days_late"]) == (iso(NOW + days(2)), 1.0)


async def test_skipped_stages_stay_known_when_the_deal_ends(world: World) -> None:
    deal = await opened(world, await sales(world))
    await move(world, deal, "Offer")
    await world.post(f"/v1/deals/{deal['id']}/win", {})
    await world.work_off()

    skipped = (await world.get("/v1/deals/late-stages", state="skipped"))["items"]

    assert [(each["stage"], each["status"]) for each in skipped] == [("Needs", "won")]


async def test_a_stage_that_was_visited_before_is_not_skipped(world: World) -> None:
    deal = await opened(world, await sales(world))
    for stage in ("Needs", "Offer", "Talk", "Offer"):
        await move(world, deal, stage)

    assert (await world.get("/v1/deals/late-stages"))["items"] == []


async def test_late_stages_of_others_are_not_shown(world: World) -> None:
    await opened(world, await sales(world))
    await wait(world, 3)

    assert len((await world.get("/v1/deals/late-stages", REP))["items"]) == 1
    assert (await world.get("/v1/deals/late-stages", OTHER_REP))["items"] == []


async def test_stale_deals_show_where_they_stand_against_their_norms(world: World) -> None:
    pipeline = await sales(world)
    stale = await opened(world, pipeline, expected_close="2027-03-02")
    call = ActivityLogged(
        activity_id=named("call"),
        activity_type="call",
        created_at=NOW,
        deal_id=UUID(stale["id"]),
        done_at=NOW + timedelta(hours=1),
        owner_id=UUID(REP.sub),
    )
    await world.consume(told(call, call.activity_id))
    await wait(world, 4)
    fresh = await opened(world, pipeline)

    items = (await world.get("/v1/deals/stale", REP))["items"]
    others = (await world.get("/v1/deals/stale", OTHER_REP))["items"]

    (item,) = items
    assert (item["id"], others) == (stale["id"], [])
    assert fresh["id"] != item["id"]
    assert item["reasons"] == ["rotten", "stage_overdue", "overdue", "no_next_step"]
    assert item["last_activity_at"] == iso(NOW + timedelta(hours=1))
    assert item["last_touch"] == {"kind": "activity", "id": str(named("call")), "by": REP.sub}
    assert (item["days_in_stage"], item["business_days_in_stage"], item["target_days"]) == (4.0, 4.0, 2)
    assert item["business_days_silent"] == 3.875
    assert (await world.get("/v1/deals/stale", has_next_step="true"))["items"] == []


async def test_the_rate_is_stages_done_in_time_by_stages_due_in_the_period(world: World) -> None:
    pipeline = await sales(world)
    in_time, late, running, lost, lost_late = [await opened(world, pipeline) for _ in range(5)]
    await world.post(f"/v1/deals/{lost['id']}/lose", {"reason": "Price"})
    await wait(world, 1)
    await move(world, in_time, "Contract")
    await wait(world, 2)
    await move(world, late, "Contract")
    await world.post(f"/v1/deals/{lost_late['id']}/lose", {"reason": "Price"})

    rate = await world.get("/v1/kpis/stage-on-time", period="2027-03", group_by="stage")
    before = await world.get("/v1/kpis/stage-on-time", period="2027-02")

    counts = {name: rate[name] for name in ("due", "met", "late", "running", "on_time_rate")}
    assert counts == {"due": 4, "met": 1, "late": 2, "running": 1, "on_time_rate": 0.25}
    assert running["id"]
    assert [(each["key"], each["due"]) for each in rate["groups"]] == [(pipeline["stages"][0]["id"], 4)]
    assert rate["definitions"]["on_time_rate"]["numerator"] == "Met"
    assert (before["due"], before["on_time_rate"]) == (0, None)
