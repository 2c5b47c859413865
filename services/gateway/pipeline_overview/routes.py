"""`/v1/pipeline/overview`."""

import asyncio
from typing import Any

from fastapi import Request

from services.gateway.caller.routes import Caller, GatewayRouter
from services.gateway.pipeline_overview.domain import SECONDS, leads_in_the_pipe, stats_query
from services.gateway.pipeline_overview.schemas import DEFINITIONS, PipelineOverview
from services.gateway.upstream.reading import Part, part, read
from shared.web.clock import Now
from shared.web.route import permission

router = GatewayRouter(prefix="/v1/pipeline", tags=["pipelines"])


@router.get(
    "/overview",
    response_model=PipelineOverview,
    response_model_exclude_unset=True,
    openapi_extra=permission("deals:read"),
    summary="Three pipelines together",
)
async def get_overview(request: Request, caller: Caller, now: Now) -> PipelineOverview:
    """Deals almost closed, deals for later and leads in the pipe, of what the caller may see: count, value
    and the dates they are expected at. A part whose service is down or slow is `missing`, with the reason;
    the rest comes within two seconds."""
    upstreams, token = request.app.state.upstreams, caller.internal_token
    readings = [read(upstreams, "pipeline", "/v1/pipeline/summary", token)]
    if caller.standing.may("leads:read"):
        asked = stats_query(now.date())
        readings.append(read(upstreams, "leads", "/v1/leads/stats", token, query=asked))
    found = await asyncio.gather(*(part(reading, seconds=SECONDS) for reading in readings))
    summary = found[0]
    shown: dict[str, Any] = {name: _of(summary, name) for name in ("almost_closed", "for_later")}
    if len(found) > 1:
        leads = found[1]
        shown["leads"] = _with(leads, leads_in_the_pipe(leads.data)) if leads.state == "ok" else leads
    return PipelineOverview(**shown, definitions=DEFINITIONS)


def _of(summary: Part, name: str) -> Part:
    return _with(summary, summary.data[name]) if summary.state == "ok" else summary


def _with(whole: Part, data: Any) -> Part:
    return whole.model_copy(update={"data": data})
