"""Members, teams and what happens to their sessions."""

import pytest

from tests.gateway.integration.world import ADMIN, PASSWORD, World, problem


async def test_a_member_taken_in_with_a_password_signs_in_at_once(world: World) -> None:
    made = await world.add_member("grace", "rep")
    client = await world.signed_in(made["email"])

    me = (await client.get("/v1/me")).json()

    assert (me["id"], me["role"], me["scope"], me["kind"]) == (made["id"], "rep", "own", "member")
    assert "leads:write" in me["permissions"]
    assert "members:write" not in me["permissions"]


async def test_an_invited_member_chooses_a_password_by_the_invitation_once(world: World) -> None:
    admin = await world.as_admin()
    body = {"name": "Invited", "email": "Invited@Example.com", "role": "rep"}
    member = (await admin.post("/v1/members", json=body)).json()
    invitation = (await admin.post(f"/v1/members/{member['id']}/invitation")).json()
    chosen = {"token": invitation["token"], "password": PASSWORD}

    accepted = await world.client().post("/v1/auth/accept-invitation", json=chosen)
    again = await world.client().post("/v1/auth/accept-invitation", json=chosen)

    assert (member["status"], member["email"]) == ("invited", "invited@example.com")
    assert accepted.status_code == 204
    problem(again, 410, "invitation_invalid")
    assert (await world.sign_in("invited@example.com", PASSWORD)).status_code == 200
    assert (await admin.get(f"/v1/members/{member['id']}")).json()["status"] == "active"


async def test_a_second_member_with_the_same_address_is_refused_whatever_its_case(world: World) -> None:
    made = await world.add_member("twin", "rep")
    admin = await world.as_admin()
    body = {"name": "Other", "email": "TWIN@example.com", "role": "rep"}

    refused = problem(await admin.post("/v1/members", json=body), 409, "email_taken")

    assert refused["errors"][0]["pointer"] == "/email"
    assert refused["id"] == made["id"]


async def test_an_inactive_member_is_out_with_the_next_request(world: World) -> None:
    made = await world.add_member("leaver", "rep")
    client = await world.signed_in(made["email"])
    assert (await client.get("/v1/me")).status_code == 200
    admin = await world.as_admin()

    changed = await admin.patch(
        f"/v1/members/{made['id']}", json={"active": False}, headers={"If-Match": '"1"'}
    )

    assert changed.json()["status"] == "inactive"
    problem(await client.get("/v1/me"), 401, "token_invalid")
    problem(await world.sign_in(made["email"], PASSWORD), 401, "invalid_credentials")


async def test_a_member_made_active_again_must_sign_in_anew(world: World) -> None:
    made = await world.add_member("boomerang", "rep")
    client = await world.signed_in(made["email"])
    admin = await world.as_admin()
    path = f"/v1/members/{made['id']}"
    await admin.patch(path, json={"active": False}, headers={"If-Match": '"1"'})
    await admin.patch(path, json={"active": True}, headers={"If-Match": '"2"'})

    problem(await client.get("/v1/me"), 401, "token_invalid")
    assert (await world.sign_in(made["email"], PASSWORD)).status_code == 200


async def test_a_changed_role_counts_with_the_next_request(world: World) -> None:
    made = await world.add_member("climber", "rep")
    client = await world.signed_in(made["email"])
    problem(await client.get("/v1/partners"), 403, "forbidden")
    admin = await world.as_admin()

    await admin.patch(f"/v1/members/{made['id']}", json={"role": "director"}, headers={"If-Match": '"1"'})

    assert (await client.get("/v1/partners")).status_code == 200


async def test_the_last_admin_stays_admin(world: World) -> None:
    admin = await world.as_admin()
    me = (await admin.get("/v1/me")).json()
    path, etag = f"/v1/members/{me['id']}", {"If-Match": f'"{me["version"]}"'}

    problem(await admin.patch(path, json={"role": "rep"}, headers=etag), 409, "last_admin")
    problem(await admin.patch(path, json={"active": False}, headers=etag), 409, "last_admin")


async def test_only_an_admin_changes_members(world: World) -> None:
    rep = await world.as_role("rep")
    body = {"name": "X", "email": "x@example.com", "role": "admin"}

    problem(await rep.post("/v1/members", json=body), 403, "forbidden")
    assert (await rep.get("/v1/members")).status_code == 200


async def test_edits_of_different_fields_merge_and_of_the_same_field_conflict(world: World) -> None:
    made = await world.add_member("edited", "rep")
    admin = await world.as_admin()
    path, seen = f"/v1/members/{made['id']}", {"If-Match": '"1"'}
    await admin.patch(path, json={"name": "Edith"}, headers=seen)

    merged = await admin.patch(path, json={"role": "analyst"}, headers=seen)
    conflict = problem(await admin.patch(path, json={"name": "Edna"}, headers=seen), 412, "version_conflict")
    missing = await admin.patch(path, json={"name": "Edna"})

    assert (merged.json()["name"], merged.json()["role"], merged.json()["version"]) == ("Edith", "analyst", 3)
    assert conflict["conflict"]["name"]["theirs"] == "Edith"
    problem(missing, 428, "precondition_required")


