"""Whatever goes wrong, the answer is one and the same shape and gives nothing away."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shared.persistence.database import Database
from shared.web.problem import PROBLEMS
from tests.shared.integration.web.things import things_app, token

JSON = {"Content-Type": "application/json"}
MEMBERS = {"type", "title", "status", "detail", "code", "trace_id", "errors"}


def assert_problem(answer: httpx.Response, status: int, code: str) -> dict[str, object]:
    body: dict[str, object] = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert body.keys() >= MEMBERS
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert body["type"] == f"/problems/{code}" and code in PROBLEMS
    assert body["trace_id"] == answer.headers["X-Correlation-Id"]
    return body


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/v1/things/", 404, "not_found"),
        ("PUT", "/v1/things", 405, "method_not_allowed"),
        ("GET", "/v1/things/00000000-0000-7000-8000-000000000000", 404, "not_found"),
        ("GET", "/v1/things/abc", 400, "invalid_parameter"),
        ("GET", "/v1/things/a%00b", 400, "invalid_parameter"),
        ("GET", "/v1/things?name=a%00b", 400, "invalid_parameter"),
        ("GET", "/v1/things?colour=red", 400, "unknown_parameter"),
        ("GET", "/v1/things?limit=0", 400, "invalid_parameter"),
        ("GET", "/v1/things?score=about:5", 400, "unknown_operator"),
        ("GET", "/v1/things?cursor=x", 400, "invalid_cursor"),
        ("GET", "/v1/things/slow?seconds=9", 400, "invalid_parameter"),
        ("GET", "/v1/things/slow?seconds=1&seconds=2", 400, "invalid_parameter"),
        ("GET", "/v1/things/me", 401, "unauthenticated"),
        ("GET", "/problems/none", 404, "not_found"),
    ],
)
async def test_a_request_that_cannot_be_answered_is_a_problem(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    assert_problem(await client.request(method, path), status, code)


async def test_a_wrong_method_names_every_right_one(client: httpx.AsyncClient) -> None:
    answer = await client.put("/v1/things")

    assert answer.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b'{"name": NaN}', 400, "malformed_json"),
        (b'{"name": "\\ud800"}', 400, "malformed_json"),
        (b'{"name": "\xff"}', 400, "malformed_json"),
        (b"[" * 100_000, 400, "malformed_json"),
        (b"", 422, "validation_failed"),
        (b"null", 422, "validation_failed"),
        (b"[]", 422, "validation_failed"),
        (b'{"name": "a\\u0000b"}', 422, "validation_failed"),
        (b'{"name": "a", "score": 99999999999}', 422, "validation_failed"),
        (b'{"name": "a", "price": "1e400"}', 422, "validation_failed"),
    ],
)
async def test_a_body_that_cannot_be_taken_is_a_problem(
    client: httpx.AsyncClient, body: bytes, status: int, code: str
) -> None:
    assert_problem(await client.post("/v1/things", content=body, headers=JSON), status, code)


async def test_each_wrong_field_is_named_with_a_pointer_and_a_code(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/things", json={"name": "", "score": "x", "nmae": 1})

    body = assert_problem(answer, 422, "validation_failed")
    found = {(error["pointer"], error["code"]) for error in answer.json()["errors"]}
    assert found == {("/name", "too_short"), ("/score", "wrong_type"), ("/nmae", "unknown_field")}
    assert body["detail"] == "3 values are wrong."


async def test_a_nul_character_is_named_by_its_field_before_the_database_sees_it(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post("/v1/things", content=b'{"name": "a\\u0000b"}', headers=JSON)

    [error] = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/name", "nul_character")


async def test_an_escaped_backslash_before_u0000_is_no_nul(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/things", content=rb'{"name": "a\\u0000"}', headers=JSON)

    assert (answer.status_code, answer.json()["name"]) == (201, "a\\u0000")


async def test_an_unknown_parameter_is_named_and_the_allowed_ones_are_listed(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/v1/things/slow?second=1")

    body = assert_problem(answer, 400, "unknown_parameter")
    assert body["allowed"] == ["seconds"]
    assert answer.json()["errors"][0]["pointer"] == "/query/second"


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
async def test_a_body_that_is_not_declared_as_json_is_415(
    client: httpx.AsyncClient, content_type: str | None
) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}

    assert_problem(
        await client.post("/v1/things", content=b'{"name": "a"}', headers=headers),
        415,
        "unsupported_media_type",
    )


async def test_a_body_of_2_megabytes_is_413(client: httpx.AsyncClient) -> None:
    body = assert_problem(
        await client.post("/v1/things", json={"name": "x" * 2_000_000}), 413, "body_too_large"
    )

    assert body["limit_bytes"] == 1024 * 1024


async def _pieces(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b" " * 65_536


async def test_a_body_of_unknown_length_is_413_beyond_the_limit(client: httpx.AsyncClient) -> None:
    assert_problem(await client.post("/v1/things", content=_pieces(40), headers=JSON), 413, "body_too_large")


async def test_a_stream_of_lines_may_be_longer_than_any_limit(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/v1/things/batch", content=_pieces(200), headers={"Content-Type": "application/x-ndjson"}
    )

    assert answer.json() == {"bytes": 200 * 65_536}


async def test_an_unforeseen_error_is_answered_without_its_message_and_logged_with_the_trace_id(
    client: httpx.AsyncClient, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    from shared.observability.logging import configure_logging

    configure_logging("things")

    body = assert_problem(await client.get("/v1/things/broken"), 500, "internal_error")

    logged = capfdbinary.readouterr().out
    [line] = [json.loads(line) for line in logged.splitlines() if b"unhandled_error" in line]
    assert (line["correlation_id"], line["error"]) == (body["trace_id"], "RuntimeError")
    assert "jane" not in json.dumps(body) and b"jane" not in logged


async def test_the_callers_correlation_id_comes_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/things", headers={"X-Correlation-Id": "trace-77"})

    assert answer.headers["X-Correlation-Id"] == "trace-77"


async def test_a_database_that_is_away_is_503_with_retry_after() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none", name="things")
    transport = httpx.ASGITransport(app=things_app(database, access_log=False))
    async with httpx.AsyncClient(transport=transport, base_url="http://things") as client:
        answers = [
            await client.get("/v1/things"),
            await client.post("/v1/things", json={"name": "a"}),
            await client.post("/v1/things", json={"name": "a"}, headers={"Idempotency-Key": "k"}),
        ]

    for answer in answers:
        assert_problem(answer, 503, "temporarily_unavailable")
        assert int(answer.headers["Retry-After"]) >= 1


async def test_a_caller_with_a_token_is_known(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/things/me", headers={"X-Dealstream-Identity": token(scope="all")})

    assert answer.json()["scope"] == "all"


@pytest.mark.parametrize("code", ["version_conflict", "gates_unmet"])
async def test_the_type_of_a_problem_leads_to_its_description(client: httpx.AsyncClient, code: str) -> None:
    as_json = await client.get(f"/problems/{code}")
    as_page = await client.get(f"/problems/{code}", headers={"Accept": "text/html"})

    assert as_json.json()["code"] == code and as_json.json()["meaning"]
    assert as_page.headers["content-type"].startswith("text/html") and code in as_page.text


async def test_all_codes_are_listed(client: httpx.AsyncClient) -> None:
    assert {entry["code"] for entry in (await client.get("/problems")).json()} == set(PROBLEMS)


def test_the_document_names_problems_keys_and_permissions(app: FastAPI) -> None:
    document = app.openapi()

    post = document["paths"]["/v1/things"]["post"]
    refs = json.dumps(document)
    assert post["x-permission"] == "things:write"
    assert "Idempotency-Key" in {parameter["name"] for parameter in post["parameters"]}
    assert post["responses"]["default"]["content"].keys() == {"application/problem+json"}
    assert "HTTPValidationError" not in refs and "Problem" in document["components"]["schemas"]
    listed = {parameter["name"] for parameter in document["paths"]["/v1/things"]["get"]["parameters"]}
    assert {"score", "sort", "cursor", "X-Wait-For"} <= listed


@hypothesis_settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    body=st.binary(max_size=60), path=st.sampled_from(["/v1/things", "/v1/things/fast", "/v1/things/batch"])
)
async def test_no_body_whatever_is_a_server_error(client: httpx.AsyncClient, body: bytes, path: str) -> None:
    answer = await client.post(path, content=body, headers=JSON)

    assert answer.status_code < 500
