"""The dashboard."""

import asyncio

from fastapi import Request

from services.gateway.caller.routes import Caller, GatewayRouter
from services.gateway.dashboard.domain import SECONDS, SOURCES
from services.gateway.dashboard.schemas import Dashboard
from services.gateway.upstream.reading import part, read
from shared.web.route import permission

router = GatewayRouter(prefix="/v1/me", tags=["profile"])


@router.get(
    "/dashboard",
    response_model=Dashboard,
    response_model_exclude_unset=True,
    openapi_extra=permission("me:read"),
)
async def get_dashboard(request: Request, caller: Caller) -> Dashboard:
    """This quarter's forecast, the pipeline, deals about to close, new leads, activities due, lead funnel.
    A part whose service is down or slow is `missing`, with the reason; the rest comes within two seconds."""
    upstreams, token = request.app.state.upstreams, caller.internal_token
    wanted = {name: source for name, source in SOURCES.items() if caller.standing.may(source.permission)}
    parts = await asyncio.gather(
        *(
            part(read(upstreams, source.service, source.path, token, query=source.query), seconds=SECONDS)
            for source in wanted.values()
        )
    )
    return Dashboard(**dict(zip(wanted, parts, strict=True)))
