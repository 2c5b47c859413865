"""Builds the FastAPI application of a service: the same edge, problems, health and lifespan everywhere.

Must never break: `create_service_app` does no IO; the OpenAPI document can be made without a database.
"""

import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import datetime

from fastapi import APIRouter, FastAPI, Request
from starlette.middleware import Middleware

from shared.messaging.wakeup import WakeUp
from shared.observability.logging import configure_logging, logger
from shared.observability.tracing import configure_tracing, flush_tracing
from shared.persistence.database import Database
from shared.web import clock, openapi, problem_handlers, problem_pages
from shared.web.body_limit import BodyLimits
from shared.web.draining import drain_on_sigterm
from shared.web.edge import Edge
from shared.web.health import Check, Health
from shared.web.identity import InternalKeys, identity_of
from shared.web.listing_cursor import CursorSigner
from shared.web.readiness import migrated, warm
from shared.web.route_index import RouteIndex
from shared.web.settings import ServiceSettings

CallerOf = Callable[[Request], Awaitable[str]]
Running = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_service_app(
    *,
    name: str,
    settings: ServiceSettings,
    database: Database,
    routers: Sequence[APIRouter],
    constraint_codes: Mapping[str, str] | None = None,
    readiness: Mapping[str, Check] | None = None,
    reads: Collection[str] = (),
    migrations: bool = True,
    body_limits: Mapping[str, int] | None = None,
    caller_of: CallerOf | None = None,
    running: Sequence[Running] = (),
    now: Callable[[], datetime] = clock.utc_now,
    version: str = "1",
) -> FastAPI:
    """The application of service `name`.

    `constraint_codes`: database constraint name -> problem code. `readiness`: checks that raise when down.
    `migrations`: not ready unless `services/<name>/migrations` are applied. `body_limits`: path -> bytes.
    `caller_of`: whom an Idempotency-Key belongs to; by default the internal token's `sub`.
    `reads`: the topics the service subscribes to, which X-Wait-For waits for.
    `running`: contexts held open while the application serves (clients, listeners), entered in order.
    """
    checks: dict[str, Check] = {"database": database.ping}
    if migrations:
        checks["migrations"] = migrated(name, database)
    health = Health({**checks, **(readiness or {})})
    edge = Middleware(
        Edge,
        service=name,
        endpoints=health.endpoints(),
        limits=BodyLimits(settings.body_limit_bytes, settings.batch_body_limit_bytes, body_limits or {}),
        access_log=settings.access_log,
    )
    app = FastAPI(
        title=f"Dealstream {name}",
        version=version,
        lifespan=_lifespan(name, settings, database, health, running),
        middleware=[edge],
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.service = name
    app.state.settings = settings
    app.state.database = database
    app.state.health = health
    app.state.clock = now
    app.state.reads = frozenset(reads)
    app.state.internal_keys = InternalKeys(settings.internal_token_public_keys)
    app.state.cursors = CursorSigner(settings.cursor_secret.get_secret_value())
    app.state.caller_of = caller_of or _internal_caller
    problem_handlers.install(app, constraint_codes=constraint_codes or {})
    openapi.install(app)
    for router in (*routers, problem_pages.router):
        # Flat, not `include_router`: an included router is matched twice for each request.
        app.router.routes.extend(router.routes)
    app.router.routes.insert(0, RouteIndex(app.router.routes))
    return app


async def _internal_caller(request: Request) -> str:
    identity = identity_of(request)
    return "anonymous" if identity is None else f"{identity.kind}:{identity.sub}"


def _lifespan(
    name: str, settings: ServiceSettings, database: Database, health: Health, running: Sequence[Running]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        configure_logging(name, settings.log_level)
        configure_tracing(name)
        log = logger("shared.web.app")
        async with AsyncExitStack() as stack:
            stack.callback(flush_tracing)
            stack.push_async_callback(database.close)
            stack.push_async_callback(WakeUp(database).close)
            stack.enter_context(drain_on_sigterm(health, settings.drain_seconds))
            await warm(database, settings.database_pool_size)
            for context in running:
                await stack.enter_async_context(context(app))
            # What the start has made stays: the collector need not look through it again and again.
            gc.freeze()
            log.info("started", version=app.version)
            yield
            health.draining.set()
            log.info("stopping")

    return lifespan
