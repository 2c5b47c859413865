"""`/v1/deals/{id}/interventions`."""

from uuid import UUID

from fastapi import Request, Response

from services.pipeline.answers import shown
from services.pipeline.deal.schemas import deal_out
from services.pipeline.deal.use_cases.note_on_deal import see_deal
from services.pipeline.intervention.queries import LISTING, of_deal
from services.pipeline.intervention.repository import get
from services.pipeline.intervention.schemas import (
    InterventionCreate,
    InterventionMadeOut,
    InterventionOut,
)
from services.pipeline.intervention.use_cases.intervene import intervene
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny, etag
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/deals/{deal_id}/interventions", tags=["deals"])
_READ = permission("deals:read")


@router.get(
    "",
    response_model=Page[InterventionOut],
    openapi_extra={**_READ, **LISTING.openapi},
    summary="Interventions in a deal",
)
async def list_interventions(
    deal_id: UUID, caller: Caller, request: Request, connection: Reading
) -> Response:
    """What managers have changed, and why, the newest first. 404 `deal_not_found`."""
    await see_deal(connection, deal_id, caller)
    return await LISTING.answer(connection, request, where=[of_deal(deal_id)])


@router.post(
    "",
    status_code=201,
    response_model=InterventionMadeOut,
    openapi_extra=permission("deals:intervene"),
    summary="Intervene in a deal",
)
async def post_intervention(
    *,
    deal_id: UUID,
    body: InterventionCreate,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """Other limits to the amount, another priority, another owner, by a manager of the owner, and why.

    Reps sell within the limits from then on (422 `outside_limits`). The event `pipeline.deal.intervened`
    tells the owner, a new one too. The ETag is the deal's. `largest_discount` makes `least_amount` =
    amount x (1 - largest_discount / 100), in cents, rounded up.

    403; 404; 409 `deal_not_open`, `state_conflict` when all is so already; 412; 422; 428.
    """
    named = body.changes()
    discount = named.pop("largest_discount", None)
    reason = named.pop("reason")
    made, deal = await intervene(
        connection,
        deal_id,
        caller,
        named,
        reason=reason,
        largest_discount=discount,
        seen_version=if_match,
        now=now,
    )
    answer = {**shown(made, InterventionOut), "deal": deal_out(deal)}
    headers = {
        "ETag": etag(deal.version),
        "Location": f"/v1/deals/{deal_id}/interventions/{made.id}",
    }
    return Response(json_body.dumps(answer), 201, headers, media_type="application/json")


@router.get(
    "/{intervention_id}", response_model=InterventionOut, openapi_extra=_READ, summary="One intervention"
)
async def get_intervention(
    deal_id: UUID, intervention_id: UUID, caller: Caller, connection: Reading
) -> Response:
    """404 `deal_not_found`, `intervention_not_found`."""
    await see_deal(connection, deal_id, caller)
    found = await get(connection, deal_id, intervention_id)
    return Response(json_body.dumps(shown(found, InterventionOut)), media_type="application/json")
