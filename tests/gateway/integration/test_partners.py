"""Partners and their keys."""

import json
from datetime import UTC, datetime, timedelta
from importlib import import_module
from uuid import UUID

from sqlalchemy import delete, select, text

from services.gateway.tables import MESSAGING
from shared.contracts.catalogue import decode
from shared.contracts.events.gateway_partner import PartnerChanged
from tests.gateway.integration.world import World, problem


async def test_a_key_opens_what_partners_may_do_and_no_more(world: World) -> None:
    partner, key = await world.add_partner("Opener")

    by_header = await world.client({"X-Api-Key": key["api_key"]}).get("/v1/me")
    by_bearer = await world.client({"Authorization": f"Bearer {key['api_key']}"}).get("/v1/me")
    members = await world.client({"X-Api-Key": key["api_key"]}).get("/v1/members")

    assert by_header.json()["id"] == by_bearer.json()["id"] == partner["id"]
    assert by_header.json()["scope"] == "partner"
    problem(members, 403, "forbidden")


async def test_client_credentials_give_a_token_that_dies_with_the_key(world: World) -> None:
    partner, key = await world.add_partner("Client")
    form = {"grant_type": "client_credentials", "client_id": key["id"], "client_secret": key["secret"]}
    answer = (await world.client().post("/v1/auth/token", data=form)).json()
    client = world.client({"Authorization": f"Bearer {answer['access_token']}"})
    assert (await client.get("/v1/me")).status_code == 200
    admin = await world.as_admin()

    await admin.delete(f"/v1/partners/{partner['id']}/keys/{key['id']}")

    assert "refresh_token" not in answer
    problem(await client.get("/v1/me"), 401, "invalid_credentials")
    problem(await world.client({"X-Api-Key": key["api_key"]}).get("/v1/me"), 401, "invalid_credentials")


async def test_a_wrong_secret_an_unknown_key_and_no_key_get_the_same_answer(world: World) -> None:
    _, key = await world.add_partner("Guessed")
    text = key["api_key"]
    guesses = [text[:-1] + ("a" if text[-1] != "a" else "b"), "dsk_0000000000000000_" + "a" * 43, "dsk_x"]

    answers = [
        problem(await world.client({"X-Api-Key": guess}).get("/v1/me"), 401, "invalid_credentials")
        for guess in guesses
    ]

    assert len({answer["detail"] for answer in answers}) == 1


async def test_two_keys_may_be_open_so_that_one_can_be_changed(world: World) -> None:
    partner, first = await world.add_partner("Rotating")
    admin = await world.as_admin()
    path = f"/v1/partners/{partner['id']}/keys"
    second = (await admin.post(path, json={"name": "second"})).json()
    problem(await admin.post(path, json={"name": "third"}), 409, "too_many_keys")

    assert (await world.client({"X-Api-Key": second["api_key"]}).get("/v1/me")).status_code == 200
    assert (await admin.delete(f"{path}/{first['id']}")).status_code == 204
    assert (await world.client({"X-Api-Key": second["api_key"]}).get("/v1/me")).status_code == 200
    assert (await admin.post(path, json={"name": "third"})).status_code == 201


async def test_a_key_is_shown_once_and_stored_as_a_hash(world: World) -> None:
    partner, key = await world.add_partner("Hidden")
    admin = await world.as_admin()

    listed = (await admin.get(f"/v1/partners/{partner['id']}/keys")).text
    async with world.database.reading() as connection:
        rows = await connection.exec_driver_sql("SELECT api_key::text FROM api_key")
        stored = rows.scalars().all()

    assert key["id"] in listed
    assert key["secret"] not in listed
    assert not [row for row in stored if key["secret"] in row]


async def test_a_narrowed_key_cannot_do_the_rest(world: World) -> None:
    partner, _ = await world.add_partner("Narrow")
    admin = await world.as_admin()
    path = f"/v1/partners/{partner['id']}/keys"
    key = (await admin.post(path, json={"name": "push only", "permissions": ["partner_leads:write"]})).json()

    problem(await world.client({"X-Api-Key": key["api_key"]}).get("/v1/events"), 403, "forbidden")
    wrong = await admin.post(path, json={"name": "greedy", "permissions": ["members:write"]})
    assert wrong.status_code in (409, 422)


