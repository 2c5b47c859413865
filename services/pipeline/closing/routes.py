"""`/v1/deals/{id}/closing`."""

from typing import Any
from uuid import UUID

from fastapi import Response

from services.pipeline.answers import one
from services.pipeline.closing.domain import Closing
from services.pipeline.closing.repository import CLOSINGS
from services.pipeline.closing.schemas import ClosingIn, ClosingOut
from services.pipeline.closing.use_cases.set_closing import set_closing
from services.pipeline.deal.use_cases.note_on_deal import see_deal
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/deals/{deal_id}/closing", tags=["deals"])


@router.get(
    "", response_model=ClosingOut, openapi_extra=permission("deals:read"), summary="How a deal is closed"
)
async def get_closing(deal_id: UUID, caller: Caller, connection: Reading) -> Response:
    """Negotiation, terms, contract, signature; empty with version 0 until something is said. 404."""
    await see_deal(connection, deal_id, caller)
    return one(_shown(deal_id, await CLOSINGS.find(connection, deal_id)))


@router.put(
    "", response_model=ClosingOut, openapi_extra=permission("deals:write"), summary="Say how a deal is closed"
)
async def put_closing(
    *,
    deal_id: UUID,
    body: ClosingIn,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """The whole closing; a new version of the deal, event `pipeline.deal.closing_changed`.

    404 `deal_not_found`; 412 `version_conflict`; 422 a signing date that lies ahead; 428.
    """
    said = await set_closing(connection, deal_id, caller, dict(body), seen_version=if_match, now=now)
    return one(_shown(deal_id, said))


def _shown(deal_id: UUID, closing: Closing | None) -> dict[str, Any]:
    if closing is None:
        return {**dict.fromkeys(ClosingOut.model_fields), "deal_id": deal_id, "version": 0}
    return {name: getattr(closing, name) for name in ClosingOut.model_fields}
