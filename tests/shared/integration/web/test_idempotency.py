"""The same POST with the same key has one effect and one answer."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from shared.persistence.database import Database
from shared.web.idempotency import KEPT, purge
from tests.shared.integration.web.conftest import count_things
from tests.shared.integration.web.things import Gate, token
from tests.support.waiting import HANG_SECONDS

KEY = {"Idempotency-Key": "order-1"}


async def test_64_identical_posts_at_once_make_one_row(client: httpx.AsyncClient, database: Database) -> None:
    answers = await asyncio.gather(
        *(client.post("/v1/things", json={"name": "a"}, headers=KEY) for _ in range(64))
    )

    statuses = Counter(answer.status_code for answer in answers)
    assert await count_things(database) == 1
    assert set(statuses) <= {201, 409} and statuses[201] >= 1
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1


async def test_a_repeated_post_replays_the_first_answer(
    client: httpx.AsyncClient, database: Database
) -> None:
    first = await client.post("/v1/things", json={"name": "a"}, headers=KEY)

    again = await client.post("/v1/things", json={"name": "a"}, headers=KEY)

    same = ("location", "x-event-position", "content-type", "content-length")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert [again.headers[name] for name in same] == [first.headers[name] for name in same]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await count_things(database) == 1


async def test_the_answer_of_a_single_statement_route_is_replayed_too(
    client: httpx.AsyncClient, database: Database
) -> None:
    answers = [await client.post("/v1/things/fast", json={"name": "a"}, headers=KEY) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert await count_things(database) == 1


async def test_another_body_under_the_same_key_is_refused(client: httpx.AsyncClient) -> None:
    await client.post("/v1/things", json={"name": "a"}, headers=KEY)

    answer = await client.post("/v1/things", json={"name": "b"}, headers=KEY)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


async def test_while_the_first_one_runs_the_second_is_told_to_wait(
    client: httpx.AsyncClient, app: FastAPI, database: Database
) -> None:
    app.state.gate = Gate()
    first = asyncio.create_task(client.post("/v1/things", json={"name": "a"}, headers=KEY))
    await app.state.gate.reached.wait()

    second = await asyncio.wait_for(client.post("/v1/things", json={"name": "a"}, headers=KEY), HANG_SECONDS)
    app.state.gate.opened.set()

    assert (second.status_code, second.json()["code"]) == (409, "idempotency_in_progress")
    assert int(second.headers["Retry-After"]) >= 1
    assert (await first).status_code == 201
    assert await count_things(database) == 1


async def test_a_refused_request_may_be_repeated_with_the_same_key(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    answers = [await client.post("/v1/things", json={"name": "refused"}, headers=KEY) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert app.state.entered == 2
    assert "Idempotency-Replayed" not in answers[1].headers


async def test_a_refusal_that_is_returned_and_not_raised_is_not_stored_either(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    answers = [await client.post("/v1/things/returned", headers=KEY) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert app.state.entered == 2


async def test_two_callers_may_use_the_same_key(client: httpx.AsyncClient, database: Database) -> None:
    for _ in range(2):
        headers = {**KEY, "X-Dealstream-Identity": token()}
        assert (await client.post("/v1/things", json={"name": "a"}, headers=headers)).status_code == 201

    assert await count_things(database) == 2


async def test_the_same_key_on_another_path_is_another_request(
    client: httpx.AsyncClient, database: Database
) -> None:
    await client.post("/v1/things", json={"name": "a"}, headers=KEY)
    await client.post("/v1/things/fast", json={"name": "a"}, headers=KEY)

    assert await count_things(database) == 2


async def test_a_quoted_key_equals_the_bare_one(client: httpx.AsyncClient) -> None:
    await client.post("/v1/things", json={"name": "a"}, headers={"Idempotency-Key": "order-1"})

    again = await client.post("/v1/things", json={"name": "a"}, headers={"Idempotency-Key": '"order-1"'})

    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "a b", '"'])
async def test_a_key_that_is_not_1_to_255_visible_characters_is_refused(
    client: httpx.AsyncClient, key: str
) -> None:
    answer = await client.post("/v1/things", json={"name": "a"}, headers={"Idempotency-Key": key})

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")


async def test_the_effect_is_undone_when_its_answer_cannot_be_stored(
    client: httpx.AsyncClient, database: Database
) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            text("ALTER TABLE idempotency ADD CONSTRAINT too_full CHECK (status <> 201)")
        )

    answer = await client.post("/v1/things", json={"name": "a"}, headers=KEY)

    async with database.transaction() as connection:
        await connection.execute(text("ALTER TABLE idempotency DROP CONSTRAINT too_full"))
    assert answer.status_code == 422
    assert await count_things(database) == 0


async def test_answers_are_forgotten_after_72_hours_and_not_before(
    client: httpx.AsyncClient, database: Database
) -> None:
    await client.post("/v1/things", json={"name": "a"}, headers=KEY)
    now = datetime.now(UTC)

    async with database.transaction() as connection:
        early = await purge(connection, now=now + KEPT - timedelta(minutes=1))
        late = await purge(connection, now=now + KEPT + timedelta(minutes=1))

    assert (early, late) == (0, 1)
