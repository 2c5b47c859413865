"""The outermost layer of an HTTP process: context, deadline, size limit, metrics, access log, last resort.

Must never break: every request, answered or failed, has a correlation id, one metric and one log line, and an
unforeseen error is logged with it and answered as a problem without details.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.observability import context, tracing
from shared.observability.access_log import AccessLog
from shared.observability.logging import logger
from shared.observability.metrics import http_request_seconds, http_requests_in_flight
from shared.web import deadline
from shared.web.body_limit import BodyLimits
from shared.web.head import answer_head
from shared.web.problem import Problem, problem_response

Endpoint = Callable[[Scope, Receive, Send], Awaitable[None]]
_log = logger("shared.web.edge")
_CORRELATION = b"x-correlation-id"


class Edge:
    """Pure ASGI; `endpoints` (health, metrics) are answered before anything else and not counted."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        service: str,
        endpoints: Mapping[str, Endpoint],
        limits: BodyLimits,
        access_log: bool = True,
    ) -> None:
        self._app = app
        self._service = service
        self._endpoints = endpoints
        self._limits = limits
        self._access_log = AccessLog(service) if access_log else None
        self._timings: dict[tuple[str, str, int], Any] = {}
        self._in_flight = 0
        http_requests_in_flight.labels(service).set_function(lambda: self._in_flight)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand a websocket or lifespan on untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            await answer_head(self, scope, receive, send)
            return
        endpoint = self._endpoints.get(scope["path"])
        if endpoint is not None:
            await endpoint(scope, receive, send)
            return
        await _Answer(self, scope, receive, send).give()

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Count one answer under its route template and write its access line."""
        route = getattr(scope.get("route"), "path_format", "unmatched")
        labels = (scope["method"] if route != "unmatched" else "-", route, status)
        timing = self._timings.get(labels)
        if timing is None:
            timing = http_request_seconds.labels(self._service, labels[0], route, str(status))
            self._timings[labels] = timing
        timing.observe(seconds)
        if self._access_log is not None:
            self._access_log.write(method=scope["method"], route=route, status=status, seconds=seconds)


class _Answer:
    """One request on its way: what was sent so far, and how it ends."""

    __slots__ = ("_began", "_edge", "_receive", "_scope", "_send", "_status", "_timeout")

    def __init__(self, edge: Edge, scope: Scope, receive: Receive, send: Send) -> None:
        self._edge = edge
        self._scope = scope
        self._receive = receive
        self._send = send
        self._status = 0
        self._timeout: asyncio.Timeout | None = None
        self._began = perf_counter()

    async def give(self) -> None:
        headers = dict(self._scope["headers"])
        _begin_context(headers)
        self._edge._in_flight += 1
        try:
            if tracing.tracing_enabled():
                with tracing.server_span(f"{self._scope['method']} {self._scope['path']}") as span:
                    await self._guarded(headers)
                    _name_span(span, self._scope, self._status)
            else:
                await self._guarded(headers)
        finally:
            self._edge._in_flight -= 1
            self._edge.observe(self._scope, self._status or 500, perf_counter() - self._began)
            deadline.clear()

    async def _guarded(self, headers: Mapping[bytes, bytes]) -> None:
        """Run the app; whatever escapes it becomes an answer, unless one has begun already."""
        try:
            receive = self._edge._limits.guard(self._scope, headers, self._receive)
            limit = headers.get(b"x-deadline-ms")
            if limit is None:
                await self._edge._app(self._scope, receive, self._sent)
            else:
                await self._within(limit, receive)
        except Problem as problem:
            await self._refuse(problem)
        except Exception as error:  # the edge: logged, then answered or raised on
            _log.error("unhandled_error", exc_info=error, method=self._scope["method"])
            if self._status:
                raise
            await self._refuse(Problem("internal_error", "An unforeseen error. Quote the trace_id."))

    async def _within(self, header: bytes, receive: Receive) -> None:
        try:
            milliseconds = deadline.parse(header)
        except ValueError as error:
            raise Problem("invalid_parameter", str(error)) from None
        try:
            async with asyncio.timeout_at(deadline.start(milliseconds)) as self._timeout:
                await self._edge._app(self._scope, receive, self._sent)
        except TimeoutError:
            if self._timeout is None or not self._timeout.expired():
                raise
            raise Problem("deadline_exceeded", f"Not done within {milliseconds} ms.") from None
        finally:
            self._timeout = None

    async def _refuse(self, problem: Problem) -> None:
        if self._status:
            raise problem
        response = problem_response(
            problem.code, problem.detail, problem.errors, extra=problem.extra, headers=problem.headers
        )
        await response(self._scope, self._receive, self._sent)

    async def _sent(self, message: Message) -> None:
        """Pass a message on; at the head of the answer, name the correlation id and lift the deadline."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message["headers"].append((_CORRELATION, context.correlation_id.get().encode()))
            if self._timeout is not None and not self._timeout.expired():
                self._timeout.reschedule(None)
        await self._send(message)


def _begin_context(headers: Mapping[bytes, bytes]) -> None:
    offered = headers.get(_CORRELATION)
    trace = headers.get(b"traceparent")
    context.correlation_id.set(
        context.accepted_correlation_id(None if offered is None else offered.decode("latin-1"))
    )
    context.traceparent.set(context.accepted_traceparent(None if trace is None else trace.decode("latin-1")))
    context.actor.set(None)


def _name_span(span: Any, scope: Scope, status: int) -> None:
    route = getattr(scope.get("route"), "path_format", "unmatched")
    span.update_name(f"{scope['method']} {route}")
    span.set_attributes(
        {"http.request.method": scope["method"], "http.route": route, "http.response.status_code": status}
    )
