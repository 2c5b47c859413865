"""What routing does about territories: `/v1/territories/{id}/assignments` and what-if runs."""

from typing import Any
from uuid import UUID

from fastapi import Response

from services.leads.lead.use_cases.look_at_leads import open_leads_in
from services.leads.routing.schemas import AssignItem
from services.leads.routing.use_cases.assign_leads import assign_leads
from services.leads.routing.use_cases.compare_territories import MOST, compare_territories
from services.leads.territory.schemas import AssignmentCreate, AssignmentOut, Simulate, Simulated
from services.leads.territory.use_cases.staff_territories import staff_territory
from shared.web import json_body
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(tags=["territories"])
_WRITE = permission("territories:write")


@router.post(
    "/v1/territories/{territory_id}/assignments",
    response_model=AssignmentOut,
    status_code=201,
    openapi_extra=_WRITE,
    summary="Let a member work a territory",
)
async def post_assignment(
    territory_id: UUID, body: AssignmentCreate, connection: Transaction, caller: Caller, now: Now
) -> Response:
    """201 with Location. With `reroute_open_leads` routing decides anew about up to 1,000 open leads of the
    territory, by the rules as they are; a lead nobody is eligible for stays where it is.

    Problems: 404 `territory_not_found`; 422 `reference_unknown`, `validation_failed`.
    """
    made: dict[str, Any] = await staff_territory(connection, caller, territory_id, body, now=now)
    if body.reroute_open_leads:
        leads = await open_leads_in(connection, territory_id, most=MOST)
        if leads:
            items = [AssignItem(lead_id=lead_id) for lead_id in leads]
            await assign_leads(connection, caller, items, now=now)
    shown = {**made, "from": made.pop("starts_at"), "to": made.pop("ends_at")}
    shown = {name: value for name, value in shown.items() if name not in ("starts_at", "ends_at")}
    headers = {"Location": f"/v1/territories/{territory_id}/assignments/{shown['id']}"}
    return Response(json_body.dumps(shown), 201, headers, media_type="application/json")


@router.post(
    "/v1/territory-versions/{number}/simulate",
    response_model=Simulated,
    openapi_extra=permission("territories:read"),
    summary="What a version would change",
)
async def post_simulate(
    *, number: int, body: Simulate = Simulate(), connection: Reading, caller: Caller, now: Now
) -> Simulated:
    """Routes the leads of the last days anew by this version, with the rules, sellers and loads of now, and
    says which would move from where to where. Nothing is written.

    Problems: 404 `territory_version_not_found`.
    """
    return await compare_territories(connection, caller, number, days=body.days, now=now)
