"""Every request passes here: rate limit, caller, permission; then to a service or to our own routes.

Must never break: nothing behind sign-in is reached without a caller; nobody reaches a service without the
permission of that very operation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.caller.domain import CallerContext
from services.gateway.caller.routes import AFTERWARDS_KEY, SCOPE_KEY
from services.gateway.forwarding.domain import ForwardingTable, Operation
from services.gateway.forwarding.forward import INTERNAL_TOKEN, ClientGone, forward
from services.gateway.front.authentication import Authentication
from services.gateway.rate_limit.domain import Decision
from services.gateway.rate_limit.limiter import Header, RateLimiter
from services.gateway.upstream.connections import Upstreams
from shared.observability import context
from shared.web.problem import Problem

LIMITED_KEY = "dealstream.rate_limit"
_SIGN_IN = "/v1/auth/"
_PUBLIC = ("/v1/auth/", "/docs", "/problems")
_PUBLIC_PAGES = frozenset({"/", "/openapi.json"})


@dataclass(frozen=True, slots=True)
class Doors:
    """What the front needs of the application."""

    table: ForwardingTable
    upstreams: Upstreams
    authentication: Authentication
    limiter: RateLimiter
    visitor_token: Callable[[], str]


class RateLimitHeaders:
    """Outermost: puts what the limiter said on the answer, whoever gives it; then drops what became stale."""

    def __init__(self, app: ASGIApp, *, otherwise: Header) -> None:
        self._app = app
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, listening for the head of the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        afterwards: list[Callable[[], None]] = []
        scope[AFTERWARDS_KEY] = afterwards

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].extend(scope.get(LIMITED_KEY) or (self._otherwise,))
                for drop in afterwards:
                    drop()
            await send(message)

        await self._app(scope, receive, sent)


class Front:
    """Innermost before the routes."""

    def __init__(self, app: ASGIApp, *, doors: Doors) -> None:
        self._app = app
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if path in _PUBLIC_PAGES or path.startswith(_PUBLIC) or _has_ticket(scope, path):
            self._limit_address(scope, "sign_in" if path.startswith(_SIGN_IN) else "anonymous")
            await self._app(scope, receive, send)
            return
        operations = self._doors.table.find(scope["raw_path"].split(b"?", 1)[0].decode("latin-1"))
        if operations is not None and all(each.is_public for each in operations.values()):
            self._limit_address(scope, "visitor")
            scope[INTERNAL_TOKEN] = self._doors.visitor_token()
            operation = scope["route"] = _operation(operations, scope)
            await self._pass_on(operation, scope, receive, send)
            return
        caller = await self._identified(scope)
        if operations is None:
            await self._app(scope, receive, send)
            return
        operation = _operation(operations, scope)
        scope["route"] = operation
        if not caller.standing.may(operation.permission):
            raise _forbidden(caller, operation)
        scope[INTERNAL_TOKEN] = caller.internal_token
        await self._pass_on(operation, scope, receive, send)

    async def _pass_on(self, operation: Operation, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await forward(self._doors.upstreams[operation.service], operation, scope, receive, send)
        except ClientGone:
            return

    async def _identified(self, scope: Scope) -> CallerContext:
        authorization = api_key = None
        for name, value in scope["headers"]:
            if name == b"authorization":
                authorization = value
            elif name == b"x-api-key":
                api_key = value
        try:
            caller = await self._doors.authentication.caller(authorization, api_key)
        except Problem:
            self._limit_address(scope, "anonymous")
            raise
        scope[SCOPE_KEY] = caller
        context.actor.set(caller.identity.sub)
        kind = caller.credential.kind
        decision, scope[LIMITED_KEY] = self._doors.limiter.spend(kind, caller.identity.sub)
        _refuse_if_spent(decision)
        return caller

    def _limit_address(self, scope: Scope, policy: str) -> None:
        client = scope.get("client")
        address = client[0] if client else "unknown"
        decision, scope[LIMITED_KEY] = self._doors.limiter.spend(policy, address)
        _refuse_if_spent(decision)


def _refuse_if_spent(decision: Decision) -> None:
    if not decision.allowed:
        wait = max(1, round(decision.retry_after + 0.5))
        raise Problem("rate_limited", f"Wait {wait} s.", headers={"Retry-After": str(wait)})


def _operation(operations: Any, scope: Scope) -> Operation:
    operation: Operation | None = operations.get(scope["method"])
    if operation is None:
        allowed = ", ".join(sorted(operations))
        raise Problem("method_not_allowed", f"Allowed here: {allowed}.", headers={"Allow": allowed})
    return operation


def _forbidden(caller: CallerContext, operation: Operation) -> Problem:
    return Problem("forbidden", f"The role {caller.identity.role} does not include {operation.permission}.")


def _has_ticket(scope: Scope, path: str) -> bool:
    """A browser's EventSource cannot send headers: its one-time ticket is checked by the stream itself."""
    return (
        path == "/v1/stream"
        and b"ticket=" in scope["query_string"]
        and "authorization" not in Headers(scope=scope)
    )
