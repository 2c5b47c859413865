"""Passes one request on and its answer back: the hot path of the front.

Must never break: only listed headers reach a service, so nobody can send an identity of his own making.
"""

from collections.abc import AsyncIterator

import aiohttp
from multidict import CIMultiDict
from starlette.types import Receive, Scope, Send

from services.gateway.forwarding.domain import STREAMED, Operation
from services.gateway.upstream.client import Request, Upstream
from shared.observability import context, tracing
from shared.web.identity import HEADER as IDENTITY
from shared.web.problem import Problem

INTERNAL_TOKEN = "dealstream.internal_token"  # noqa: S105 - a key of the ASGI scope
_PASSED_ON = {
    name.lower().encode(): name
    for name in (
        *("Accept", "Accept-Language", "Content-Type", "Content-Encoding", "Idempotency-Key", "If-Match"),
        *("If-None-Match", "X-Wait-For", "Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"),
    )
}
_PASSED_ON_OF_VISITORS = {
    name.lower().encode(): name
    for name in ("Origin", "Referer", "Access-Control-Request-Method", "Access-Control-Request-Headers")
}
_KEPT_BACK = frozenset(
    (
        *(b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"trailer", b"te"),
        *(b"proxy-connection", b"proxy-authenticate", b"server", b"date", b"x-correlation-id"),
    )
)
_HELD_WHOLE = 256 * 1024
_STREAMED = tuple(name.encode() for name in STREAMED)


class ClientGone(Exception):
    """The client went away while its body was being passed on: there is nobody to answer."""


async def forward(
    upstream: Upstream, operation: Operation, scope: Scope, receive: Receive, send: Send
) -> None:
    """Answer with what the service says. Raises Problem when it cannot be asked.

    `scope[INTERNAL_TOKEN]` says who calls.
    """
    headers, length, streamed = _request_headers(scope, visitor=operation.is_public)
    body = _Body(receive)
    request = Request(operation.method, _target(scope), headers)
    if streamed and operation.streams:
        request.body, request.streamed = body.chunks(), True
    elif length is None or length > _HELD_WHOLE:
        request.body = body.chunks()
    elif length:
        request.body = await body.whole()
    try:
        response = await upstream.send(request)
    except Problem:
        if body.failure is not None:
            raise body.failure from None
        raise
    try:
        await _answer(response, send)
    finally:
        response.release()


def _target(scope: Scope) -> str:
    raw: bytes = scope["raw_path"].split(b"?", 1)[0]
    query: bytes = scope["query_string"]
    return (raw + b"?" + query if query else raw).decode("latin-1")


def _request_headers(scope: Scope, *, visitor: bool) -> tuple[CIMultiDict[str], int | None, bool]:
    """Headers for the service, the body's length (None: unknown, 0: no body), and whether it is streamed.

    Of visitors a page of what origin sent them is told too.
    """
    headers: CIMultiDict[str] = CIMultiDict()
    length: int | None = 0
    streamed = False
    for name, value in scope["headers"]:
        passed = _PASSED_ON.get(name) or (_PASSED_ON_OF_VISITORS.get(name) if visitor else None)
        if passed is not None:
            headers.add(passed, value.decode("latin-1"))
            streamed = streamed or (name == b"content-type" and value.startswith(_STREAMED))
        elif name == b"content-length" and length is not None:
            length = int(value)
        elif name == b"transfer-encoding":
            length = None
    headers[IDENTITY] = scope[INTERNAL_TOKEN]
    headers["X-Correlation-Id"] = context.correlation_id.get()
    trace = tracing.current_traceparent()
    if trace is not None:
        headers["traceparent"] = trace
    return headers, length, streamed


async def _answer(response: aiohttp.ClientResponse, send: Send) -> None:
    headers = [
        (lower, value)
        for lower, value in ((name.lower(), value) for name, value in response.raw_headers)
        if lower not in _KEPT_BACK and not lower.startswith(b"x-dealstream-")
    ]
    length = response.content_length
    if length is not None and length <= _HELD_WHOLE:
        content = await _read(response)
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": content})
        return
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    async for chunk in response.content.iter_any():
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """A whole answer. Raises Problem when it breaks off: nothing has been sent yet."""
    try:
        return await response.read()
    except TimeoutError:
        raise Problem("upstream_timeout", "The service's answer did not end in time.") from None
    except (aiohttp.ClientError, ConnectionError):
        raise Problem("upstream_unavailable", "The service's answer broke off.") from None


class _Body:
    """The client's body, whole or in pieces. `failure` is why it could not be passed on to its end."""

    __slots__ = ("_receive", "failure")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.failure: Exception | None = None

    async def whole(self) -> bytes:
        return b"".join([chunk async for chunk in self.chunks()])

    async def chunks(self) -> AsyncIterator[bytes]:
        try:
            more = True
            while more:
                message = await self._receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                more = message.get("more_body", False)
                chunk = message.get("body", b"")
                if chunk:
                    yield chunk
        except (Problem, ClientGone) as failure:
            self.failure = failure
            raise
