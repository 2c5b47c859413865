"""A new lead is owed a first contact by a deadline, which is kept by the clock, told of and measured."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.leads.integration.world import (
    ANY,
    DIRECTOR,
    MANAGER,
    NOW,
    OTHER_REP,
    REP,
    Json,
    World,
    iso,
    leaves,
    named,
    pushed,
)

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
AFTER_A_WEEK = NOW + timedelta(days=7)


@pytest.fixture
async def quick(world: World) -> Json:
    """Leads from the fair are answered within ten minutes around the clock, with a warning after six."""
    return await world.post(
        "/v1/response-policies",
        {
            "name": "Fair",
            "condition": "lead.source == 'fair'",
            "minutes": 10,
            "counted": "always",
            "warn_before": 4,
            "position": 1,
        },
    )


async def a_fair_lead(world: World, by: Any = REP, **fields: Any) -> Json:
    """A lead of the fair whose clock runs."""
    lead = await world.lead(by, source="fair", **fields)
    await world.work_off()
    return await world.get(f"/v1/leads/{lead['id']}")


async def call(world: World, lead: Json, at: datetime, by: Any = REP) -> None:
    """Somebody spoke with the lead."""
    await world.post("/v1/activities", {"type": "call", "lead_id": lead["id"], "done_at": iso(at)}, by)


async def types_of(world: World, lead: Json) -> list[str]:
    return [event["type"].removeprefix("leads.lead.") for event in await world.events(lead["id"])]


async def test_a_new_lead_is_due_after_a_working_hour_unless_said_otherwise(world: World) -> None:
    world.now = datetime.fromisoformat("2027-03-05T15:30:00+00:00")  # Friday, 16:30 in Berlin
    lead = await world.lead(REP)

    await world.work_off()

    shown = await world.get(f"/v1/leads/{lead['id']}")
    assert shown["response_due_at"] == "2027-03-08T08:30:00Z"
    (clock,) = (await world.get(f"/v1/leads/{lead['id']}/response", REP))["clocks"]
    assert (clock["policy"], clock["owner_id"], clock["outcome"]) == (
        "Within a working hour",
        str(named("rep")),
        None,
    )


async def test_the_first_policy_whose_condition_holds_counts(world: World, quick: Json) -> None:
    lead = await a_fair_lead(world)

    assert lead["response_due_at"] == iso(NOW + 10 * MINUTE)
    (clock,) = (await world.get(f"/v1/leads/{lead['id']}/response"))["clocks"]
    assert clock["policy_id"] == quick["id"]


async def test_a_pushed_lead_has_a_clock_too(world: World, quick: Json) -> None:
    receipt = await world.push(pushed("a-1", source="fair"))

    await world.work_off()

    lead = await world.get(f"/v1/leads/{receipt['id']}")
    assert lead["response_due_at"] == iso(NOW + 10 * MINUTE)


async def test_what_nobody_has_spoken_with_is_a_breach_of_the_instant_it_was_due(
    world: World, quick: Json
) -> None:
    lead = await a_fair_lead(world)

    await world.work_off(at=NOW + 10 * MINUTE + timedelta(seconds=3))

    *_, told = await world.events(lead["id"])
    assert told["type"] == "leads.lead.response_breached"
    assert told["time"] == iso(NOW + 10 * MINUTE)
    assert told["data"]["owner_id"] == str(named("rep"))
    shown = await world.get(f"/v1/leads/{lead['id']}")
    assert shown["response_breached_at"] == iso(NOW + 10 * MINUTE)
    history = (await world.get(f"/v1/leads/{lead['id']}/history"))["items"]
    assert history[-1]["what"] == "response_breached" and history[-1]["by"] == "system"
    state = await world.get(f"/v1/leads/{lead['id']}/response")
    assert state["response_met"] is False and state["clocks"][0]["outcome"] == "breached"


async def test_nothing_happens_before_its_time_and_nothing_twice(world: World, quick: Json) -> None:
    lead = await a_fair_lead(world)

    await world.work_off(at=NOW + 6 * MINUTE - timedelta(seconds=1))
    assert "response_due_soon" not in await types_of(world, lead)
    await world.work_off(at=NOW + 6 * MINUTE)
    assert (await types_of(world, lead))[-1] == "response_due_soon"
    for minute in (10, 11, 60):
        await world.work_off(at=NOW + minute * MINUTE)

    assert (await types_of(world, lead)).count("response_breached") == 1
    assert (await types_of(world, lead)).count("response_due_soon") == 1


async def test_a_contact_in_time_stops_the_clock(world: World, quick: Json) -> None:
    lead = await a_fair_lead(world)
    world.now = NOW + 5 * MINUTE
    await call(world, lead, world.now)

    await world.work_off(at=AFTER_A_WEEK)

    assert {"response_breached", "response_due_soon"}.isdisjoint(await types_of(world, lead))
    state = await world.get(f"/v1/leads/{lead['id']}/response")
    assert (state["response_met"], state["minutes"], state["clocks"][0]["outcome"]) == (True, 5, "met")


async def test_a_contact_that_came_too_late_is_a_breach_with_an_answer(world: World, quick: Json) -> None:
    lead = await a_fair_lead(world)
    world.now = NOW + 30 * MINUTE
    await call(world, lead, world.now)

    await world.work_off()

    assert "response_breached" in await types_of(world, lead)
    state = await world.get(f"/v1/leads/{lead['id']}/response")
    (clock,) = state["clocks"]
    assert (state["response_met"], clock["outcome"], clock["answered_at"]) == (
        False,
        "breached",
        iso(world.now),
    )


async def test_a_contact_in_time_that_is_logged_late_takes_the_breach_back(world: World, quick: Json) -> None:
    lead = await a_fair_lead(world)
    world.now = NOW + HOUR
    await world.work_off()
    await call(world, lead, NOW + 8 * MINUTE)

    await world.work_off()

    shown = await world.get(f"/v1/leads/{lead['id']}")
    assert shown["response_breached_at"] is None
    assert (await world.get(f"/v1/leads/{lead['id']}/response"))["clocks"][0]["outcome"] == "met"
    assert (await types_of(world, lead))[-1] == "changed"


@pytest.mark.parametrize("step", ["disqualify", "qualify"])
async def test_a_decision_ends_the_clock(world: World, quick: Json, step: str) -> None:
    lead = await a_fair_lead(world)
    await world.post(f"/v1/leads/{lead['id']}/{step}", {"reason": "no"} if step == "disqualify" else {}, REP)

    await world.work_off(at=AFTER_A_WEEK)

    assert "response_breached" not in await types_of(world, lead)
    assert (await world.get(f"/v1/leads/{lead['id']}/response"))["clocks"][0]["outcome"] == "ended"


async def test_a_new_owner_has_the_whole_time_again(world: World, quick: Json) -> None:
    lead = await a_fair_lead(world)
    world.now = NOW + 9 * MINUTE
    await world.post(f"/v1/leads/{lead['id']}/assign", {"owner_id": str(named("other rep"))})
    await world.work_off()

    await world.work_off(at=NOW + 18 * MINUTE)
    assert "response_breached" not in await types_of(world, lead)
    await world.work_off(at=NOW + 19 * MINUTE)

    assert (await types_of(world, lead))[-1] == "response_breached"
    clocks = (await world.get(f"/v1/leads/{lead['id']}/response"))["clocks"]
    assert [(each["owner_id"], each["outcome"]) for each in clocks] == [
        (str(named("rep")), "replaced"),
        (str(named("other rep")), "breached"),
    ]


async def test_a_lead_nobody_answers_goes_to_another_rep_as_often_as_the_policy_says(
    world: World, quick: Json
) -> None:
    change = {"on_breach": "reassign", "max_reassignments": 1, "warn_before": None}
    await world.patch(f"/v1/response-policies/{quick['id']}", change, version=1)
    lead = await a_fair_lead(world)

    for minute in (10, 20, 30, 40):
        world.now = NOW + minute * MINUTE
        await world.work_off()

    shown = await world.get(f"/v1/leads/{lead['id']}")
    assert shown["owner_id"] == str(named("other rep"))
    assert shown["response_breached_at"] == iso(NOW + 20 * MINUTE)
    clocks = (await world.get(f"/v1/leads/{lead['id']}/response"))["clocks"]
    assert [(each["owner_id"], each["reassignments"], each["outcome"]) for each in clocks] == [
        (str(named("rep")), 0, "breached"),
        (str(named("other rep")), 1, "breached"),
    ]
    assert (await types_of(world, lead)).count("response_breached") == 2
    assert (await types_of(world, lead)).count("assigned") == 1
    assert (await world.get(f"/v1/leads/{lead['id']}/routing"))["latest"]["member_id"] == shown["owner_id"]


async def test_a_lead_stays_where_it_is_when_nobody_else_could_have_it(world: World, quick: Json) -> None:
    change = {"on_breach": "reassign", "warn_before": None}
    await world.patch(f"/v1/response-policies/{quick['id']}", change, version=1)
    lead = await a_fair_lead(world)
    await world.consume(leaves("other rep", "rep"))

    await world.work_off(at=NOW + 10 * MINUTE)

    shown = await world.get(f"/v1/leads/{lead['id']}")
    assert (shown["owner_id"], shown["response_breached_at"]) == (REP.sub, iso(NOW + 10 * MINUTE))


async def test_loaded_history_owes_nobody_an_answer(world: World, quick: Json) -> None:
    await world.load(
        "leads",
        {
            "name": "Old",
            "source": "fair",
            "source_system": "crm",
            "external_id": "1",
            "created_at": "2026-01-01T00:00:00Z",
        },
    )

    await world.work_off(at=AFTER_A_WEEK)

    (lead,) = (await world.get("/v1/leads", source="fair"))["items"]
    assert lead["response_due_at"] is None
    assert await world.count("response_clock") == 0


async def test_two_hundred_leads_need_no_more_statements_than_one(world: World) -> None:
    async def asked_for(number: int) -> int:
        await world.load("leads", *({"name": f"Lead {number}"} for number in range(number)))
        async with world.statements() as asked:
            await world.work_off()
        return len(asked)

    assert await asked_for(200) <= await asked_for(1) + 2
    assert await world.count("response_clock") == 201


async def test_without_a_policy_nothing_is_due(world: World) -> None:
    for policy in (await world.get("/v1/response-policies"))["items"]:
        answer = await world.send("DELETE", f"/v1/response-policies/{policy['id']}", headers=ANY)
        assert answer.status_code == 204

    lead = await world.lead(REP)
    await world.work_off(at=AFTER_A_WEEK)

    assert (await world.get(f"/v1/leads/{lead['id']}"))["response_due_at"] is None


async def test_overdue_leads_are_listed_the_longest_due_first(world: World, quick: Json) -> None:
    first = await a_fair_lead(world)
    world.now = NOW + 3 * MINUTE
    second = await a_fair_lead(world)
    other = await a_fair_lead(world, OTHER_REP)
    answered = await a_fair_lead(world)
    await call(world, answered, world.now)
    world.now = NOW + HOUR
    await world.work_off()

    mine = (await world.get("/v1/leads/overdue", REP))["items"]
    everybody = (await world.get("/v1/leads/overdue"))["items"]

    assert [item["id"] for item in mine] == [first["id"], second["id"]]
    assert (mine[0]["waiting_minutes"], mine[0]["overdue_minutes"]) == (60, 50)
    assert {item["id"] for item in everybody} == {first["id"], second["id"], other["id"]}


async def test_the_speed_to_lead_is_measured_with_its_definitions(world: World, quick: Json) -> None:
    for minutes in (1, 2, 3, 4, 20):
        world.now = NOW
        lead = await a_fair_lead(world)
        world.now = NOW + minutes * MINUTE
        await call(world, lead, world.now)
        await world.work_off()
    world.now = NOW + HOUR
    await a_fair_lead(world, OTHER_REP)

    figures = await world.get("/v1/kpis/speed-to-lead", period="2027-03", group_by="owner")

    assert (figures["received"], figures["contacted"], figures["state"]) == (6, 5, "ok")
    assert (figures["median_minutes"], figures["p90_minutes"]) == (3, 13.6)
    assert figures["median_business_minutes"] == 3
    assert (figures["due"], figures["met"], figures["breached"], figures["met_share"]) == (5, 4, 1, 0.8)
    groups = {group["key"]: group for group in figures["groups"]}
    assert groups[str(named("rep"))]["contacted"] == 5
    assert groups[str(named("other rep"))]["state"] == "insufficient_history"
    assert groups[str(named("other rep"))]["median_minutes"] is None
    assert groups[str(named("other rep"))]["met_share"] is None
    assert figures["definitions"]["met_share"]["denominator"] == "Due"
    whole = await world.get("/v1/kpis/speed-to-lead", period="2027-03")
    assert (whole["received"], whole["groups"]) == (6, [])
    seen = await world.get("/v1/kpis/speed-to-lead", OTHER_REP, period="2027-03", group_by="team")
    assert (seen["received"], [group["key"] for group in seen["groups"]]) == (1, [str(named("south"))])


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ({"condition": "lead.sorce == 'fair'"}, ("expression_invalid", ["/condition"])),
        ({"condition": "1 + 1"}, ("expression_invalid", ["/condition"])),
        ({"warn_before": 10}, ("validation_failed", ["/warn_before"])),
        ({"minutes": 0}, ("validation_failed", ["/minutes"])),
        ({"speed": 1}, ("validation_failed", ["/speed"])),
    ],
)
async def test_a_faulty_policy_is_refused(world: World, fault: Json, found: tuple[str, list[str]]) -> None:
    body = {"name": "New", "minutes": 10, **fault}

    status, code, errors = await world.refusal("POST", "/v1/response-policies", body)

    assert (status, code, [pointer for pointer, _ in errors]) == (422, *found)


async def test_policies_are_edited_by_version_and_have_names_of_their_own(world: World, quick: Json) -> None:
    path = f"/v1/response-policies/{quick['id']}"

    edited = await world.patch(path, {"minutes": 0.5, "warn_before": None}, version=1)
    assert (edited["minutes"], edited["warn_before"], edited["version"]) == (0.5, None, 2)
    assert (await world.refusal("PATCH", path, {"minutes": 3}, version=1))[:2] == (412, "version_conflict")
    taken = await world.refusal("POST", "/v1/response-policies", {"name": "Fair", "minutes": 1})
    assert taken[:2] == (409, "name_taken")
    lead = await a_fair_lead(world)
    assert lead["response_due_at"] == iso(NOW + timedelta(seconds=30))


async def test_nobody_sees_how_the_lead_of_another_was_answered(world: World, quick: Json) -> None:
    lead = await a_fair_lead(world)

    for caller, status in ((MANAGER, 200), (DIRECTOR, 200), (OTHER_REP, 404)):
        answer = await world.send("GET", f"/v1/leads/{lead['id']}/response", caller)
        assert answer.status_code == status
    assert UUID(lead["id"])
