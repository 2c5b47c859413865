"""`/livez`, `/healthz`, `/readyz` and `/metrics` of a worker.

Must never break: liveness depends on the worker's own loops only, never on the database or the broker.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
import uvicorn

from shared.messaging.failures import is_transient
from shared.messaging.pulse import Pulse
from shared.observability import metrics
from shared.persistence.database import Database

_SILENT_SECONDS = 30.0
_READY_SECONDS = 3.0
_Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class WorkerHealth:
    """An ASGI application. Live: every loop has beaten within 30 s. Ready: live, not stopping, and the
    database answers. The broker is not asked: the outbox makes up for it."""

    def __init__(self, database: Database, pulses: Sequence[Pulse], stop: asyncio.Event) -> None:
        self._database = database
        self._pulses = pulses
        self._stop = stop

    async def __call__(self, scope: Mapping[str, Any], receive: object, send: _Send) -> None:
        path = scope.get("path")
        if path in {"/livez", "/healthz"}:
            await self._tell(send, self._silent())
        elif path == "/readyz":
            await self._tell(send, {**self._silent(), **await self._not_ready()})
        elif path == "/metrics":
            await _respond(send, 200, metrics.exposition(), metrics.CONTENT_TYPE)
        else:
            await _respond(send, 404, b'{"status":"not_found"}', "application/json")

    def _silent(self) -> dict[str, str]:
        return {
            pulse.name: f"silent for {pulse.silence():.0f} s"
            for pulse in self._pulses
            if pulse.silence() > _SILENT_SECONDS
        }

    async def _not_ready(self) -> dict[str, str]:
        if self._stop.is_set():
            return {"process": "draining"}
        try:
            async with asyncio.timeout(_READY_SECONDS):
                await self._database.ping()
        except Exception as error:
            if not is_transient(error):
                raise
            return {"database": type(error).__name__}
        return {}

    async def _tell(self, send: _Send, trouble: Mapping[str, str]) -> None:
        body = {"status": "not_ready" if trouble else "ok", "checks": trouble}
        await _respond(send, 503 if trouble else 200, orjson.dumps(body), "application/json")


class HealthServer(uvicorn.Server):
    """A server that leaves the process's signals to the worker."""

    def __init__(self, app: WorkerHealth, *, host: str, port: int) -> None:
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            lifespan="off",
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _respond(send: _Send, status: int, body: bytes, media_type: str) -> None:
    headers = [(b"content-type", media_type.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
