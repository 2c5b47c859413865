"""Whose record it is decides who may renew it; and whom a caller may name as its owner."""

import pytest

from shared.contracts.identity import Identity
from tests.leads.integration.importing import imported, rows_of
from tests.leads.integration.world import DIRECTOR, MANAGER, OTHER_REP, REP, Json, World, who

THINGS = ("leads", "accounts", "contacts", "activities")
TAKEN = (409, "external_id_taken", [("/external_id", "external_id_taken")])
FORBIDDEN = (403, "forbidden", [("/owner_id", "forbidden")])
ADMIN = who("director", "admin", "all")


def thing(things: str, **fields: object) -> Json:
    """What one of these things needs at least."""
    needed = {"type": "task", "subject": "Greeted"} if things == "activities" else {"name": "Initech"}
    return {**needed, **fields}


def loaded(things: str, **fields: object) -> Json:
    return thing(things, source_system="crm", external_id="1", **fields)


def problem_of(result: Json) -> tuple[int, str, list[tuple[str, str]]]:
    problem = result["problem"]
    errors = [(error["pointer"], error["code"]) for error in problem["errors"]]
    return problem["status"], problem["code"], errors


@pytest.mark.parametrize("things", THINGS)
async def test_anothers_record_is_not_renewed_by_naming_its_key(world: World, things: str) -> None:
    (mine,) = await world.load(things, loaded(things, owner_id=OTHER_REP.sub))

    (taken,) = await world.load(things, loaded(things), by=REP)
    (by_manager,) = await world.load(things, loaded(things, owner_id=MANAGER.sub), by=MANAGER)

    assert (taken["status"], taken["id"], problem_of(taken)) == ("rejected", None, TAKEN)
    assert problem_of(by_manager) == TAKEN
    kept = await world.get(f"/v1/{things}/{mine['id']}")
    assert (kept["owner_id"], kept["version"]) == (OTHER_REP.sub, 1)


@pytest.mark.parametrize("things", THINGS)
async def test_ones_own_record_is_renewed_beside_anothers(world: World, things: str) -> None:
    await world.load(things, loaded(things, owner_id=OTHER_REP.sub))
    items = [loaded(things), *[{**loaded(things), "external_id": "2"}] * 2]

    results = await world.load(things, *items, by=REP)

    assert [result["status"] for result in results] == ["rejected", "created", "unchanged"]


@pytest.mark.parametrize("things", THINGS)
async def test_a_taken_key_does_not_tell_whose_record_has_it(world: World, things: str) -> None:
    (record,) = await world.load(things, loaded(things, owner_id=OTHER_REP.sub))

    hidden = await world.send("POST", f"/v1/{things}", REP, json=loaded(things))
    seen = await world.send("POST", f"/v1/{things}", DIRECTOR, json=loaded(things))

    assert (hidden.status_code, hidden.json()["code"]) == (409, "external_id_taken")
    assert record["id"] not in hidden.text
    assert seen.json()["id"] == record["id"]


async def test_a_lead_loaded_by_two_at_once_is_kept_by_who_was_first(world: World) -> None:
    stream = b'{"source_system": "crm", "external_id": "1", "name": "Ann"}\n'
    headers = {"content-type": "application/x-ndjson"}
    first = await world.send("POST", "/v1/leads/batch", OTHER_REP, content=stream, headers=headers)
    second = await world.send("POST", "/v1/leads/batch", REP, content=stream, headers=headers)

    assert first.json()["status"] == "created"
    assert problem_of(second.json()) == TAKEN


@pytest.mark.parametrize("things", THINGS)
async def test_a_manager_makes_records_for_the_own_teams_only(world: World, things: str) -> None:
    own = await world.post(f"/v1/{things}", thing(things, owner_id=REP.sub), MANAGER)
    others = await world.refusal("POST", f"/v1/{things}", thing(things, owner_id=OTHER_REP.sub), MANAGER)
    anybodys = await world.post(f"/v1/{things}", thing(things, owner_id=OTHER_REP.sub), ADMIN)

    assert (own["owner_id"], anybodys["owner_id"]) == (REP.sub, OTHER_REP.sub)
    assert others == FORBIDDEN


@pytest.mark.parametrize("things", THINGS)
async def test_a_managers_batch_names_the_own_teams_only(world: World, things: str) -> None:
    owners = (REP.sub, OTHER_REP.sub, MANAGER.sub)
    items = [thing(things, owner_id=owner) for owner in owners]

    async with world.statements() as asked:
        results = await world.load(things, *items, by=MANAGER)

    assert [result["status"] for result in results] == ["created", "rejected", "created"]
    assert problem_of(results[1]) == FORBIDDEN
    assert (
        len(
            [
                each
                for each in asked
                if "SELECT known_member.id, known_member.team_id" in each.replace("\n", "")
            ]
        )
        == 1
    )


