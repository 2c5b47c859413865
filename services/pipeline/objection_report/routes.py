"""`/v1/analytics/objections`."""

from services.pipeline.deal_report.schemas import CutDeals
from services.pipeline.objection_report.schemas import ObjectionsReport
from services.pipeline.objection_report.use_cases.rank_objections import rank_objections
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/analytics", tags=["analytics"])


@router.get(
    "/objections",
    response_model=ObjectionsReport,
    openapi_extra=permission("deals:read"),
    summary="What customers object to, and how well it is answered",
)
async def get_objections(
    *, connection: Reading, caller: Caller, now: Now, asked: PresentPeriod, cut: CutDeals
) -> ObjectionsReport:
    """Objections recorded in the period on deals the caller may read: by kind, the most frequent first, and
    by the stage the deal was in then; `group_by` splits by owner, product and more, each part by kind.

    resolution_rate = resolved / raised, of those raised in the period, whenever they were resolved; null when
    none was raised. `median_days_to_resolve`: of those resolved. One query over the objections of the period,
    by index. Problems: 400 `period_invalid`, `unknown_parameter`; 503 `organisation_unknown`.
    """
    return await rank_objections(connection, caller, asked, cut, now=now)
