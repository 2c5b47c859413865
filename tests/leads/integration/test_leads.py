"""Leads as members work with them."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.leads.integration.world import (
    DIRECTOR,
    MANAGER,
    NOW,
    OPS,
    OTHER_REP,
    REP,
    World,
    euros,
    iso,
    leaves,
    member,
    named,
)


async def test_a_new_lead_is_kept_with_everything_that_was_said(world: World) -> None:
    body = {
        "first_name": " Ann ",
        "last_name": "Lee",
        "company": "Initech",
        "email": "Ann.Lee@Example.COM",
        "country": "de",
        "phone": "0171 1234567",
        "expected_value": euros("1200.50"),
        "tags": ["hot", "hot", "fair"],
        "needs": "fewer spreadsheets",
        "attributes": {"visits": 3, "returning": True, "page": "pricing"},
        "job_title": "",
    }

    answer = await world.send("POST", "/v1/leads", json=body)
    lead = await world.get(f"/v1/leads/{answer.json()['id']}")

    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/leads/{lead['id']}"
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["x-event-position"] == f"leads.lead/{lead['id']}/1"
    assert answer.json() == lead
    assert lead["name"] == "Ann Lee"
    assert lead["email"] == "Ann.Lee@example.com"
    assert (lead["country"], lead["phone"]) == ("DE", "+491711234567")
    assert lead["expected_value"] == euros("1200.50")
    assert lead["tags"] == ["hot", "fair"]
    assert lead["needs"] == ["fewer spreadsheets"]
    assert lead["attributes"] == {"visits": 3, "returning": True, "page": "pricing"}
    assert lead["job_title"] is None
    assert (lead["status"], lead["score"], lead["score_state"]) == ("new", None, "no_model")


async def test_a_new_lead_is_one_statement_with_its_history_and_its_event(world: World) -> None:
    async with world.statements() as asked:
        lead = await world.lead(REP)

    history = await world.get(f"/v1/leads/{lead['id']}/history")
    (event,) = await world.events(lead["id"])
    assert len(asked) == 1
    assert [(step["what"], step["by"]) for step in history["items"]] == [("created", REP.sub)]
    assert (event["type"], event["sequence"], event["actor"]) == ("leads.lead.created", 1, REP.sub)


async def test_events_carry_nothing_personal(world: World) -> None:
    lead = await world.lead(name="Secret Person", email="secret@example.com", phone="+49171999888")
    await world.patch(f"/v1/leads/{lead['id']}", {"last_name": "Secretive"}, 1)

    told = str(await world.events())

    assert "ecret" not in told
    assert "49171999888" not in told


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "not an address", "email_invalid"),
        ("phone", "12", "phone_invalid"),
        ("phone", "0171 1234567", "phone_invalid"),
        ("name", "x" * 201, "too_long"),
        ("expected_value", {"amount": 1.5, "currency": "EUR"}, None),
        ("expected_value", {"amount": "1.5", "currency": "euro"}, None),
        ("expected_value", {"amount": "-1.5", "currency": "EUR"}, "negative_amount"),
        ("created_at", "2027-03-01T09:00:00", "time_zone_required"),
        ("owner_id", "somebody", "wrong_format"),
        ("colour", "red", "unknown_field"),
        ("tags", 7, None),
        ("name", 7, "wrong_type"),
    ],
)
async def test_a_wrong_value_is_refused_with_its_pointer(
    world: World, field: str, value: object, code: str | None
) -> None:
    status, problem, errors = await world.refusal("POST", "/v1/leads", {"name": "Ann", field: value})

    assert (status, problem) == (422, "validation_failed")
    assert errors[0][0].startswith(f"/{field}")
    assert code is None or errors[0][1] == code
    assert await world.count("lead") == 0


async def test_a_lead_that_nothing_names_is_refused(world: World) -> None:
    assert await world.refusal("POST", "/v1/leads", {"source": "web"}) == (
        422,
        "validation_failed",
        [("/name", "required")],
    )


async def test_a_lead_from_the_future_is_refused(world: World) -> None:
    body = {"name": "Ann", "created_at": iso(NOW + timedelta(seconds=1))}

    assert (await world.refusal("POST", "/v1/leads", body))[2] == [("/created_at", "in_the_future")]


async def test_a_rep_owns_the_leads_the_rep_makes(world: World) -> None:
    lead = await world.lead(REP)

    assert lead["owner_id"] == REP.sub
    assert lead["assignment"]["owner_id"] == REP.sub
    assert await world.refusal("POST", "/v1/leads", {"name": "A", "owner_id": OTHER_REP.sub}, REP) == (
        403,
        "forbidden",
        [],
    )


async def test_an_unknown_owner_is_refused(world: World) -> None:
    refusal = await world.refusal("POST", "/v1/leads", {"name": "Ann", "owner_id": str(uuid4())})

    assert refusal == (422, "reference_unknown", [("/owner_id", "reference_unknown")])


async def test_a_reference_of_another_system_is_taken_once(world: World) -> None:
    origin = {"source_system": "crm", "external_id": "7"}
    lead = await world.post("/v1/leads", {"name": "Ann", **origin})

    answer = await world.send("POST", "/v1/leads", json={"name": "Bob", **origin})

    assert answer.status_code == 409
    assert answer.json()["code"] == "external_id_taken"
    assert answer.json()["id"] == lead["id"]
    assert "x-event-position" not in answer.headers
    assert await world.count("outbox") == 1


async def test_the_same_key_makes_one_lead(world: World) -> None:
    first = await world.send("POST", "/v1/leads", json={"name": "Ann"}, headers={"Idempotency-Key": "k"})
    second = await world.send("POST", "/v1/leads", json={"name": "Ann"}, headers={"Idempotency-Key": "k"})

    assert second.headers["idempotency-replayed"] == "true"
    assert second.json() == first.json()
    assert await world.count("lead") == 1


async def test_everybody_sees_what_is_theirs_to_see(world: World) -> None:
    mine = await world.lead(REP)
    theirs = await world.lead(OTHER_REP)
    nobodys = await world.lead(DIRECTOR)

    async def seen(by: object) -> set[str]:
        return {item["id"] for item in (await world.get("/v1/leads", by))["items"]}  # type: ignore[arg-type]

    assert await seen(REP) == {mine["id"]}
    assert await seen(MANAGER) == {mine["id"], nobodys["id"]}
    assert await seen(DIRECTOR) == {mine["id"], theirs["id"], nobodys["id"]}
    assert await seen(OPS) == set()
    assert (await world.refusal("GET", f"/v1/leads/{theirs['id']}", by=REP))[:2] == (404, "lead_not_found")
    assert (await world.refusal("POST", f"/v1/leads/{theirs['id']}/qualify", {}, REP))[0] == 404


async def test_a_patch_changes_what_it_names_and_nothing_else(world: World) -> None:
    lead = await world.lead(company="Initech", phone="+49171123456", attributes={"a": 1, "b": 2})

    patch = {"company": None, "attributes": {"a": None, "c": 3}}
    changed = await world.patch(f"/v1/leads/{lead['id']}", patch, 1)

    assert (changed["company"], changed["phone"]) == (None, "+49171123456")
    assert changed["attributes"] == {"b": 2, "c": 3}
    assert changed["version"] == 2
    assert (await world.events(lead["id"]))[1]["data"]["changed"] == ["company", "attributes"]


async def test_a_patch_of_nothing_new_writes_nothing(world: World) -> None:
    lead = await world.lead(company="Initech")

    same = await world.patch(f"/v1/leads/{lead['id']}", {"company": " Initech "}, 1)

    assert same["version"] == 1
    assert len(await world.events(lead["id"])) == 1


async def test_a_national_number_in_a_patch_is_read_by_the_leads_country(world: World) -> None:
    lead = await world.lead(country="DE")

    changed = await world.patch(f"/v1/leads/{lead['id']}", {"phone": "0171 1234567"}, 1)

    assert changed["phone"] == "+491711234567"


async def test_a_name_made_of_parts_follows_them_and_a_given_one_stays(world: World) -> None:
    derived = await world.post("/v1/leads", {"first_name": "Ann", "last_name": "Lee"})
    given = await world.post("/v1/leads", {"name": "The Boss", "first_name": "Ann"})

    derived = await world.patch(f"/v1/leads/{derived['id']}", {"last_name": "Ray"}, 1)
    given = await world.patch(f"/v1/leads/{given['id']}", {"last_name": "Ray"}, 1)

    assert (derived["name"], given["name"]) == ("Ann Ray", "The Boss")


async def test_edits_of_different_fields_merge(world: World) -> None:
    lead = await world.lead()
    await world.patch(f"/v1/leads/{lead['id']}", {"company": "Initech"}, 1)

    merged = await world.patch(f"/v1/leads/{lead['id']}", {"phone": "+49171123456"}, 1)

    assert (merged["company"], merged["phone"], merged["version"]) == ("Initech", "+49171123456", 3)


async def test_an_edit_of_the_same_field_is_shown_with_base_theirs_and_yours(world: World) -> None:
    lead = await world.lead(company="Initrode")
    path = f"/v1/leads/{lead['id']}"
    await world.patch(path, {"company": "Initech"}, 1)
    await world.patch(path, {"company": "Initech Ltd"}, 2)

    answer = await world.send("PATCH", path, json={"company": "Mine"}, headers={"If-Match": '"1"'})

    assert answer.status_code == 412
    assert answer.json()["conflict"] == {
        "company": {"base": "Initrode", "theirs": "Initech Ltd", "yours": "Mine"}
    }


async def test_a_change_without_if_match_is_refused(world: World) -> None:
    lead = await world.lead()

    answer = await world.send("PATCH", f"/v1/leads/{lead['id']}", json={"company": "Initech"})

    assert (answer.status_code, answer.json()["code"]) == (428, "precondition_required")


async def test_a_lead_goes_from_new_to_qualified_and_its_history_says_so(world: World) -> None:
    lead = await world.lead(REP)
    world.now = NOW + timedelta(hours=1)

    qualified = await world.post(f"/v1/leads/{lead['id']}/qualify", by=REP)
    again = await world.refusal("POST", f"/v1/leads/{lead['id']}/qualify", {}, REP)

    history = (await world.get(f"/v1/leads/{lead['id']}/history"))["items"]
    assert (qualified["status"], qualified["qualified_at"]) == ("qualified", iso(world.now))
    assert again[:2] == (409, "lead_not_open")
    assert [step["what"] for step in history] == ["created", "qualified"]
    assert history[1]["details"]["changes"]["status"] == ["new", "qualified"]


async def test_a_lead_is_disqualified_with_a_reason(world: World) -> None:
    lead = await world.lead()
    path = f"/v1/leads/{lead['id']}/disqualify"

    assert (await world.refusal("POST", path, {}))[2] == [("/reason", "required")]
    assert (await world.refusal("POST", path, {"reason": "  "}))[2] == [("/reason", "too_short")]
    gone = await world.post(path, {"reason": "no budget"})

    assert (gone["status"], gone["disqualify_reason"]) == ("disqualified", "no budget")
    assert (await world.events(lead["id"]))[-1]["type"] == "leads.lead.disqualified"


async def test_the_caller_is_told_when_the_status_changed_meanwhile(world: World) -> None:
    lead = await world.lead()
    await world.post(f"/v1/leads/{lead['id']}/qualify")

    answer = await world.send(
        "POST", f"/v1/leads/{lead['id']}/disqualify", json={"reason": "no"}, headers={"If-Match": '"1"'}
    )

    assert (answer.status_code, answer.json()["code"]) == (412, "version_conflict")


async def test_a_lead_is_given_to_a_member_who_sees_it_from_then_on(world: World) -> None:
    lead = await world.lead()

    given = await world.post(f"/v1/leads/{lead['id']}/assign", {"owner_id": REP.sub})

    assert given["assignment"] == {"owner_id": REP.sub, "reason": "chosen by a member", "at": iso(NOW)}
    assert (await world.get(f"/v1/leads/{lead['id']}", REP))["id"] == lead["id"]
    assert (await world.events(lead["id"]))[-1]["type"] == "leads.lead.assigned"


async def test_who_left_cannot_be_given_leads(world: World) -> None:
    lead = await world.lead()
    await world.consume(leaves("rep", "rep"))

    refusal = await world.refusal("POST", f"/v1/leads/{lead['id']}/assign", {"owner_id": REP.sub})

    assert refusal == (422, "reference_unknown", [("/owner_id", "reference_unknown")])


async def test_reps_take_turns_and_a_manager_gives_only_to_the_own_teams(world: World) -> None:
    await world.consume(member("second rep", "rep", "north"), member("gone", "rep", "north", active=False))
    reps = sorted([named("rep"), named("other rep"), named("second rep")])
    owners = []
    for _ in range(4):
        world.now += timedelta(minutes=1)
        lead = await world.lead()
        owners.append((await world.post(f"/v1/leads/{lead['id']}/assign"))["owner_id"])

    mine = [
        (await world.post(f"/v1/leads/{(await world.lead())['id']}/assign", by=MANAGER))["owner_id"]
        for _ in range(3)
    ]

    assert owners == [str(rep) for rep in [*reps, reps[0]]]
    assert set(mine) == {str(named("rep")), str(named("second rep"))}


async def test_the_answer_says_why_it_is_this_reps_turn(world: World) -> None:
    lead = await world.lead()

    given = await world.post(f"/v1/leads/{lead['id']}/assign")

    assert given["assignment"]["reason"] == "next in turn: least recently assigned of 2 eligible reps"


async def test_nobody_in_turn_is_said(world: World) -> None:
    await world.consume(leaves("rep", "rep"))
    lead = await world.lead()

    refusal = await world.refusal("POST", f"/v1/leads/{lead['id']}/assign", {}, MANAGER)

    assert refusal[:2] == (409, "no_eligible_owner")
