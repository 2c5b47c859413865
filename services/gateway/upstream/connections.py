"""All upstreams of the process and the connections they share."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial

import aiohttp
from fastapi import FastAPI
from prometheus_client import Gauge

from services.gateway.upstream.client import Upstream
from services.gateway.upstream.policy import State
from shared.persistence import codec

# Shorter than a server's own keep-alive (uvicorn: 5 s), so that no request meets a connection just closed.
_KEEP_ALIVE_SECONDS = 4.0
_STATES = {State.CLOSED: 0, State.HALF_OPEN: 1, State.OPEN: 2}

circuit_state = Gauge("upstream_circuit_state", "0 closed, 1 half open, 2 open.", ("service", "upstream"))


class Upstreams:
    """By service name. `open` holds the connections while the application serves."""

    def __init__(
        self, urls: Mapping[str, str], *, seconds: float, connections: int, clock: Callable[[], float]
    ) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None
        self._by_name = {
            name: Upstream(name, url, self._opened, seconds=seconds, most_in_flight=connections, now=clock)
            for name, url in urls.items()
        }
        for name, upstream in self._by_name.items():
            circuit_state.labels("gateway", name).set_function(partial(_state_of, upstream))

    def __getitem__(self, name: str) -> Upstream:
        return self._by_name[name]

    @asynccontextmanager
    async def open(self, _app: FastAPI) -> AsyncIterator[None]:
        """For `create_service_app(running=...)`."""
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0, limit_per_host=self._connections, keepalive_timeout=_KEEP_ALIVE_SECONDS
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("User-Agent", "Accept-Encoding", "Accept", "Content-Type"),
            json_serialize=codec.dumps,
        ) as self._session:
            yield
        self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the connections to the services are not open")
        return self._session


def _state_of(upstream: Upstream) -> float:
    return _STATES[upstream.state]
