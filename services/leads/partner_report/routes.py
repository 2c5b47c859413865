"""`/v1/analytics/partners`, `/v1/partner-programs/{id}/results` and `/v1/partner/report`."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.leads.partner_report.schemas import OwnReport, PartnerResults
from services.leads.partner_report.use_cases.report_partners import report_partners, report_to_partner
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.problem import Problem
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1", tags=["partners"])
_READ = permission("partners:read")


@router.get(
    "/analytics/partners",
    response_model=PartnerResults,
    openapi_extra=_READ,
    summary="What partners brought",
)
async def get_partners(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    program_id: Annotated[UUID | None, Query(description="Only the members of this programme.")] = None,
) -> PartnerResults:
    """What each partner sent in the period, what became of it, the deals won in the period from its leads and
    the commission due for them, within the caller's scope. `conversion` = converted / accepted. Commission =
    won revenue x reward rate of the tier that this revenue reaches. Costs three queries over the period, by
    index. Problems: 400 `period_invalid`; 404 `partner_program_not_found`; 503 `organisation_unknown`.
    """
    return await report_partners(connection, caller, asked, program_id, now=now)


@router.get(
    "/partner-programs/{program_id}/results",
    response_model=PartnerResults,
    openapi_extra=_READ,
    summary="Members of a programme, their leads and what was won",
)
async def get_program_results(
    *, program_id: UUID, connection: Reading, caller: Caller, now: Now, asked: PresentPeriod
) -> PartnerResults:
    """The same as `/v1/analytics/partners` for the members of the programme. Problems: as there."""
    return await report_partners(connection, caller, asked, program_id, now=now)


@router.get(
    "/partner/report",
    response_model=OwnReport,
    openapi_extra=permission("partner_leads:read"),
    summary="What the calling partner brought",
)
async def get_own_report(*, connection: Reading, caller: Caller, now: Now, asked: PresentPeriod) -> OwnReport:
    """For a partner's own key: sent, accepted, duplicate, quarantined, converted, won revenue and commission
    due of the period, with their definitions. Problems: 400 `period_invalid`; 403 `forbidden` for who is no
    partner; 503 `organisation_unknown`."""
    if caller.partner_id is None:
        raise Problem("forbidden", "Only a partner has such a report; see /v1/analytics/partners.")
    return await report_to_partner(connection, caller, caller.partner_id, asked, now=now)
