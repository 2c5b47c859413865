"""Accounts and contacts: one standard, loaded again without effect, safe under edits from two sides."""

import asyncio
from uuid import uuid4

from tests.leads.integration.world import MANAGER, OTHER_REP, REP, World, euros


def loaded(name: str, **fields: object) -> dict[str, object]:
    return {"source_system": "crm", "external_id": name, "name": name, **fields}


async def test_an_account_is_made_changed_and_told(world: World) -> None:
    answer = await world.send(
        "POST", "/v1/accounts", json={"name": "Initech", "annual_revenue": euros("1200000"), "employees": 12}
    )
    path = answer.headers["location"]

    changed = await world.patch(path, {"industry": "software", "employees": None}, 1)

    assert answer.status_code == 201
    assert (changed["industry"], changed["employees"]) == ("software", None)
    assert changed["annual_revenue"] == euros("1200000.00")
    events = await world.events(changed["id"])
    assert [event["type"] for event in events] == ["leads.account.created", "leads.account.changed"]
    assert events[1]["data"]["changed"] == ["industry", "employees"]


async def test_loading_the_same_accounts_again_changes_nothing(world: World) -> None:
    items = [loaded(f"Company {n}", industry="medical", country="United States") for n in range(1000)]

    async with world.statements() as asked:
        first = await world.load("accounts", *items)
    second = await world.load("accounts", *items)
    third = await world.load("accounts", *(item | {"industry": "retail"} for item in items[:3]), *items[3:])

    assert len(asked) == 2
    assert {result["status"] for result in first} == {"created"}
    assert {result["status"] for result in second} == {"unchanged"}
    assert [result["id"] for result in second] == [result["id"] for result in first]
    assert [result["status"] for result in third[:4]] == ["updated"] * 3 + ["unchanged"]
    assert await world.count("outbox") == 1003
    total = await world.get("/v1/accounts", source_system="crm", limit=1, total="exact")
    assert total["total"] == 1000


async def test_what_a_later_load_does_not_name_stays(world: World) -> None:
    parent, child = await world.load("accounts", loaded("Parent"), loaded("Child"))
    await world.load("accounts", loaded("Child", parent_id=parent["id"]))

    again = await world.load("accounts", loaded("Parent"), loaded("Child"))

    assert [result["status"] for result in again] == ["unchanged"] * 2
    assert (await world.get(f"/v1/accounts/{child['id']}"))["parent_id"] == parent["id"]


async def test_one_bad_account_of_a_batch_fails_alone(world: World) -> None:
    results = await world.load(
        "accounts",
        loaded("Good"),
        {"name": ""},
        {"name": "X", "owner_id": str(uuid4())},
        {"name": "Y", "parent_id": str(uuid4())},
        {"name": "Z", "source_system": "crm"},
        {"name": "No origin"},
    )

    assert [result["status"] for result in results] == ["created"] + ["rejected"] * 4 + ["created"]
    pointers = [result["problem"]["errors"][0]["pointer"] for result in results[1:5]]
    assert pointers == ["/name", "/owner_id", "/parent_id", ""]


async def test_the_same_account_in_one_batch_is_one_account(world: World) -> None:
    results = await world.load("accounts", loaded("A"), loaded("A", industry="retail"), loaded("A"))

    assert [result["status"] for result in results] == ["created", "updated", "unchanged"]
    assert len({result["id"] for result in results}) == 1


async def test_an_account_cannot_lie_below_itself(world: World) -> None:
    top, middle = await world.load("accounts", loaded("Top"), loaded("Middle"))
    await world.patch(f"/v1/accounts/{middle['id']}", {"parent_id": top["id"]}, 1)

    path = f"/v1/accounts/{top['id']}"
    circle = await world.refusal("PATCH", path, {"parent_id": middle["id"]}, version=1)
    itself = await world.refusal("PATCH", path, {"parent_id": top["id"]}, version=1)
    (in_batch,) = await world.load("accounts", loaded("Top", parent_id=middle["id"]))

    assert circle == itself == (422, "validation_failed", [("/parent_id", "cycle")])
    assert in_batch["status"] == "rejected"


async def test_a_rep_sees_the_own_accounts_and_the_manager_the_teams(world: World) -> None:
    account = await world.post("/v1/accounts", {"name": "Initech"}, REP)

    assert (await world.get(f"/v1/accounts/{account['id']}", MANAGER))["owner_id"] == REP.sub
    assert (await world.refusal("GET", f"/v1/accounts/{account['id']}", by=OTHER_REP))[0] == 404


async def test_edits_of_two_fields_of_an_account_merge_and_of_one_conflict(world: World) -> None:
    account = await world.post("/v1/accounts", {"name": "Initech"})
    path = f"/v1/accounts/{account['id']}"
    await world.patch(path, {"industry": "software"}, 1)

    merged = await world.patch(path, {"country": "DE"}, 1)
    conflict = await world.refusal("PATCH", path, {"industry": "retail"}, version=1)

    assert (merged["industry"], merged["country"]) == ("software", "DE")
    assert conflict[:2] == (412, "version_conflict")


async def test_twenty_editors_of_different_accounts_fields_all_get_through(world: World) -> None:
    account = await world.post("/v1/accounts", {"name": "Initech"})
    path = f"/v1/accounts/{account['id']}"
    fields: list[dict[str, object]] = [
        {"industry": "software"},
        {"country": "DE"},
        {"website": "initech.example"},
        {"employees": 7},
        {"notes": "n"},
        {"phone": "+49171123456"},
    ]

    await asyncio.gather(*(world.patch(path, patch, 1) for patch in fields))

    after = await world.get(path)
    assert after["version"] == 1 + len(fields)
    assert all(after[name] == value for patch in fields for name, value in patch.items())


async def test_a_contact_is_kept_without_telling_anybody(world: World) -> None:
    account = await world.post("/v1/accounts", {"name": "Initech"}, REP)
    body = {
        "first_name": "Ann",
        "last_name": "Lee",
        "email": "ann@initech.example",
        "account_id": account["id"],
    }

    contact = await world.post("/v1/contacts", body, REP)
    changed = await world.patch(f"/v1/contacts/{contact['id']}", {"last_name": "Ray"}, 1, REP)

    assert (contact["name"], changed["name"]) == ("Ann Lee", "Ann Ray")
    assert await world.events(contact["id"]) == []


async def test_a_contact_of_an_account_one_may_not_see_is_refused(world: World) -> None:
    account = await world.post("/v1/accounts", {"name": "Initech"}, REP)
    body = {"name": "Ann", "account_id": account["id"]}

    assert (await world.refusal("POST", "/v1/contacts", body, OTHER_REP))[2] == [
        ("/account_id", "reference_unknown")
    ]
    (result,) = await world.load("contacts", body, by=OTHER_REP)
    assert result["status"] == "rejected"


async def test_contacts_are_loaded_again_without_effect(world: World) -> None:
    items = [loaded(f"p-{n}", email=f"p{n}@example.com") for n in range(200)]

    first = await world.load("contacts", *items)
    second = await world.load("contacts", *items)

    assert {result["status"] for result in first} == {"created"}
    assert {result["status"] for result in second} == {"unchanged"}
    found = await world.get("/v1/contacts", q="P17@EXAMPLE")
    assert [contact["email"] for contact in found["items"]] == ["p17@example.com"]
