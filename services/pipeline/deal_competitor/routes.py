"""`/v1/deals/{id}/competitors`."""

from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.answers import one
from services.pipeline.deal.use_cases.note_on_deal import see_deal
from services.pipeline.deal_competitor.queries import LISTING, competitor_of, of_deal
from services.pipeline.deal_competitor.schemas import (
    DealCompetitorCreate,
    DealCompetitorOut,
    DealCompetitorPatch,
)
from services.pipeline.deal_competitor.use_cases.keep_rivals import (
    change_rival,
    meet_competitor,
    remove_rival,
)
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/deals/{deal_id}/competitors", tags=["deals"])
_READ, _WRITE = permission("deals:read"), permission("deals:write")


@router.get(
    "",
    response_model=Page[DealCompetitorOut],
    openapi_extra={**_READ, **LISTING.openapi},
    summary="Competitors of a deal",
)
async def list_rivals(deal_id: UUID, caller: Caller, request: Request, connection: Reading) -> Response:
    """Those recorded, and the one of whom the deal's text `competitor` is a spelling. 404."""
    await see_deal(connection, deal_id, caller)
    return await LISTING.answer(connection, request, where=[of_deal(deal_id)])


@router.post(
    "", status_code=201, response_model=DealCompetitorOut, openapi_extra=_WRITE, summary="Meet a competitor"
)
async def post_rival(
    deal_id: UUID, body: DealCompetitorCreate, caller: Caller, connection: Transaction, now: Now
) -> Response:
    """201 with Location and ETag; a new version of the deal, event `...competitor_added`.

    404 `deal_not_found`; 409 `already_on_deal`; 422 `reference_unknown`.
    """
    competitor_id = await meet_competitor(connection, deal_id, caller, dict(body), now=now)
    return await _answer(connection, deal_id, competitor_id, created=True)


@router.get(
    "/{competitor_id}",
    response_model=DealCompetitorOut,
    openapi_extra=_READ,
    summary="One competitor of a deal",
)
async def get_rival(deal_id: UUID, competitor_id: UUID, caller: Caller, connection: Reading) -> Response:
    """404 `deal_not_found`, `deal_competitor_not_found`."""
    await see_deal(connection, deal_id, caller)
    return await _answer(connection, deal_id, competitor_id)


@router.patch(
    "/{competitor_id}",
    response_model=DealCompetitorOut,
    openapi_extra=_WRITE,
    summary="How a competitor stands",
)
async def patch_rival(
    *,
    deal_id: UUID,
    competitor_id: UUID,
    body: DealCompetitorPatch,
    if_match: IfMatch,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """A merge patch. 404; 412 `version_conflict`; 422; 428."""
    fields = body.changes()
    await change_rival(connection, deal_id, competitor_id, caller, fields, seen_version=if_match, now=now)
    return await _answer(connection, deal_id, competitor_id)


@router.delete(
    "/{competitor_id}", status_code=204, openapi_extra=_WRITE, summary="Take a competitor off a deal"
)
async def delete_rival(
    *,
    deal_id: UUID,
    competitor_id: UUID,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> None:
    """It was not met after all. The one that the deal's text names is taken off by PATCH of the deal.

    404; 412; 428.
    """
    await remove_rival(connection, deal_id, competitor_id, caller, seen_version=if_match, now=now)


async def _answer(
    connection: AsyncConnection, deal_id: UUID, competitor_id: UUID, *, created: bool = False
) -> Response:
    fields = (await competitor_of(connection, deal_id, competitor_id))._asdict()
    created_at = f"/v1/deals/{deal_id}/competitors" if created else None
    return one(fields, created_at=created_at, key="competitor_id")
