"""`/livez`, `/healthz`, `/readyz` and `/metrics` of any process, API or worker, as plain ASGI endpoints.

Must never break: liveness never depends on another system; readiness is false as soon as a stop begins.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from shared.observability import metrics
from shared.observability.logging import logger

Check = Callable[[], Awaitable[None]]
_CACHED_SECONDS = 1.0
_CHECK_SECONDS = 3.0
_log = logger("shared.web.health")


class Health:
    """`checks` are awaited for readiness, all at once, at most once a second; a check that raises is down."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._draining = asyncio.Event()
        self._answer: tuple[float, bool, dict[str, str]] = (0.0, False, {})
        self._asking = asyncio.Lock()

    @property
    def draining(self) -> asyncio.Event:
        """Set when the process was asked to stop: long answers (streams) should end themselves then."""
        return self._draining

    def endpoints(self) -> dict[str, Callable[[Scope, Receive, Send], Awaitable[None]]]:
        """Path -> ASGI endpoint."""
        return {"/livez": self._live, "/healthz": self._live, "/readyz": self._ready, "/metrics": _metrics}

    async def state(self) -> tuple[bool, dict[str, str]]:
        """Ready or not, and each check's state (`ok`, `draining`, or what kind of error)."""
        if self._draining.is_set():
            return False, {"process": "draining"}
        async with self._asking:
            asked_at, ready, states = self._answer
            if time.monotonic() - asked_at > _CACHED_SECONDS:
                found = await asyncio.gather(*(_outcome(name, ask) for name, ask in self._checks.items()))
                states = dict(found)
                ready = all(state == "ok" for state in states.values())
                self._answer = (time.monotonic(), ready, states)
        return ready, states

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _json(send, 200, {"status": "ok"})

    async def _ready(self, scope: Scope, receive: Receive, send: Send) -> None:
        ready, states = await self.state()
        body = {"status": "ready" if ready else "not_ready", "checks": states}
        await _json(send, 200 if ready else 503, body)


async def _outcome(name: str, ask: Check) -> tuple[str, str]:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            await ask()
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a check means "not ready", and is said
        _log.warning("not_ready", check=name, error=type(error).__qualname__)
        return name, type(error).__qualname__
    return name, "ok"


async def _metrics(scope: Scope, receive: Receive, send: Send) -> None:
    await _send(send, 200, metrics.exposition(), metrics.CONTENT_TYPE)


async def _json(send: Send, status: int, body: Mapping[str, Any]) -> None:
    await _send(send, status, orjson.dumps(body), "application/json")


async def _send(send: Send, status: int, body: bytes, media_type: str) -> None:
    headers = [
        (b"content-type", media_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