async def test_a_key_that_partners_cannot_have_or_that_is_over_is_refused(world: World) -> None:
    admin = await world.as_admin()
    partner = (await admin.post("/v1/partners", json={"name": "Wrong wishes"})).json()
    path = f"/v1/partners/{partner['id']}/keys"
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()

    greedy = await admin.post(path, json={"name": "greedy", "permissions": ["members:write"]})
    over = await admin.post(path, json={"name": "over", "expires_at": yesterday})

    assert problem(greedy, 422, "validation_failed")["errors"][0]["pointer"] == "/permissions/0"
    assert problem(over, 422, "validation_failed")["errors"][0]["pointer"] == "/expires_at"


async def test_an_inactive_partner_is_out_with_the_next_request(world: World) -> None:
    partner, key = await world.add_partner("Ended")
    client = world.client({"X-Api-Key": key["api_key"]})
    assert (await client.get("/v1/me")).status_code == 200
    admin = await world.as_admin()

    await admin.patch(f"/v1/partners/{partner['id']}", json={"active": False}, headers={"If-Match": '"1"'})

    problem(await client.get("/v1/me"), 401, "invalid_credentials")


async def test_a_partners_name_is_taken_whatever_its_case(world: World) -> None:
    await world.add_partner("Taken")
    admin = await world.as_admin()

    problem(await admin.post("/v1/partners", json={"name": "TAKEN"}), 409, "name_taken")


async def test_a_key_says_when_it_was_last_used(world: World) -> None:
    partner, key = await world.add_partner("Used")
    await world.client({"X-Api-Key": key["api_key"]}).get("/v1/me")
    admin = await world.as_admin()

    listed = (await admin.get(f"/v1/partners/{partner['id']}/keys")).json()["items"]

    assert listed[0]["last_used_at"] is not None


async def test_only_those_who_govern_see_keys(world: World) -> None:
    partner, _ = await world.add_partner("Private")
    director = await world.as_role("director")

    assert (await director.get("/v1/partners")).status_code == 200
    problem(await director.get(f"/v1/partners/{partner['id']}/keys"), 403, "forbidden")


async def test_what_a_partner_is_said_to_have_is_kept_and_told(world: World) -> None:
    admin = await world.as_admin()
    body = {"name": "Dealer", "kind": "dealer", "contract_starts_on": "2027-01-01"}
    made = (await admin.post("/v1/partners", json=body)).json()
    path = f"/v1/partners/{made['id']}"

    changed = await admin.patch(path, json={"contract_ends_on": "2027-12-31"}, headers={"If-Match": '"1"'})
    same = await admin.patch(path, json={"kind": "dealer"}, headers={"If-Match": '"2"'})
    backwards = await admin.patch(path, json={"contract_ends_on": "2026-12-31"}, headers={"If-Match": '"2"'})

    assert body.items() <= made.items()
    assert (changed.json()["version"], same.json()["version"]) == (2, 2)
    assert problem(backwards, 422, "validation_failed")["errors"][0]["pointer"] == "/contract_ends_on"
    listed = (await admin.get("/v1/partners", params={"kind": "dealer"})).json()["items"]
    assert [each["id"] for each in listed] == [made["id"]]
    async with world.database.reading() as connection:
        query = "SELECT envelope FROM outbox WHERE aggregate_id = '{}' ORDER BY id".format(made["id"])
        facts = [row[0] for row in await connection.exec_driver_sql(query)]
    assert [(each["type"], each["sequence"]) for each in facts] == [
        ("gateway.partner.added", 1),
        ("gateway.partner.changed", 2),
    ]
    assert facts[1]["data"]["contract_ends_on"] == "2027-12-31"


async def test_partners_from_before_they_were_told_of_are_told_of_once(world: World) -> None:
    partner, _ = await world.add_partner("Old hands")
    tell = text(import_module("services.gateway.migrations.versions.0005_partners_told").TELL)
    mine = MESSAGING.outbox.c.aggregate_id == UUID(partner["id"])

    async with world.database.transaction() as connection:
        await connection.execute(delete(MESSAGING.outbox).where(mine))
        await connection.execute(tell)
        await connection.execute(tell)
        written = list(await connection.scalars(select(MESSAGING.outbox.c.envelope).where(mine)))

    (envelope,) = written
    _, event = decode(json.dumps(envelope))
    assert isinstance(event, PartnerChanged)
    assert (str(event.partner_id), event.name, event.active) == (partner["id"], "Old hands", True)
    assert event.created_at.isoformat().replace("+00:00", "Z") == partner["created_at"]
