"""Leads of a category go through its steps, each exactly once, until they leave it."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.leads.due import DUE
from shared.agenda.due_work import do_due_work
from tests.leads.integration.world import ANY, NOW, REP, World, iso, named

CALL = {"type": "call", "subject": "Ask how it goes", "days": 2}
MAIL = {"type": "email", "subject": "Send the price list", "hours": 3, "script": "Dear ..."}
DAY = timedelta(days=1)


async def plan(world: World, *steps: dict[str, Any], category: str = "price_problem") -> dict[str, Any]:
    body = {"name": f"Plan for {category}", "category": category, "steps": list(steps) or [MAIL, CALL]}
    return await world.post("/v1/nurture-plans", body)


async def put(world: World, lead: dict[str, Any], category: str | None) -> None:
    answer = await world.send(
        "PUT",
        f"/v1/leads/{lead['id']}/category",
        json={"category": category, "reason": "r"},
        headers=ANY,
    )
    assert answer.status_code == 200, answer.text
    await world.work_off()


async def entered(world: World, **fields: Any) -> dict[str, Any]:
    lead = await world.lead(REP, **fields)
    await world.work_off()
    await put(world, lead, "price_problem")
    return lead


async def steps(world: World, lead: dict[str, Any]) -> list[tuple[str, str | None]]:
    nurture = await world.get(f"/v1/leads/{lead['id']}/nurture")
    return [(step["state"], step["why"]) for step in nurture["items"][0]["steps"]]


async def activities(world: World, lead: dict[str, Any]) -> list[dict[str, Any]]:
    listed = await world.get("/v1/activities", lead_id=lead["id"], sort="due_at")
    found: list[dict[str, Any]] = listed["items"]
    return found


async def test_entering_a_category_plans_the_steps_and_each_becomes_an_activity_when_due(
    world: World,
) -> None:
    await plan(world)
    lead = await entered(world)
    assert await steps(world, lead) == [("planned", None), ("planned", None)]
    assert await activities(world, lead) == []

    await world.work_off(at=NOW + timedelta(hours=3))
    (mail,) = await activities(world, lead)
    assert (mail["type"], mail["subject"], mail["notes"]) == ("email", "Send the price list", "Dear ...")
    assert (mail["due_at"], mail["done_at"]) == (iso(NOW + timedelta(hours=3)), None)
    assert mail["owner_id"] == lead["owner_id"]

    await world.work_off(at=NOW + 2 * DAY)
    await world.patch(f"/v1/activities/{mail['id']}", {"done_at": iso(NOW)}, mail["version"], REP)
    assert await steps(world, lead) == [("done", None), ("created", None)]
    nurture = await world.get(f"/v1/leads/{lead['id']}/nurture")
    assert (nurture["running"], nurture["items"][0]["ended_why"]) == (False, "complete")


async def test_a_new_lead_that_a_rule_puts_into_the_category_is_nurtured(world: World) -> None:
    await plan(world)
    rule = {"name": "r", "category": "price_problem", "condition": "'expensive' in lead.tags"}
    await world.post("/v1/category-rules", rule)

    lead = await world.lead(tags=["expensive"])
    await world.work_off()

    assert await steps(world, lead) == [("planned", None), ("planned", None)]


async def test_leaving_the_category_cancels_the_rest_and_keeps_what_is_there(world: World) -> None:
    await plan(world)
    lead = await entered(world)
    await world.work_off(at=NOW + timedelta(hours=3))

    await put(world, lead, "other")
    await world.work_off(at=NOW + 9 * DAY)

    assert await steps(world, lead) == [("created", None), ("cancelled", "the lead left the category")]
    assert len(await activities(world, lead)) == 1


@pytest.mark.parametrize(
    ("end", "body", "why"),
    [
        ("disqualify", {"reason": "no budget"}, "the lead is disqualified"),
        ("outcome", {"converted": True, "at": iso(NOW)}, "the lead is converted"),
    ],
)
async def test_a_lead_that_ends_is_nurtured_no_more(
    world: World, end: str, body: dict[str, Any], why: str
) -> None:
    await plan(world)
    lead = await entered(world)

    await world.post(f"/v1/leads/{lead['id']}/{end}", body)
    await world.work_off(at=NOW + 9 * DAY)

    assert await steps(world, lead) == [("cancelled", why)] * 2
    assert await activities(world, lead) == []


async def test_an_archived_lead_is_nurtured_no_more(world: World) -> None:
    await plan(world)
    lead = await entered(world)

    assert (await world.send("DELETE", f"/v1/leads/{lead['id']}", headers=ANY)).status_code == 204
    await world.work_off(at=NOW + 9 * DAY)

    assert await activities(world, lead) == []


async def test_a_lead_not_to_be_pursued_is_nurtured_no_more(world: World) -> None:
    await plan(world)
    lead = await entered(world)

    path = f"/v1/leads/{lead['id']}/do-not-pursue"
    await world.send("PUT", path, json={"reason": "pays late"}, headers=ANY)
    await world.work_off()

    assert await steps(world, lead) == [("cancelled", "the lead is not to be pursued")] * 2


async def test_nurture_is_stopped_by_hand(world: World) -> None:
    await plan(world)
    lead = await entered(world)
    path = f"/v1/leads/{lead['id']}/nurture/stop"

    nurture = await world.post(path, {"reason": "asked us to"}, REP)

    assert nurture["running"] is False
    assert {step["why"] for step in nurture["items"][0]["steps"]} == {"stopped: asked us to"}
    assert (await world.refusal("POST", path, {"reason": "again"}, REP))[:2] == (409, "state_conflict")
    await world.work_off(at=NOW + 9 * DAY)
    assert await activities(world, lead) == []


async def test_leads_keep_the_steps_they_began_when_the_plan_changes(world: World) -> None:
    made = await plan(world, CALL)
    early = await entered(world)

    later = {**CALL, "subject": "Something new"}
    await world.patch(f"/v1/nurture-plans/{made['id']}", {"steps": [later]}, 1)
    late = await entered(world)
    await world.work_off(at=NOW + 2 * DAY)

    subjects = [(await activities(world, lead))[0]["subject"] for lead in (early, late)]
    assert subjects == ["Ask how it goes", "Something new"]


async def test_the_owner_at_that_time_gets_the_step(world: World) -> None:
    await plan(world, CALL)
    lead = await world.lead(REP)
    await world.work_off()
    await put(world, lead, "price_problem")
    others = "other rep"

    await world.post(f"/v1/leads/{lead['id']}/assign", {"owner_id": str(named(others))})
    await world.work_off(at=NOW + 2 * DAY)

    (call,) = await activities(world, lead)
    assert call["owner_id"] == str(named(others))


async def test_working_days_skip_the_weekend(world: World) -> None:
    world.now = datetime(2027, 3, 5, 9, tzinfo=NOW.tzinfo)
    await plan(world, {**CALL, "days": 1, "working_days": True})
    lead = await world.lead(REP)
    await world.work_off()
    await put(world, lead, "price_problem")

    nurture = await world.get(f"/v1/leads/{lead['id']}/nurture")

    assert nurture["items"][0]["steps"][0]["due_at"] == "2027-03-08T09:00:00Z"


async def test_history_of_another_system_is_not_nurtured(world: World) -> None:
    await plan(world)
    history = {
        "name": "Old",
        "source_system": "crm",
        "external_id": "1",
        "created_at": iso(NOW - 90 * DAY),
        "category": "price_problem",
    }

    (loaded,) = await world.load("leads", history)
    await world.work_off()

    assert (await world.get(f"/v1/leads/{loaded['id']}/nurture"))["items"] == []


async def test_each_step_is_made_once_though_several_workers_look(world: World) -> None:
    await plan(world, CALL)
    leads = [await world.lead(REP) for _ in range(12)]
    items = [{"lead_id": lead["id"], "category": "price_problem", "reason": "r"} for lead in leads]
    await world.post("/v1/leads/categorise-batch", {"items": items})
    await world.work_off()

    async def work() -> None:
        while await do_due_work(world.database, DUE, NOW + 2 * DAY, most=3):
            pass

    await asyncio.gather(*(work() for _ in range(4)))

    counts = [len(await activities(world, lead)) for lead in leads]
    assert counts == [1] * 12


async def test_a_category_has_one_active_plan(world: World) -> None:
    made = await plan(world)
    body = {"name": "Another", "category": "price_problem", "steps": [CALL]}
    assert (await world.refusal("POST", "/v1/nurture-plans", body))[:2] == (409, "name_taken")

    gone = await world.send("DELETE", f"/v1/nurture-plans/{made['id']}", headers={"If-Match": '"1"'})

    assert gone.status_code == 204
    assert (await world.post("/v1/nurture-plans", body))["category"] == "price_problem"
    wrong = {**body, "category": "no_such"}
    assert (await world.refusal("POST", "/v1/nurture-plans", wrong))[1] == "category_unknown"
    empty = {**body, "steps": []}
    assert (await world.refusal("POST", "/v1/nurture-plans", empty))[0] == 422
