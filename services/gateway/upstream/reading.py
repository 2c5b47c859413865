"""Reading JSON of a service on behalf of a caller, for views that put several answers together."""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any, Literal
from urllib.parse import urlencode

import orjson
from multidict import CIMultiDict
from pydantic import BaseModel

from services.gateway.upstream.client import Request
from services.gateway.upstream.connections import Upstreams
from shared.contracts.errors import DomainError
from shared.observability import context, tracing
from shared.web.identity import HEADER as IDENTITY
from shared.web.problem import Problem, problem_body

Query = Mapping[str, str | int]


class Part(BaseModel):
    """One part of a composed view: there (`ok`), or not (`missing`) and why."""

    state: Literal["ok", "missing"]
    data: Any = None
    problem: dict[str, Any] | None = None


class ServiceRefused(DomainError):
    """The service answered a problem; `status` is its HTTP status."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(str(body.get("code", "upstream_invalid")), str(body.get("detail", "")))
        self.status = status


async def read(
    upstreams: Upstreams, service: str, path: str, token: str, *, query: Query | None = None
) -> Any:
    """The JSON of a GET. Raises Problem when the service cannot be asked, ServiceRefused when it says no."""
    headers: CIMultiDict[str] = CIMultiDict(
        {IDENTITY: token, "X-Correlation-Id": context.correlation_id.get(), "Accept": "application/json"}
    )
    trace = tracing.current_traceparent()
    if trace is not None:
        headers["traceparent"] = trace
    target = f"{path}?{urlencode(query)}" if query else path
    async with await upstreams[service].send(Request("GET", target, headers)) as response:
        try:
            body = orjson.loads(await response.read())
        except orjson.JSONDecodeError:
            raise Problem("upstream_invalid", f"The service {service} answered no JSON.") from None
        if response.status >= 400:
            raise ServiceRefused(response.status, body)
        return body


async def part(reading: Awaitable[Any], *, seconds: float) -> Part:
    """A part, missing when it cannot be read within the time."""
    try:
        async with asyncio.timeout(seconds):
            return Part(state="ok", data=await reading, problem=None)
    except TimeoutError:
        return _missing("upstream_timeout", "It took too long.")
    except Problem as problem:
        return _missing(problem.code, str(problem.detail))
    except ServiceRefused as refusal:
        return _missing(refusal.code, refusal.detail)


async def nothing() -> None:
    """A part that has nothing to read: no such link on the record."""


def _missing(code: str, detail: str) -> Part:
    return Part(state="missing", data=None, problem=problem_body(code, detail))
