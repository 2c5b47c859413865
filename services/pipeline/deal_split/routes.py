"""`/v1/deals/{id}/splits`."""

from uuid import UUID

from fastapi import Response

from services.pipeline.answers import one
from services.pipeline.deal.use_cases.note_on_deal import see_deal
from services.pipeline.deal_split.repository import splits_of
from services.pipeline.deal_split.schemas import SplitsBody, SplitsOut, splits_out
from services.pipeline.deal_split.use_cases.set_splits import set_splits, version_of
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/deals/{deal_id}/splits", tags=["deals"])


@router.get("", response_model=SplitsOut, openapi_extra=permission("deals:read"), summary="Splits of a deal")
async def get_splits(deal_id: UUID, caller: Caller, connection: Reading) -> Response:
    """Each member's share of the amount. A share is amount x percent / 100 in cents, rounded down, and the
    cents missing go to the largest remainders (the method of Hamilton), so that they add up. 404."""
    deal = await see_deal(connection, deal_id, caller)
    splits = await splits_of(connection, deal_id)
    return one(splits_out(deal, splits, version=version_of(deal)))


@router.put("", response_model=SplitsOut, openapi_extra=permission("deals:write"), summary="Split a deal")
async def put_splits(
    *,
    deal_id: UUID,
    body: SplitsBody,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """All splits at once, by the owner or who answers for the owner: members are the owner and the team.

    403 `forbidden`; 404 `deal_not_found`; 412; 422 `validation_failed` when revenue does not add up to 100 %,
    `not_on_team`; 428.
    """
    wanted = body.splits()
    deal = await set_splits(connection, deal_id, caller, wanted, seen_version=if_match, now=now)
    splits = await splits_of(connection, deal_id)
    return one(splits_out(deal, splits, version=version_of(deal)))
