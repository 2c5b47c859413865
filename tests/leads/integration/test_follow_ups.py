"""After the first contact follow-ups are planned by rule; what is not done in time is told and counted."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.leads.integration.world import NOW, OTHER_REP, REP, Json, World, iso, named

HOUR = timedelta(hours=1)


@pytest.fixture
async def rule(world: World) -> Json:
    """Two hours of work after the first contact an e-mail is due."""
    return await world.post(
        "/v1/reminder-rules",
        {"name": "Thanks", "type": "email", "subject": "Send the offer", "after_minutes": 120},
    )


async def spoken_with(world: World, at: datetime, by: Any = REP, **fields: Any) -> Json:
    """A lead somebody has called."""
    lead = await world.lead(by, **fields)
    await world.post("/v1/activities", {"type": "call", "lead_id": lead["id"], "done_at": iso(at)}, by)
    await world.work_off()
    return lead


async def planned_for(world: World, lead: Json) -> list[Json]:
    found: list[Json] = (await world.get("/v1/activities", lead_id=lead["id"], type="email"))["items"]
    return found


async def test_the_first_contact_plans_what_follows_for_the_owner(world: World, rule: Json) -> None:
    world.now = NOW + 6 * HOUR  # 16:00 in Berlin
    lead = await spoken_with(world, world.now)

    (follow_up,) = await planned_for(world, lead)

    assert (follow_up["subject"], follow_up["owner_id"]) == ("Send the offer", REP.sub)
    assert follow_up["due_at"] == "2027-03-02T09:00:00Z"
    assert (follow_up["source_system"], follow_up["external_id"]) == (
        "reminder-rules",
        f"{rule['id']}:{lead['id']}",
    )


async def test_a_rule_is_only_for_leads_for_which_its_condition_holds(world: World, rule: Json) -> None:
    await world.patch(f"/v1/reminder-rules/{rule['id']}", {"condition": "lead.source == 'fair'"}, version=1)

    assert len(await planned_for(world, await spoken_with(world, NOW, source="fair"))) == 1
    assert await planned_for(world, await spoken_with(world, NOW, source="web")) == []


async def test_a_contact_of_long_ago_plans_nothing(world: World, rule: Json) -> None:
    lead = await spoken_with(world, NOW - timedelta(days=30))

    assert await planned_for(world, lead) == []


async def test_what_is_not_done_in_time_is_told_once_with_its_owner(world: World, rule: Json) -> None:
    lead = await spoken_with(world, NOW)
    (follow_up,) = await planned_for(world, lead)

    for hours in (2, 3, 48):
        await world.work_off(at=NOW + hours * HOUR)

    told = [each for each in await world.events(follow_up["id"]) if each["type"] == "leads.activity.overdue"]
    assert [(each["time"], each["data"]["owner_id"]) for each in told] == [
        (iso(NOW + 2 * HOUR), str(named("rep")))
    ]


async def test_what_is_done_or_put_off_is_not_overdue(world: World, rule: Json) -> None:
    done, moved = (await spoken_with(world, NOW), await spoken_with(world, NOW))
    (first,), (second,) = await planned_for(world, done), await planned_for(world, moved)
    await world.patch(f"/v1/activities/{first['id']}", {"done_at": iso(NOW)}, version=1)
    await world.patch(f"/v1/activities/{second['id']}", {"due_at": iso(NOW + 5 * HOUR)}, version=1)

    await world.work_off(at=NOW + 4 * HOUR)
    types = [each["type"] for one in (first, second) for each in await world.events(one["id"])]
    assert "leads.activity.overdue" not in types

    await world.work_off(at=NOW + 5 * HOUR)
    assert (await world.events(second["id"]))[-1]["type"] == "leads.activity.overdue"


async def test_the_punctuality_of_follow_ups_is_measured(world: World, rule: Json) -> None:
    for minutes in (60, 120, 180, None):
        (follow_up,) = await planned_for(world, await spoken_with(world, NOW))
        if minutes is not None:
            done = {"done_at": iso(NOW + timedelta(minutes=minutes))}
            await world.patch(f"/v1/activities/{follow_up['id']}", done, version=1)
    await spoken_with(world, NOW, OTHER_REP)
    world.now = NOW + 24 * HOUR

    figures = await world.get("/v1/kpis/follow-up", period="2027-03", group_by="owner")

    assert (figures["due"], figures["done_in_time"], figures["done_late"], figures["open"]) == (5, 2, 1, 2)
    assert figures["punctuality"] == 0.4
    groups = {group["key"]: group["punctuality"] for group in figures["groups"]}
    assert groups == {REP.sub: 0.5, OTHER_REP.sub: 0}
    assert figures["definitions"]["punctuality"]["denominator"] == "Due"
    mine = await world.get("/v1/kpis/follow-up", OTHER_REP, period="2027-03")
    assert (mine["due"], mine["groups"]) == (1, [])
    assert (await world.get("/v1/kpis/follow-up", period="2026"))["punctuality"] is None
