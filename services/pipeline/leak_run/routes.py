"""`/v1/analytics/leaks/runs`: what each night found."""

from fastapi import Request, Response
from sqlalchemy import false, true

from services.pipeline.leak_run.queries import LISTING
from services.pipeline.leak_run.schemas import LeakRunOut
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/analytics/leaks/runs", tags=["leaks"])


@router.get(
    "",
    response_model=Page[LeakRunOut],
    openapi_extra={**permission("deals:read"), **LISTING.openapi},
    summary="What each night found",
)
async def list_runs(caller: Caller, request: Request, connection: Reading) -> Response:
    """The nightly look for leaks over all deals, the newest first: how many comparisons, what was found, and
    since when each leak is seen. A leak that is there for one night only may be chance. For who sees all
    deals; others are shown none."""
    where = [true() if caller.scope == "all" else false()]
    return await LISTING.answer(connection, request, where=where)
