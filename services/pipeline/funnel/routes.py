"""`GET /v1/funnel`."""

from typing import Annotated

from fastapi import Query

from services.pipeline.deal_report.schemas import CutDeals
from services.pipeline.funnel.schemas import Basis, FunnelOut
from services.pipeline.funnel.use_cases.draw_funnel import draw_funnel
from shared.reporting.parameters import AskedPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/funnel", tags=["analytics"])


@router.get(
    "",
    response_model=FunnelOut,
    openapi_extra=permission("deals:read"),
    summary="How far deals get, stage by stage",
)
async def get_funnel(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: AskedPeriod,
    basis: Annotated[
        Basis,
        Query(
            description="`cohort`: deals created in the period, followed on. `period`: deals that entered "
            "each stage in the period, whenever they were created."
        ),
    ] = "cohort",
    cut: CutDeals,
) -> FunnelOut:
    """Each stage of each pipeline in order: how many deals entered it, moved on, were lost there, are still
    there or went back, with amounts in base currency and the days that stays lasted.

    conversion = entered next / entered; null when nothing entered. By `cohort` it never exceeds 1; by
    `period` the two are different deals, so it may. A deal that jumps over a stage counts as having entered
    it. Removed stages count as the stage their deals went on in. The counts of `groups` add up to the whole.
    Only deals that the caller may list are counted, all of them. Costs two queries over the deals of the
    period, by index.

    `as_of`: the deals, their stages and the pipelines as they stood then by business time, within what the
    caller may list today.

    Problems: 400 `period_invalid`, `invalid_parameter`, `unknown_parameter`; 503 `organisation_unknown`.
    """
    return await draw_funnel(connection, caller, asked, cut, basis=basis, now=now)
