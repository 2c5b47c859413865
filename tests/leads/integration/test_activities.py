"""Activities, and what they do to the leads they are about."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.leads.integration.world import DIRECTOR, NOW, OTHER_REP, REP, World, iso


async def test_the_first_call_makes_a_new_lead_contacted(world: World) -> None:
    lead = await world.lead(REP)
    called_at = NOW - timedelta(hours=2)

    body = {"type": "call", "lead_id": lead["id"], "subject": "Hello", "done_at": iso(called_at)}
    call = await world.post("/v1/activities", body, REP)

    contacted = await world.get(f"/v1/leads/{lead['id']}")
    (logged,) = await world.events(call["id"])
    assert call["owner_id"] == REP.sub
    assert (contacted["status"], contacted["first_contact_at"]) == ("contacted", iso(called_at))
    assert (await world.events(lead["id"]))[-1]["type"] == "leads.lead.contacted"
    assert (logged["type"], logged["data"]["activity_type"]) == ("leads.activity.logged", "call")
    assert logged["time"] == iso(called_at)
    assert "Hello" not in str(logged)


@pytest.mark.parametrize(
    "body",
    [
        {"type": "task", "done_at": iso(NOW)},
        {"type": "call"},
        {"type": "call", "due_at": iso(NOW)},
        {"type": "meeting", "started_at": iso(NOW + timedelta(days=1))},
    ],
)
async def test_tasks_and_plans_are_no_contact(world: World, body: dict[str, str]) -> None:
    lead = await world.lead()

    await world.post("/v1/activities", body | {"lead_id": lead["id"]})

    assert (await world.get(f"/v1/leads/{lead['id']}"))["status"] == "new"


async def test_a_planned_call_that_is_done_makes_the_lead_contacted(world: World) -> None:
    lead = await world.lead()
    call = await world.post("/v1/activities", {"type": "call", "lead_id": lead["id"]})

    done = await world.patch(f"/v1/activities/{call['id']}", {"done_at": iso(NOW)}, 1)

    assert done["version"] == 2
    assert (await world.get(f"/v1/leads/{lead['id']}"))["status"] == "contacted"


async def test_a_lead_that_is_further_on_stays_there(world: World) -> None:
    lead = await world.qualified()

    await world.post("/v1/activities", {"type": "visit", "lead_id": lead["id"], "done_at": iso(NOW)})

    assert (await world.get(f"/v1/leads/{lead['id']}"))["status"] == "qualified"


async def test_links_to_nothing_are_refused(world: World) -> None:
    lead = await world.lead(OTHER_REP)

    for field in ("lead_id", "account_id", "contact_id", "deal_id"):
        refusal = await world.refusal("POST", "/v1/activities", {"type": "call", field: str(uuid4())})
        assert refusal == (422, "reference_unknown", [(f"/{field}", "reference_unknown")])
    anothers = await world.refusal("POST", "/v1/activities", {"type": "call", "lead_id": lead["id"]}, REP)
    assert anothers[0] == 422
    assert await world.count("activity") == 0


async def test_it_cannot_end_before_it_starts(world: World) -> None:
    body = {"type": "call", "started_at": iso(NOW), "ended_at": iso(NOW - timedelta(minutes=1))}

    assert (await world.refusal("POST", "/v1/activities", body))[2] == [("/ended_at", "before_start")]


async def test_a_thousand_activities_are_a_handful_of_statements(world: World) -> None:
    created = await world.load("leads", *({"name": f"Lead {n}"} for n in range(500)))
    items = [
        {
            "type": "call",
            "lead_id": created[n % 500]["id"],
            "done_at": iso(NOW - timedelta(minutes=n)),
            "source_system": "dialler",
            "external_id": str(n),
        }
        for n in range(1000)
    ]

    async with world.statements() as asked:
        first = await world.load("activities", *items)
    second = await world.load("activities", *items)

    assert len(asked) == 7
    assert {result["status"] for result in first} == {"created"}
    assert {result["status"] for result in second} == {"unchanged"}
    lead = await world.get(f"/v1/leads/{created[0]['id']}")
    assert (lead["status"], lead["first_contact_at"]) == ("contacted", iso(NOW - timedelta(minutes=500)))


async def test_open_tasks_of_a_rep_by_due_date(world: World) -> None:
    for days in (2, 1, 3):
        await world.post("/v1/activities", {"type": "task", "due_at": iso(NOW + timedelta(days=days))}, REP)
    await world.post("/v1/activities", {"type": "task", "done_at": iso(NOW)}, REP)
    await world.post("/v1/activities", {"type": "task", "due_at": iso(NOW)}, DIRECTOR)

    page = await world.get("/v1/activities", REP, done_at="is:null", sort="due_at")

    assert [item["due_at"] for item in page["items"]] == [
        iso(NOW + timedelta(days=days)) for days in (1, 2, 3)
    ]


async def test_a_blank_subject_is_refused(world: World) -> None:
    body = {"type": "call", "subject": "   "}

    assert await world.refusal("POST", "/v1/activities", body) == (
        422,
        "validation_failed",
        [("/subject", "too_short")],
    )
