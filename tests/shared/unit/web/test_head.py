"""HEAD answers as GET does, without a body."""

import asyncio
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from shared.web.head import answer_head
from tests.support.waiting import HANG_SECONDS


async def _thing(_: Request) -> Response:
    return JSONResponse({"a": 1}, headers={"ETag": '"7"'})


async def _endless(_: Request) -> Response:
    async def ticks() -> AsyncIterator[bytes]:
        while True:
            yield b"tick\n"
            await asyncio.sleep(0)

    return StreamingResponse(ticks(), media_type="text/event-stream")


APP = Starlette(routes=[Route("/thing", _thing), Route("/endless", _endless)])


async def _head(path: str) -> list[Message]:
    sent: list[Message] = []
    scope: Scope = {
        "type": "http",
        "method": "HEAD",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
        "asgi": {"version": "3.0", "spec_version": "2.4"},
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await asyncio.wait_for(answer_head(_app, scope, receive, send), HANG_SECONDS)
    return sent


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    await APP(scope, receive, send)


async def test_the_head_of_an_answer_is_that_of_get_and_its_body_is_empty() -> None:
    start, body = await _head("/thing")

    assert start["status"] == 200
    assert (b"etag", b'"7"') in start["headers"] and (b"content-length", b"7") in start["headers"]
    assert body["body"] == b""


async def test_a_stream_without_an_end_ends_with_its_head() -> None:
    start, body = await _head("/endless")

    assert (start["status"], body["body"]) == (200, b"")
