"""Small real services behind the front: one that echoes what it got, one that misbehaves on demand."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from deploy.local.ports import free_port
from shared.web.identity import InternalKeys
from tests.gateway.settings import key_pair

Json = dict[str, Any]


def operation(permission: str | None, **described: Any) -> Json:
    """An operation of an OpenAPI document."""
    answers: Json = {"responses": {"200": {"description": "ok"}}}
    return answers | described | ({"x-permission": permission} if permission else {})


NDJSON: Json = {"requestBody": {"content": {"application/json": {}, "application/x-ndjson": {}}}}
LEADS: Json = {
    "openapi": "3.1.0",
    "info": {"title": "leads", "version": "1"},
    "paths": {
        "/v1/leads": {"get": operation("leads:read"), "post": operation("leads:write")},
        "/v1/leads/batch": {"post": operation("leads:write", **NDJSON)},
        "/v1/leads/{lead_id}": {"get": operation("leads:read"), "patch": operation("leads:write")},
        "/v1/leads/{lead_id}/assign": {"post": operation("leads:assign")},
        "/v1/accounts/{account_id}": {"get": operation("accounts:read")},
        "/v1/activities": {"get": operation("activities:read")},
        "/v1/internal/secrets": {"get": operation(None)},
        "/v1/partner/leads": {"post": operation("partner_leads:write")},
        "/v1/partner/leads/{external_id}": {
            "get": operation("partner_leads:read", **{"x-takes-slashes": True})
        },
        "/v1/public/forms/{key}": {"get": operation("public"), "post": operation("public")},
    },
}


@dataclass
class StandIn:
    """A service of our own making; `fail` is the status it answers with, None for a good answer. `before`
    is awaited with each path before it is answered."""

    url: str = ""
    requests: list[Json] = field(default_factory=list)
    fail: int | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    before: Callable[[str], Awaitable[object]] | None = None

    def application(self) -> Starlette:
        methods = ["GET", "POST", "PATCH", "PUT", "DELETE"]
        return Starlette(routes=[Route("/{path:path}", self.answer, methods=methods)])

    async def answer(self, request: Request) -> Response:
        path = request.url.path
        body = await request.body()
        self.requests.append(
            {
                "method": request.method,
                "target": request.scope["raw_path"].decode() + "?" + request.url.query,
                "headers": dict(request.headers),
                "bytes": len(body),
            }
        )
        if self.before is not None:
            await self.before(path)
        if self.fail is not None:
            return JSONResponse({"code": "broken", "detail": "as told"}, status_code=self.fail)
        if path in self.answers:
            return JSONResponse(self.answers[path])
        if path.endswith("/long"):
            return StreamingResponse((b"x" * 65536 for _ in range(32)), media_type="text/plain")
        identity = InternalKeys({"test": key_pair()[1]}).verify(request.headers["x-dealstream-identity"])
        headers = {
            "ETag": '"7"',
            "Location": "/v1/leads/7",
            "X-Event-Position": "leads.lead/x/1",
            "X-Dealstream-Inside": "secret",
        }
        echo = {"caller": identity.model_dump(mode="json"), "bytes": len(body)}
        return JSONResponse(echo, status_code=201 if request.method == "POST" else 200, headers=headers)


@asynccontextmanager
async def served(stand_in: StandIn, port: int | None = None) -> AsyncIterator[StandIn]:
    """The stand-in on a real port of this machine."""
    port = port or free_port()
    config = uvicorn.Config(stand_in.application(), port=port, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    stand_in.url = f"http://127.0.0.1:{port}"
    try:
        yield stand_in
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def black_hole() -> AsyncIterator[str]:
    """The URL of something that takes connections and never answers."""

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()
