"""A commit that fails is an error the caller sees, and a refused rule leaves nothing behind."""

import httpx

from shared.contracts.ids import new_id
from shared.persistence.database import Database
from tests.shared.integration.web.conftest import count_things

UNKNOWN_PARENT = {"name": "orphan", "parent_id": str(new_id())}


async def test_a_commit_that_fails_answers_an_error_and_not_201(
    client: httpx.AsyncClient, database: Database
) -> None:
    answer = await client.post("/v1/things", json=UNKNOWN_PARENT)

    assert (answer.status_code, answer.json()["code"]) == (422, "reference_unknown")
    assert await count_things(database) == 0


async def test_a_commit_that_fails_under_a_key_answers_an_error_and_is_not_stored(
    client: httpx.AsyncClient, database: Database
) -> None:
    headers = {"Idempotency-Key": "k1"}

    answers = [await client.post("/v1/things", json=UNKNOWN_PARENT, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert await count_things(database) == 0


async def test_a_refused_rule_undoes_what_was_written(client: httpx.AsyncClient, database: Database) -> None:
    answer = await client.post("/v1/things", json={"name": "refused"})

    assert (answer.status_code, answer.json()["code"], answer.json()["hint"]) == (409, "lead_not_open", 7)
    assert await count_things(database) == 0


async def test_a_single_statement_write_is_there_when_the_answer_arrives(
    client: httpx.AsyncClient, database: Database
) -> None:
    answer = await client.post("/v1/things/fast", json={"name": "a"})

    assert answer.status_code == 201
    assert await count_things(database) == 1


async def test_a_write_names_the_position_of_its_event(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/things", json={"name": "a"})

    assert answer.headers["X-Event-Position"] == f"things.thing/{answer.json()['id']}/1"
