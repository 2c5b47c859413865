"""What is put away stays readable, is left out of lists, and comes back as it was."""

from typing import Any

import pytest

from tests.leads.integration.world import ANY, OTHER_REP, REP, Json, World, iso

KINDS = {
    "leads": {"name": "Ann Lee", "email": "ann@acme.example"},
    "accounts": {"name": "Acme"},
    "contacts": {"name": "Ann Lee"},
    "activities": {"type": "call", "subject": "First call"},
}


async def put_away(world: World, things: str, record_id: str) -> None:
    answer = await world.send("DELETE", f"/v1/{things}/{record_id}", headers=ANY)
    assert (answer.status_code, answer.content) == (204, b"")


async def listed(world: World, things: str, **params: Any) -> list[str]:
    return [item["id"] for item in (await world.get(f"/v1/{things}", **params))["items"]]


@pytest.mark.parametrize("things", KINDS)
async def test_what_is_put_away_leaves_the_lists_but_its_id_still_answers(world: World, things: str) -> None:
    made = await world.post(f"/v1/{things}", KINDS[things])

    await put_away(world, things, made["id"])

    assert await listed(world, things) == []
    assert await listed(world, things, archived_at="is:notnull") == [made["id"]]
    assert (await world.get(f"/v1/{things}/{made['id']}"))["archived_at"] == iso(world.now)


@pytest.mark.parametrize("things", KINDS)
async def test_what_is_brought_back_is_as_it_was(world: World, things: str) -> None:
    made = await world.post(f"/v1/{things}", KINDS[things])
    await put_away(world, things, made["id"])

    back = await world.post(f"/v1/{things}/{made['id']}/restore")

    assert back | {"version": 1} == made
    assert await listed(world, things) == [made["id"]]


@pytest.mark.parametrize("things", KINDS)
async def test_putting_away_twice_changes_nothing_more(world: World, things: str) -> None:
    made = await world.post(f"/v1/{things}", KINDS[things])

    await put_away(world, things, made["id"])
    await put_away(world, things, made["id"])

    assert (await world.get(f"/v1/{things}/{made['id']}"))["version"] == 2


@pytest.mark.parametrize(("things", "edit"), [("leads", {"city": "Ulm"}), ("accounts", {"phone": None})])
async def test_what_is_put_away_is_not_edited(world: World, things: str, edit: Json) -> None:
    made = await world.post(f"/v1/{things}", KINDS[things] | {"phone": "+49 30 901820"})
    await put_away(world, things, made["id"])

    answer = await world.refusal("PATCH", f"/v1/{things}/{made['id']}", edit, version=2)

    assert answer[:2] == (409, "record_archived")


async def test_a_lead_put_away_is_not_worked_on(world: World) -> None:
    lead = await world.qualified()
    await put_away(world, "leads", lead["id"])

    for step in ("convert", "assign"):
        answer = await world.refusal("POST", f"/v1/leads/{lead['id']}/{step}", {})
        assert answer[:2] == (409, "record_archived"), step


async def test_putting_away_needs_the_version_that_was_read(world: World) -> None:
    lead = await world.lead()

    assert (await world.send("DELETE", f"/v1/leads/{lead['id']}")).status_code == 428


async def test_another_reps_lead_is_not_there_to_be_put_away(world: World) -> None:
    lead = await world.lead(REP)

    answer = await world.send("DELETE", f"/v1/leads/{lead['id']}", OTHER_REP, headers=ANY)

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("things", "topic"),
    [("leads", "leads.lead"), ("accounts", "leads.account"), ("activities", "leads.activity")],
)
async def test_it_is_told_with_the_whole_state(world: World, things: str, topic: str) -> None:
    made = await world.post(f"/v1/{things}", KINDS[things])
    await put_away(world, things, made["id"])
    await world.post(f"/v1/{things}/{made['id']}/restore")

    _, archived, restored = await world.events(made["id"])

    assert (archived["type"], restored["type"]) == (f"{topic}.archived", f"{topic}.restored")
    assert archived["data"]["archived_at"] == iso(world.now)
    assert restored["data"]["archived_at"] is None


@pytest.mark.parametrize("things", KINDS)
async def test_loading_it_again_brings_it_back(world: World, things: str) -> None:
    item = KINDS[things] | {"source_system": "crm", "external_id": "1"}
    (first,) = await world.load(things, item)
    await put_away(world, things, first["id"])

    (again,) = await world.load(things, item)

    assert (again["status"], again["id"]) == ("updated", first["id"])
    assert await listed(world, things) == [first["id"]]


async def test_a_new_lead_does_not_point_at_one_put_away(world: World) -> None:
    old = await world.lead(email="ann@acme.example")
    await put_away(world, "leads", old["id"])

    receipt = await world.push({"external_id": "1", "name": "Ann", "email": "ann@acme.example"})

    assert receipt["status"] == "created"


async def test_a_conversion_makes_a_new_account_beside_one_put_away(world: World) -> None:
    account = await world.post("/v1/accounts", {"name": "Acme"})
    await put_away(world, "accounts", account["id"])
    lead = await world.qualified(company="ACME")

    converted = await world.post(f"/v1/leads/{lead['id']}/convert")

    assert converted["account_id"] != account["id"]
