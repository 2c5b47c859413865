"""`/v1/analytics/lead-sources`."""

from typing import Annotated

from fastapi import Query

from services.leads.lead_source.schemas import AttributionAsked, GroupBy, LeadSources
from services.leads.lead_source.use_cases.compare_sources import compare_sources
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/analytics", tags=["analytics"])


@router.get(
    "/lead-sources",
    response_model=LeadSources,
    openapi_extra=permission("leads:read"),
    summary="What leads became, by the way they came in",
)
async def get_lead_sources(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    group_by: Annotated[
        GroupBy, Query(description="`origin`: active (we looked for them) or passive; `partner`: its id.")
    ] = "source",
    attribution: AttributionAsked = "first",
) -> LeadSources:
    """The leads created in the period within the caller's scope, credited to their touches: received,
    qualified, converted, won, and the revenue of the deals won from them in the organisation's currency.
    `origin` and `partner` are the lead's own, whatever the attribution. Groups add up to the whole exactly.
    `conversion` = converted / received, `win_rate` = won / received, `yield_per_lead` = won revenue /
    received; null when nothing was received. Every figure has its definition. Costs one query over the leads
    of the period, by index.

    Problems: 400 `period_invalid`; 503 `organisation_unknown`.
    """
    return await compare_sources(connection, caller, asked, group_by, attribution, now=now)
