"""Signing in, going on, signing out, and what attackers get."""

import pytest
from argon2 import PasswordHasher, extract_parameters

from tests.gateway.integration.world import ADMIN, PASSWORD, World, problem


async def _token(world: World, **form: str) -> tuple[int, dict[str, object]]:
    answer = await world.client().post("/v1/auth/token", data=form)
    return answer.status_code, answer.json()


async def test_a_token_answer_has_the_fields_of_oauth_and_is_not_stored(world: World) -> None:
    answer = await world.sign_in(*ADMIN)
    body = answer.json()

    assert set(body) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (body["token_type"], body["expires_in"]) == ("bearer", 600)
    assert answer.headers["cache-control"] == "no-store"


async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(world: World) -> None:
    wrong_name = problem(await world.sign_in("nobody@example.com", PASSWORD), 401, "invalid_credentials")
    wrong_password = problem(await world.sign_in(ADMIN[0], "wrong password"), 401, "invalid_credentials")

    for body in (wrong_name, wrong_password):
        del body["trace_id"]
    assert wrong_name == wrong_password
    assert wrong_name["error"] == "invalid_grant"


async def test_for_a_name_nobody_has_a_hash_of_the_same_cost_is_checked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    def verify(hasher: PasswordHasher, stored: str, password: str) -> bool:
        checked.append(stored)
        return original(hasher, stored, password)

    original = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", verify)

    for name in (ADMIN[0], "nobody-else@example.com"):
        await world.sign_in(name, "wrong password", address="10.9.9.9")

    known, unknown = map(extract_parameters, checked)
    assert known == unknown


async def test_after_five_failures_one_must_wait_and_the_right_password_does_not_help(world: World) -> None:
    made = await world.add_member("attacked", "rep")
    with world.standing_still():
        for _ in range(5):
            await world.sign_in(made["email"], "guess", address="10.0.0.7")

        locked = await world.sign_in(made["email"], PASSWORD, address="10.0.0.7")
        elsewhere = await world.sign_in(made["email"], PASSWORD, address="10.0.0.8")

    problem(locked, 429, "rate_limited")
    assert int(locked.headers["retry-after"]) >= 1
    assert elsewhere.status_code == 200


async def test_failures_are_kept_without_the_name(world: World) -> None:
    await world.sign_in("marker-failure@example.com", "guess")
    async with world.database.reading() as connection:
        rows = await connection.exec_driver_sql("SELECT sign_in_failure::text FROM sign_in_failure")

    assert not [row for row in rows.scalars() if "marker" in row]


async def test_every_refresh_token_works_once(world: World) -> None:
    first = (await world.sign_in(*ADMIN)).json()["refresh_token"]

    status, renewed = await _token(world, grant_type="refresh_token", refresh_token=first)
    again, refused = await _token(world, grant_type="refresh_token", refresh_token=first)

    assert status == 200
    assert renewed["refresh_token"] != first
    assert (again, refused["code"]) == (401, "invalid_credentials")


async def test_a_refresh_token_used_twice_ends_the_whole_session_at_once(world: World) -> None:
    made = await world.add_member("robbed", "rep")
    stolen = (await world.sign_in(made["email"], PASSWORD)).json()["refresh_token"]
    _, thief = await _token(world, grant_type="refresh_token", refresh_token=stolen)
    client = world.client({"Authorization": f"Bearer {thief['access_token']}"})
    assert (await client.get("/v1/me")).status_code == 200

    await _token(world, grant_type="refresh_token", refresh_token=stolen)

    problem(await client.get("/v1/me"), 401, "token_invalid")
    status, _ = await _token(world, grant_type="refresh_token", refresh_token=str(thief["refresh_token"]))
    assert status == 401


async def test_signing_out_ends_the_access_token_too(world: World) -> None:
    made = await world.add_member("goer", "rep")
    tokens = (await world.sign_in(made["email"], PASSWORD)).json()
    client = world.client({"Authorization": f"Bearer {tokens['access_token']}"})
    assert (await client.get("/v1/me")).status_code == 200

    revoked = await world.client().post("/v1/auth/revoke", data={"token": tokens["refresh_token"]})

    assert revoked.status_code == 204
    problem(await client.get("/v1/me"), 401, "token_invalid")


async def test_revoking_what_is_no_token_is_no_news(world: World) -> None:
    answer = await world.client().post("/v1/auth/revoke", data={"token": "dsr_nothing"})

    assert answer.status_code == 204


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        ({"grant_type": "password", "username": "a@b.cd"}, "/password"),
        ({"grant_type": "implicit"}, "/grant_type"),
        ({"grant_type": "password", "username": "a@b.cd", "password": "x", "admin": "1"}, "/admin"),
        ({}, "/grant_type"),
    ],
)
async def test_a_wrong_form_names_the_field(world: World, form: dict[str, str], pointer: str) -> None:
    answer = await world.client().post("/v1/auth/token", data=form)

    assert problem(answer, 422, "validation_failed")["errors"][0]["pointer"] == pointer


async def test_stored_tokens_and_passwords_are_hashes(world: World) -> None:
    tokens = (await world.sign_in(*ADMIN)).json()
    async with world.database.reading() as connection:
        tables = ("refresh_token", "session", "member", "invitation", "sign_in_failure")
        dump = [
            row
            for table in tables
            for row in (await connection.exec_driver_sql(f"SELECT {table}::text FROM {table}")).scalars()
        ]

    assert dump
    secrets = (tokens["refresh_token"], tokens["access_token"], ADMIN[1], PASSWORD)
    assert not [row for row in dump if any(secret in row for secret in secrets)]