async def test_members_are_listed_by_role_team_status_and_text(world: World) -> None:
    team = await world.add_team("Listed")
    await world.add_member("lister-one", "rep", team_id=team["id"])
    await world.add_member("lister-two", "analyst", team_id=team["id"])
    admin = await world.as_admin()

    in_team = (await admin.get("/v1/members", params={"team_id": team["id"], "total": "exact"})).json()
    reps = (await admin.get("/v1/members", params={"team_id": team["id"], "role": "rep"})).json()
    found = (await admin.get("/v1/members", params={"q": "LISTER", "sort": "-name"})).json()

    assert in_team["total"] == 2
    assert [item["name"] for item in reps["items"]] == ["lister-one"]
    assert [item["name"] for item in found["items"]] == ["lister-two", "lister-one"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("colour=red", "unknown_parameter"),
        ("role=emperor", "invalid_parameter"),
        ("limit=0", "invalid_parameter"),
    ],
)
async def test_an_unknown_filter_is_refused(world: World, query: str, code: str) -> None:
    problem(await (await world.as_admin()).get(f"/v1/members?{query}"), 400, code)


async def test_an_unknown_field_or_role_is_refused_with_its_pointer(world: World) -> None:
    admin = await world.as_admin()
    body = {"name": "X", "email": "no address", "role": "emperor", "is_god": True}

    refused = problem(await admin.post("/v1/members", json=body), 422, "validation_failed")

    assert {(e["pointer"], e["code"]) for e in refused["errors"]} == {
        ("/email", "wrong_format"),
        ("/role", "unknown_value"),
        ("/is_god", "unknown_field"),
    }


async def test_a_batch_creates_updates_and_leaves_and_one_bad_item_stops_nothing(world: World) -> None:
    admin = await world.as_admin()

    def item(number: int, **changed: object) -> dict[str, object]:
        known = {"source_system": "hr", "external_id": f"e{number}", "name": f"P{number}", "role": "rep"}
        return known | {"email": f"p{number}@batch.example"} | changed

    first = (await admin.post("/v1/members/batch", json={"items": [item(1), item(2)]})).json()["items"]
    items = [
        item(1),
        item(2, role="analyst"),
        item(3, email="p1@batch.example"),
        item(4, role="?"),
        item(5),
        item(5, name="Five"),
    ]
    second = (await admin.post("/v1/members/batch", json={"items": items})).json()["items"]

    assert [result["status"] for result in first] == ["created", "created"]
    assert [result["status"] for result in second] == [
        "unchanged",
        "updated",
        "rejected",
        "rejected",
        "created",
        "updated",
    ]
    assert second[2]["problem"]["code"] == "email_taken"
    assert second[4]["id"] == second[5]["id"]
    listed = (await admin.get("/v1/members", params={"external_id": "e5"})).json()["items"]
    assert [(member["name"], member["version"]) for member in listed] == [("Five", 2)]


async def test_a_password_is_changed_by_who_knows_the_old_one_and_other_sessions_end(world: World) -> None:
    made = await world.add_member("changer", "rep")
    client = await world.signed_in(made["email"])
    elsewhere = (await world.sign_in(made["email"], PASSWORD)).json()["access_token"]
    other = world.client({"Authorization": f"Bearer {elsewhere}"})
    path = f"/v1/members/{made['id']}/password"

    wrong = await client.post(path, json={"password": "another long one", "old_password": "nonsense"})
    weak = await client.post(path, json={"password": "short", "old_password": PASSWORD})
    right = await client.post(path, json={"password": "another long one", "old_password": PASSWORD})

    assert problem(wrong, 422, "validation_failed")["errors"][0]["pointer"] == "/old_password"
    assert problem(weak, 422, "validation_failed")["errors"][0]["code"] == "too_weak"
    assert right.status_code == 204
    assert (await client.get("/v1/me")).status_code == 200
    problem(await other.get("/v1/me"), 401, "token_invalid")
    assert (await world.sign_in(made["email"], "another long one")).status_code == 200


async def test_nobody_but_an_admin_sets_anothers_password(world: World) -> None:
    made = await world.add_member("victim", "rep")
    rep = await world.as_role("rep")

    refused = await rep.post(f"/v1/members/{made['id']}/password", json={"password": "taken over now"})

    problem(refused, 403, "forbidden")
    admin = await world.as_admin()
    done = await admin.post(f"/v1/members/{made['id']}/password", json={"password": "set by an admin"})
    assert done.status_code == 204


async def test_events_of_members_name_nobody(world: World) -> None:
    made = await world.add_member("marker-xyzzy", "rep")
    async with world.database.reading() as connection:
        rows = await connection.exec_driver_sql("SELECT envelope::text, type FROM outbox")
        envelopes = [str(row[0]) for row in rows]

    assert any(made["id"] in envelope for envelope in envelopes)
    assert not [text for text in envelopes if "xyzzy" in text or "example.com" in text]


async def test_the_same_key_makes_one_member(world: World) -> None:
    admin = await world.as_admin()
    body = {"name": "Once", "email": "once@example.com", "role": "rep"}
    headers = {"Idempotency-Key": "member-once"}

    first = await admin.post("/v1/members", json=body, headers=headers)
    again = await admin.post("/v1/members", json=body, headers=headers)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotency-replayed"] == "true"
    assert first.json()["id"] == again.json()["id"]


async def test_a_secret_is_never_kept_for_a_replay(world: World) -> None:
    made = await world.add_member("kept-secret", "rep")
    admin = await world.as_admin()
    await admin.post(f"/v1/members/{made['id']}/invitation", headers={"Idempotency-Key": "k1"})
    form = {"grant_type": "password", "username": ADMIN[0], "password": ADMIN[1]}
    await world.client().post("/v1/auth/token", data=form, headers={"Idempotency-Key": "k2"})

    async with world.database.reading() as connection:
        rows = await connection.exec_driver_sql("SELECT convert_from(body, 'UTF8') FROM idempotency")
        bodies = rows.scalars().all()

    assert not [body for body in bodies if "dsi_" in body or "dsr_" in body or "access_token" in body]
