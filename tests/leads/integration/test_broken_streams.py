"""A stream that ends before its end: what came whole is taken, and everybody can find out what that was."""

from contextlib import suppress
from typing import Any

import orjson
import pytest
from starlette.requests import ClientDisconnect

from shared.contracts.identity import Identity
from shared.web.batch import LONGEST_LINE
from shared.web.clock import utc_now
from shared.web.identity import HEADER, sign_identity
from tests.leads.integration.world import DIRECTOR, KEY, OTHER_PARTNER, PARTNER, Json, World, pushed

STREAM = {"content-type": "application/x-ndjson"}
PUSHES, LEADS = "/v1/partner/leads/batch", "/v1/leads/batch"


async def break_off(world: World, path: str, body: bytes, by: Identity, **headers: str) -> None:
    """The connection breaks after this much of the body; nobody is there to be answered."""
    messages = [{"type": "http.request", "body": body, "more_body": True}, {"type": "http.disconnect"}]
    given = {**STREAM, **headers, HEADER.lower(): sign_identity(by, KEY, now=utc_now())}

    async def receive() -> Any:
        return messages.pop(0) if len(messages) > 1 else messages[0]

    async def send(_: Any) -> None:
        return None

    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "server": ("leads", 80),
        "client": ("127.0.0.1", 1), "asgi": {"version": "3.0"},
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }  # fmt: skip
    with suppress(ClientDisconnect):
        await world.client._transport.app(scope, receive, send)  # type: ignore[attr-defined]  # the app itself


def lines(*items: Json) -> bytes:
    return b"".join(orjson.dumps(item) + b"\n" for item in items)


async def test_receipts_tell_which_lines_a_broken_stream_left(world: World) -> None:
    whole = lines(*(pushed(f"a-{n:03}") for n in range(700)), pushed("bad", email="nowhere"))

    await break_off(world, PUSHES, whole + orjson.dumps(pushed("half"))[:-5], PARTNER)

    page = await world.get("/v1/partner/receipts", PARTNER, limit="200", total="exact")
    quarantined = await world.get("/v1/partner/receipts", PARTNER, status="quarantined")
    assert page["total"] == 701
    assert [item["external_id"] for item in page["items"][:2]] == ["a-000", "a-001"]
    assert [item["external_id"] for item in quarantined["items"]] == ["bad"]
    named = await world.get("/v1/partner/receipts", PARTNER, external_id="in:a-699,half")
    assert [item["external_id"] for item in named["items"]] == ["a-699"]
    assert await world.count("lead") == 700
    assert (await world.get("/v1/partner/receipts", OTHER_PARTNER))["items"] == []


async def test_sending_a_broken_stream_again_takes_what_is_missing(world: World) -> None:
    items = [pushed(f"a-{n}") for n in range(20)]
    await break_off(world, PUSHES, lines(*items[:15]), PARTNER)

    answer = await world.send("POST", PUSHES, PARTNER, content=lines(*items), headers=STREAM)

    statuses = [orjson.loads(line)["status"] for line in answer.content.splitlines()]
    assert statuses == ["unchanged"] * 15 + ["created"] * 5


async def test_members_find_what_was_taken_by_its_key(world: World) -> None:
    items = [{"name": f"Ann {n}", "source_system": "crm", "external_id": str(n)} for n in range(3)]

    await break_off(world, LEADS, lines(*items) + b'{"name": "Ha', DIRECTOR)

    found = await world.get("/v1/leads", source_system="crm", external_id="in:0,1,2,3", total="exact")
    assert found["total"] == 3


async def test_a_broken_stream_with_a_key_leaves_nothing(world: World) -> None:
    await break_off(world, PUSHES, lines(pushed("a-1")), PARTNER, **{"idempotency-key": "k"})

    assert await world.count("lead") == await world.count("receipt") == 0


@pytest.mark.parametrize(("path", "by"), [(PUSHES, PARTNER), (LEADS, DIRECTOR)])
async def test_a_line_that_is_too_long_is_named_with_what_was_taken(
    world: World, path: str, by: Identity
) -> None:
    good = [pushed("a-1"), pushed("a-2")] if by is PARTNER else [{"name": "Ann"}, {"name": "Bob"}]
    content = lines(*good) + b'{"name": "' + b"x" * LONGEST_LINE + b'"}\n' + lines(*good)

    answer = await world.send("POST", path, by, content=content, headers=STREAM)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (413, "body_too_large")
    assert (problem["limit_bytes"], problem["lines_taken"]) == (LONGEST_LINE, 2)
    assert await world.count("lead") == 2


async def test_a_batch_over_the_limit_says_how_much_is_taken(world: World) -> None:
    body = {"items": [{"name": "x" * 200, "notes": "y" * 9000} for _ in range(1000)]}

    answer = await world.send("POST", LEADS, json=body)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (413, "body_too_large")
    assert problem["limit_bytes"] == 8 * 1024 * 1024
    assert await world.count("lead") == 0
