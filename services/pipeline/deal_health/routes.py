"""`/v1/deals/{id}/health`."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from services.pipeline.deal.use_cases.note_on_deal import see_deal
from services.pipeline.deal_health.domain import checks
from services.pipeline.deal_health.queries import beside
from services.pipeline.deal_health.schemas import DEFINITIONS, HealthOut
from services.pipeline.tables import ORGANISATION
from shared.organisation.queries import load_organisation
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/deals/{deal_id}", tags=["deals"])


@router.get(
    "/health",
    response_model=HealthOut,
    openapi_extra=permission("deals:read"),
    summary="What speaks against a deal",
)
async def get_health(deal_id: UUID, caller: Caller, connection: Reading, now: Now) -> dict[str, Any]:
    """Overdue, stuck, quiet, without a next step, pushed often, with a single contact: each check with its
    figure, its limit and what it means; `unknown` where too little is known. Nothing is guessed and no score
    is made of it. 404 `deal_not_found`."""
    deal = await see_deal(connection, deal_id, caller)
    calendar = (await load_organisation(connection, ORGANISATION)).calendar
    found = checks(deal, await beside(connection, deal), now=now, today=calendar.local_date(now))
    return {
        "deal_id": deal.id,
        "status": deal.status,
        "as_of": now,
        "warnings": [each.kind for each in found if each.state == "warning"],
        "checks": [asdict(each) for each in found],
        "definitions": DEFINITIONS,
    }
