"""The route class of every service: strict queries, idempotent POSTs, event positions, waiting reads.

Must never break: an undeclared query parameter is refused, never ignored, except on pages for visitors
(`x-any-query`), to whose addresses others add theirs, and names that begin with one of `x-query-prefixes`,
which the route refuses itself; the position header names exactly the events this request committed.
"""

from collections.abc import Callable, Coroutine
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Any, get_args, get_origin
from urllib.parse import unquote_plus

from fastapi import APIRouter, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.responses import Response

from shared.contracts.errors import FieldError
from shared.messaging.applied import wait_for
from shared.messaging.outbox import announced_positions
from shared.web.deadline import remaining
from shared.web.idempotency import answer_once
from shared.web.openapi import with_conventions
from shared.web.problem import Problem
from shared.web.requests import ServiceRequest

MOST_POSITIONS = 20
LONGEST_WAIT_SECONDS = 2.0

_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def permission(name: str) -> dict[str, Any]:
    """`openapi_extra` of a route the front forwards: who may call it. Routes without it stay internal."""
    return {"x-permission": name}


class ServiceRoute(APIRoute):
    """Use through `ServiceRouter(prefix=..., tags=[...])`."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        methods = set(options.get("methods") or ["GET"])
        if ":path}" in path:
            options["openapi_extra"] = {**(options.get("openapi_extra") or {}), "x-takes-slashes": True}
        super().__init__(path, endpoint, **with_conventions(options, methods))

    def get_route_handler(self) -> _Handler:
        """FastAPI's handler inside ours."""
        inner = super().get_route_handler()
        declared = _declared_query(self.dependant)
        allowed = declared.keys() | _documented_query(self.openapi_extra)
        once = frozenset(name for name, repeats in declared.items() if not repeats)
        keyed = "POST" in (self.methods or ())
        prefixes = tuple((self.openapi_extra or {}).get("x-query-prefixes", ()))
        any_query = bool((self.openapi_extra or {}).get("x-any-query"))

        async def answer(request: Request) -> Response:
            if not any_query:
                _refuse_unknown(request.scope["query_string"], allowed, once, prefixes)
            if "\0" in request.scope["path"]:
                raise Problem("invalid_parameter", "A path holds no NUL character.")
            request = ServiceRequest(request.scope, request.receive, request._send)
            headers = request.headers
            if keyed:
                key = headers.get("idempotency-key")
                if key is not None:
                    caller = await request.app.state.caller_of(request)
                    return await answer_once(request, key, caller, lambda same: _positioned(inner, same))
            elif "x-wait-for" in headers:
                return await _waited(inner, request, headers["x-wait-for"])
            return await _positioned(inner, request)

        return answer


ServiceRouter = partial(APIRouter, route_class=ServiceRoute)


async def _positioned(inner: _Handler, request: Request) -> Response:
    """Run the route and name what it announced, the last 20 positions at most."""
    announced: list[str] = []
    token = announced_positions.set(announced)
    try:
        response = await inner(request)
    finally:
        announced_positions.reset(token)
    if announced:
        response.headers["X-Event-Position"] = ",".join(announced[-MOST_POSITIONS:])
    return response


async def _waited(inner: _Handler, request: Request, header: str) -> Response:
    """Answer when the read model has the positions, or after 2 s all the same, saying so."""
    state = request.app.state
    positions = [position.strip() for position in header.split(",")]
    if len(positions) > MOST_POSITIONS:
        raise _unreadable(f"at most {MOST_POSITIONS} positions")
    patience = remaining(LONGEST_WAIT_SECONDS)
    try:
        reached = await wait_for(state.database, positions, timeout=patience, topics=state.reads)
    except ValueError as error:
        raise _unreadable(str(error)) from None
    response = await _positioned(inner, request)
    response.headers["X-Wait-For-Reached"] = "true" if reached else "false"
    return response


def _unreadable(why: str) -> Problem:
    found = FieldError("/header/x-wait-for", "wrong_format", why)
    return Problem("invalid_parameter", "X-Wait-For cannot be read.", (found,))


def _declared_query(dependant: Dependant) -> dict[str, bool]:
    """The parameters by name, and whether they may be given more than once."""
    names: dict[str, bool] = {}
    for field in dependant.query_params:
        names[str(field.alias)] = _repeats(field.field_info.annotation)
        fields = getattr(field.field_info.annotation, "model_fields", {})
        names |= {info.alias or name: _repeats(info.annotation) for name, info in fields.items()}
    for inner in dependant.dependencies:
        names |= _declared_query(inner)
    return names


def _repeats(annotation: Any) -> bool:
    parts = (annotation, *get_args(annotation))
    return any((get_origin(part) or part) in (list, set, tuple, frozenset) for part in parts)


def _documented_query(openapi_extra: dict[str, Any] | None) -> frozenset[str]:
    parameters = (openapi_extra or {}).get("parameters", [])
    return frozenset(parameter["name"] for parameter in parameters if parameter["in"] == "query")


def _refuse_unknown(
    query_string: bytes, allowed: AbstractSet[str], once: frozenset[str], prefixes: tuple[str, ...]
) -> None:
    if not query_string:
        return
    if b"%00" in query_string:
        raise Problem("invalid_parameter", "A query holds no NUL character.")
    given = [
        unquote_plus(pair.split("=", 1)[0]) for pair in query_string.decode("latin-1").split("&") if pair
    ]
    unknown = sorted(name for name in set(given) - allowed if not name.startswith(prefixes))
    if unknown:
        known = ", ".join(sorted(allowed)) or "none"
        raise Problem(
            "unknown_parameter",
            f"Unknown: {', '.join(unknown)[:200]}. Allowed here: {known}.",
            [
                FieldError(f"/query/{name[:60]}", "unknown_parameter", "No such parameter.")
                for name in unknown[:20]
            ],
            extra={"allowed": sorted(allowed)},
        )
    repeated = sorted(name for name in once if given.count(name) > 1)
    if repeated:
        found = [FieldError(f"/query/{name}", "repeated", "Given more than once.") for name in repeated]
        raise Problem("invalid_parameter", f"Given more than once: {', '.join(repeated)}.", found)
