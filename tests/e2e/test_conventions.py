"""The conventions that hold for every operation, walked through the public document of the gateway."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.front import Front, Json, problem

METHODS = ("get", "post", "put", "patch", "delete")
UNKNOWN_ID = "0192f0c1-0000-7000-8000-000000000000"
UNKNOWN_NUMBER = "987654"
ROLES = ("admin", "director")
EVERYWHERE = ("RateLimit", "RateLimit-Policy", "X-Correlation-Id")


class Operation:
    """One operation of the document, with an address that can be called."""

    def __init__(self, path: str, method: str, described: Json) -> None:
        self.name = f"{method.upper()} {path}"
        self.method = method.upper()
        self.described = described
        self.signed_in = "security" in described
        unknown = {
            one["name"]: UNKNOWN_NUMBER if one["schema"].get("type") == "integer" else UNKNOWN_ID
            for one in described.get("parameters", [])
            if one["in"] == "path"
        }
        self.address = "/".join(
            unknown.get(part[1:-1], UNKNOWN_ID) if part.startswith("{") else part for part in path.split("/")
        )
        self.names_one = "{" in path
        self.needs_asking = any(
            one["in"] == "query" and one.get("required", False) for one in described.get("parameters", [])
        )

    @property
    def is_list(self) -> bool:
        """A list that is there for everybody; one below a record is not there without the record, nor one of
        what lies behind a figure without saying which."""
        return {"cursor", "limit"} <= self.parameters("query") and not (self.names_one or self.needs_asking)

    @property
    def takes_json(self) -> bool:
        """Whether its body is JSON."""
        return "application/json" in self.described.get("requestBody", {}).get("content", {})

    def parameters(self, place: str) -> set[str]:
        """Names of the parameters in `query` or `header`, headers in small letters."""
        named = self.described.get("parameters", [])
        return {one["name"].lower() for one in named if one["in"] == place}


@pytest.fixture(scope="module")
def operations(front: Front) -> list[Operation]:
    document = front.as_nobody().get("/openapi.json").json()
    found = [
        Operation(path, method, item[method])
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]
    assert len(found) > 80
    return found


def callers(front: Front) -> Iterator[httpx.Client]:
    yield front.as_partner()
    yield from map(front.as_role, ROLES)


def allowed(front: Front, one: Operation, **request: Any) -> httpx.Response:
    """The answer to the first caller whose role includes the operation."""
    for caller in callers(front):
        answer = caller.request(one.method, one.address, **request)
        if answer.status_code != 403:
            return answer
    raise AssertionError(f"nobody may {one.name}")


def faults(answers: dict[str, httpx.Response], status: int, code: str) -> dict[str, str]:
    """What differs from this very problem, by operation."""
    found = {}
    for name, answer in answers.items():
        try:
            problem(answer, status, code)
            assert all(header in answer.headers for header in EVERYWHERE), answer.headers
            assert answer.headers["X-Correlation-Id"] == answer.json()["trace_id"]
        except AssertionError as fault:
            found[name] = str(fault)[:300]
    return found


def test_nothing_behind_sign_in_answers_without_credentials(
    front: Front, operations: list[Operation]
) -> None:
    nobody = front.as_nobody()

    answers = {one.name: nobody.request(one.method, one.address) for one in operations if one.signed_in}

    assert faults(answers, 401, "unauthenticated") == {}
    assert all("WWW-Authenticate" in answer.headers for answer in answers.values())


def test_only_signing_in_is_open_to_everybody(operations: list[Operation]) -> None:
    open_to_all = {"/".join(one.address.split("/")[:3]) for one in operations if not one.signed_in}
    assert open_to_all == {"/v1/auth", "/v1/public"}


def test_an_unknown_parameter_is_refused_everywhere(front: Front, operations: list[Operation]) -> None:
    answers = {
        one.name: allowed(front, one, params={"no_such_parameter": "1"})
        for one in operations
        if one.signed_in
    }

    assert faults(answers, 400, "unknown_parameter") == {}


def test_every_edit_and_removal_needs_if_match(front: Front, operations: list[Operation]) -> None:
    edits = [one for one in operations if one.method == "PATCH"]
    answers = {one.name: allowed(front, one, json={}) for one in edits}

    assert [one.name for one in edits if "if-match" not in one.parameters("header")] == []
    assert faults(answers, 428, "precondition_required") == {}


def test_every_post_takes_an_idempotency_key(operations: list[Operation]) -> None:
    posts = [one for one in operations if one.method == "POST"]

    assert [one.name for one in posts if "idempotency-key" not in one.parameters("header")] == []


def test_every_list_has_items_and_a_cursor(front: Front, operations: list[Operation]) -> None:
    lists = [one for one in operations if one.is_list]
    assert len(lists) > 10

    for one in (one for one in lists if UNKNOWN_ID not in one.address):
        answer = allowed(front, one, params={"limit": "1"})
        assert answer.status_code == 200, (one.name, answer.text)
        assert answer.json().keys() == {"items", "next_cursor"}, one.name
        counted = allowed(front, one, params={"limit": "1", "total": "exact"}).json()
        assert counted["total"] >= len(counted["items"]), one.name


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "invalid_parameter"),
        ("limit=201", "invalid_parameter"),
        ("total=all", "invalid_parameter"),
        ("sort=no_such_field", "invalid_parameter"),
        ("fields=no_such_field", "invalid_parameter"),
        ("cursor=forged", "invalid_cursor"),
        ("limit=1&limit=2", "invalid_parameter"),
    ],
)
def test_every_list_refuses_the_same_mistakes(
    front: Front, operations: list[Operation], query: str, code: str
) -> None:
    lists = [one for one in operations if one.is_list]

    answers = {one.name: allowed(front, one, params=query) for one in lists}

    assert faults(answers, 400, code) == {}


def test_a_body_that_is_no_json_is_named_everywhere(front: Front, operations: list[Operation]) -> None:
    json_only = [one for one in operations if one.takes_json and one.signed_in]
    headers = {"Content-Type": "application/json", "If-Match": '"1"'}

    answers = {one.name: allowed(front, one, content=b'{"a": ', headers=headers) for one in json_only}

    assert faults(answers, 400, "malformed_json") == {}


def test_what_nobody_made_is_not_found(front: Front, operations: list[Operation]) -> None:
    signed_in = [one for one in operations if one.signed_in]  # pages for visitors answer as pages
    singles = [one for one in signed_in if one.method == "GET" and one.names_one]

    for one in singles:
        answer = allowed(front, one)
        assert answer.status_code == 404, one.name
        problem(answer, 404, answer.json()["code"])


def test_a_wrong_method_names_the_right_ones(front: Front, operations: list[Operation]) -> None:
    by_address: dict[str, set[str]] = {}
    for one in operations:
        by_address.setdefault(one.address, set()).add(one.method)
    director = front.as_role("director")

    for address, methods in by_address.items():
        answer = director.request("TRACE", address)
        problem(answer, 405, "method_not_allowed")
        named = set(answer.headers["Allow"].split(", "))
        assert methods <= named, (address, named)
