"""`/v1/analytics/marketing-handover`."""

from fastapi import Request, Response

from services.leads.handover import queries
from services.leads.handover.schemas import HandedOverLead, Handovers
from services.leads.handover.use_cases.measure_handovers import measure_handovers
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/analytics/marketing-handover", tags=["analytics"])
_READ = permission("leads:read")


@router.get(
    "", response_model=Handovers, openapi_extra=_READ, summary="What sales made of what marketing handed over"
)
async def get_handovers(*, connection: Reading, caller: Caller, now: Now, asked: PresentPeriod) -> Handovers:
    """The hand-overs of the period (imports of leads for a campaign, `handed_over_at`) within the caller's
    scope: how many leads, how many sales took up, refused or left waiting, and what came of them.
    `acceptance_rate` = accepted / handed over. Costs one query over the rows of these imports, with the lead
    and deals of each. Problems: 400 `period_invalid`; 503 `organisation_unknown`."""
    return await measure_handovers(connection, caller, asked, now=now)


@router.get(
    "/leads",
    response_model=Page[HandedOverLead],
    openapi_extra=_READ | queries.HANDED_OVER.openapi,
    summary="The outcome of each lead that was handed over",
)
async def list_handed_over(request: Request, connection: Reading, caller: Caller) -> Response:
    """The newest first. `import_id` or `campaign` narrow it down to a hand-over, `outcome` to what became of
    them."""
    return await queries.HANDED_OVER.answer(connection, request, where=[queries.kept(caller)])