@pytest.mark.parametrize("things", ("accounts", "contacts", "activities"))
async def test_a_manager_gives_records_to_the_own_teams_only(world: World, things: str) -> None:
    record = await world.post(f"/v1/{things}", thing(things, owner_id=REP.sub))
    path = f"/v1/{things}/{record['id']}"

    refused = await world.refusal("PATCH", path, {"owner_id": OTHER_REP.sub}, MANAGER, version=1)
    given = await world.patch(path, {"owner_id": MANAGER.sub}, 1, MANAGER)
    away = await world.patch(path, {"owner_id": OTHER_REP.sub}, 2, DIRECTOR)

    assert refused == FORBIDDEN
    assert (given["owner_id"], away["owner_id"]) == (MANAGER.sub, OTHER_REP.sub)


@pytest.mark.parametrize("things", ("accounts", "contacts", "activities"))
@pytest.mark.parametrize("owner", [OTHER_REP.sub, None])
async def test_a_rep_gives_own_records_to_nobody(world: World, things: str, owner: str | None) -> None:
    record = await world.post(f"/v1/{things}", thing(things), REP)
    path = f"/v1/{things}/{record['id']}"

    refused = await world.refusal("PATCH", path, {"owner_id": owner}, REP, version=1)
    kept = await world.patch(path, {"owner_id": REP.sub}, 1, REP)

    assert refused == FORBIDDEN
    assert (kept["owner_id"], kept["version"]) == (REP.sub, 1)


async def test_a_rep_does_not_edit_whose_lead_it_is(world: World) -> None:
    lead = await world.lead(REP)

    status, _, errors = await world.refusal(
        "PATCH", f"/v1/leads/{lead['id']}", {"owner_id": OTHER_REP.sub}, REP, version=lead["version"]
    )

    assert (status, errors[0][0]) == (422, "/owner_id")


@pytest.mark.parametrize("things", THINGS)
async def test_a_rep_gives_nothing_away_by_loading_it_again(world: World, things: str) -> None:
    (mine,) = await world.load(things, loaded(things), by=REP)

    (refused,) = await world.load(things, loaded(things, owner_id=OTHER_REP.sub), by=REP)

    assert (refused["status"], refused["problem"]["code"]) == ("rejected", "forbidden")
    assert (await world.get(f"/v1/{things}/{mine['id']}"))["owner_id"] == REP.sub


@pytest.mark.parametrize(
    ("kind", "header", "row", "mapping"),
    [
        ("leads", "Name,Owner", "Ann", {"Name": "name", "Owner": "owner_id"}),
        ("accounts", "Name,Owner", "Initech", {"Name": "name", "Owner": "owner_id"}),
        ("contacts", "Name,Owner", "Ann", {"Name": "name", "Owner": "owner_id"}),
    ],
)
async def test_a_reps_file_gives_nothing_to_others(
    world: World, kind: str, header: str, row: str, mapping: Json
) -> None:
    content = f"{header}\n{row},{OTHER_REP.sub}\n{row} too,{REP.sub}\n"

    job = await imported(world, content, REP, kind=kind, mapping=mapping)

    assert [each["status"] for each in await rows_of(world, job)] == ["rejected", "created"]


@pytest.mark.parametrize(("by", "status"), [(MANAGER, 403), (DIRECTOR, 200)])
async def test_leads_are_assigned_to_whom_the_caller_may_name(
    world: World, by: Identity, status: int
) -> None:
    lead, other = await world.lead(owner_id=REP.sub), await world.lead(owner_id=REP.sub)
    wanted = {"owner_id": OTHER_REP.sub}

    one = await world.send(
        "POST", f"/v1/leads/{lead['id']}/assign", by, json=wanted, headers={"If-Match": "*"}
    )
    many = await world.post("/v1/leads/assign-batch", {"items": [{"lead_id": other["id"], **wanted}]}, by)

    assert one.status_code == status
    (result,) = many["items"]
    assert (result["problem"] or {"status": 200})["status"] == status


async def test_a_managers_file_names_the_own_teams_only(world: World) -> None:
    content = f"Name,Owner\nAnn,{REP.sub}\nBob,{OTHER_REP.sub}\n"
    mapping = {"Name": "name", "Owner": "owner_id"}

    job = await imported(world, content, MANAGER, mapping=mapping)
    constant = await imported(
        world, "Name\nCleo\n", MANAGER, options={"constants": {"owner_id": OTHER_REP.sub}}
    )

    rows = await rows_of(world, job)
    assert [row["status"] for row in rows] == ["created", "rejected"]
    assert [(error["column"], error["code"]) for error in rows[1]["errors"]] == [("Owner", "forbidden")]
    assert constant["counts"]["rejected"] == 1


async def test_the_owner_a_record_has_may_be_named_by_whoever_sees_it(world: World) -> None:
    account = await world.post("/v1/accounts", {"name": "Initech"})

    renamed = await world.patch(
        f"/v1/accounts/{account['id']}", {"owner_id": None, "name": "Initrode"}, 1, MANAGER
    )

    assert renamed["name"] == "Initrode"
