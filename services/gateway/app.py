"""The gateway's API: settings -> parts -> routes. Wiring only."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware

from services.gateway.api_document import routes as api_document
from services.gateway.api_document.contracts import read_contracts
from services.gateway.api_document.domain import merged
from services.gateway.api_key import routes as api_key
from services.gateway.api_key.use_cases.check_key import KeyRing
from services.gateway.caller.directory import CallerDirectory
from services.gateway.caller.domain import VISITOR
from services.gateway.caller.internal_token import InternalTokens
from services.gateway.caller.routes import caller_of
from services.gateway.dashboard import routes as dashboard
from services.gateway.deal_overview import routes as deal_overview
from services.gateway.feed import routes as feed
from services.gateway.feed.tail import FeedTail
from services.gateway.forwarding.domain import ForwardingTable, operations_of
from services.gateway.front.authentication import Authentication
from services.gateway.front.cross_origin import cross_origin
from services.gateway.front.middleware import Doors, Front, RateLimitHeaders
from services.gateway.member import routes as member
from services.gateway.member.passwords import Passwords
from services.gateway.organisation import routes as organisation
from services.gateway.partner import routes as partner
from services.gateway.pipeline_overview import routes as pipeline_overview
from services.gateway.profile import routes as profile
from services.gateway.rate_limit.limiter import RateLimiter
from services.gateway.reporting_line import routes as reporting_line
from services.gateway.settings import GatewaySettings
from services.gateway.sign_in import routes as sign_in
from services.gateway.sign_in.access_token import AccessTokens
from services.gateway.standing import standings
from services.gateway.topics import SUBSCRIPTIONS
from services.gateway.upstream.connections import Upstreams
from services.gateway.working_time import routes as working_time
from shared.persistence.database import Database
from shared.web import json_body
from shared.web.app import create_service_app
from shared.web.clock import utc_now
from shared.web.identity import SigningKey
from shared.web.settings import MEBIBYTE

ROUTERS = (
    sign_in.router,
    profile.router,
    organisation.router,
    working_time.router,
    member.router,
    reporting_line.router,
    partner.router,
    api_key.router,
    feed.router,
    deal_overview.router,
    dashboard.router,
    pipeline_overview.router,
    api_document.router,
)
VISITORS_BODY_BYTES = 64 * 1024
UPLOAD_BYTES = 51 * MEBIBYTE
"""A file to import, with the form around it."""
CONSTRAINTS = {
    "uq_member_email": "email_taken",
    "uq_member_source_system_external_id": "external_id_taken",
    "uq_team_source_system_external_id": "external_id_taken",
    "uq_partner_name": "name_taken",
}


def create_app(
    settings: GatewaySettings | None = None,
    contracts: Mapping[str, Mapping[str, Any]] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> FastAPI:
    """The application. `contracts`: OpenAPI documents by service; by default the committed ones. `clock`:
    the seconds by which limits fill up, breakers close and what is remembered grows old."""
    settings = settings or GatewaySettings.load()
    documents = read_contracts() if contracts is None else contracts
    database = Database(settings.gateway_database_url, name="gateway", pool_size=settings.database_pool_size)
    upstreams = Upstreams(
        settings.upstream_urls(),
        seconds=settings.upstream_timeout_ms / 1000,
        connections=settings.upstream_connections,
        clock=clock,
    )
    tail = FeedTail(database)
    app = create_service_app(
        name="gateway",
        settings=settings,
        body_limits={"/v1/public/": VISITORS_BODY_BYTES, "/v1/imports": UPLOAD_BYTES},
        database=database,
        routers=ROUTERS,
        constraint_codes=CONSTRAINTS,
        caller_of=caller_of,
        reads=SUBSCRIPTIONS,
        running=(upstreams.open, tail.open),
    )
    app.state.upstreams = upstreams
    app.state.feed_tail = tail
    _wire_front(app, settings, database, documents, clock=clock)
    app.state.public_document = json_body.dumps(merged(app.openapi(), documents))
    _replace_document_route(app)
    if settings.cors_origins:
        app.user_middleware.insert(0, cross_origin(settings.cors_origins))
    return app


def _replace_document_route(app: FastAPI) -> None:
    """FastAPI serves its own document of the gateway alone; the front shows the one of everybody."""
    ours = set(map(id, api_document.router.routes))
    app.router.routes[:] = [
        route
        for route in app.router.routes
        if getattr(route, "path", None) != app.openapi_url or id(route) in ours
    ]


def _wire_front(
    app: FastAPI,
    settings: GatewaySettings,
    database: Database,
    documents: Mapping[str, Mapping[str, Any]],
    *,
    clock: Callable[[], float],
) -> None:
    seconds = settings.standing_cache_seconds
    pepper = settings.api_key_pepper.get_secret_value().encode()
    keys = KeyRing(database, pepper, seconds=seconds, now=utc_now, clock=clock)
    signing = SigningKey.from_pem(
        settings.internal_token_key_id, settings.internal_token_private_key.get_secret_value()
    )
    internal = InternalTokens(signing, utc_now)
    callers = CallerDirectory(standings(database, keys, utc_now), internal, seconds=seconds, clock=clock)
    tokens = AccessTokens(
        settings.access_token_private_key.get_secret_value(), settings.access_token_public_keys
    )
    limiter = RateLimiter(settings.policies(), clock)
    app.state.keys = keys
    app.state.callers = callers
    app.state.access_tokens = tokens
    app.state.rate_limiter = limiter
    app.state.passwords = Passwords(settings.password_checks_at_once)
    table = ForwardingTable(
        [
            operation
            for service, document in documents.items()
            if service != "gateway"
            for operation in operations_of(service, document)
        ]
    )
    app.state.forwarding_table = table
    doors = Doors(
        table,
        app.state.upstreams,
        Authentication(tokens, keys, callers),
        limiter,
        visitor_token=partial(internal.token_of, VISITOR),
    )
    app.user_middleware.insert(0, Middleware(RateLimitHeaders, otherwise=limiter.policy_header("anonymous")))
    app.user_middleware.append(Middleware(Front, doors=doors))
