"""`/v1/deals/{id}/needs`."""

from uuid import UUID

from fastapi import Request, Response

from services.pipeline.answers import one, shown
from services.pipeline.deal.use_cases.note_on_deal import see_deal
from services.pipeline.deal_need.domain import DealNeed
from services.pipeline.deal_need.queries import LISTING
from services.pipeline.deal_need.repository import NEEDS
from services.pipeline.deal_need.schemas import NeedCreate, NeedOut, NeedPatch
from services.pipeline.deal_need.use_cases.keep_needs import edit_need, record_need, withdraw_need
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/deals/{deal_id}/needs", tags=["deals"])
_READ, _WRITE = permission("deals:read"), permission("deals:write")


@router.get(
    "", response_model=Page[NeedOut], openapi_extra={**_READ, **LISTING.openapi}, summary="Needs of a deal"
)
async def list_needs(deal_id: UUID, caller: Caller, request: Request, connection: Reading) -> Response:
    """The newest first, without those withdrawn. 404 `deal_not_found`."""
    await see_deal(connection, deal_id, caller)
    rows = NEEDS.table.c
    where = [rows.deal_id == deal_id, rows.withdrawn_at.is_(None)]
    return await LISTING.answer(connection, request, where=where)


@router.post("", status_code=201, response_model=NeedOut, openapi_extra=_WRITE, summary="Record a need")
async def post_need(
    deal_id: UUID, body: NeedCreate, caller: Caller, connection: Transaction, now: Now
) -> Response:
    """201 with Location and ETag; a new version of the deal, event `...need_recorded`. 404; 422."""
    need = await record_need(connection, deal_id, caller, dict(body), now=now)
    return _answer(need, created_at=f"/v1/deals/{deal_id}/needs")


@router.get("/{need_id}", response_model=NeedOut, openapi_extra=_READ, summary="One need")
async def get_need(deal_id: UUID, need_id: UUID, caller: Caller, connection: Reading) -> Response:
    """404 `deal_not_found`, `need_not_found`, also when it was withdrawn."""
    await see_deal(connection, deal_id, caller)
    need = await NEEDS.get(connection, deal_id, need_id)
    if need.withdrawn_at is not None:
        raise NEEDS.missing()
    return _answer(need)


@router.patch("/{need_id}", response_model=NeedOut, openapi_extra=_WRITE, summary="Edit a need")
async def patch_need(
    *,
    deal_id: UUID,
    need_id: UUID,
    body: NeedPatch,
    if_match: IfMatch,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """A merge patch. 404 `deal_not_found`, `need_not_found`; 412 `version_conflict`; 422; 428."""
    fields = body.changes()
    need = await edit_need(connection, deal_id, need_id, caller, fields, seen_version=if_match, now=now)
    return _answer(need)


@router.delete("/{need_id}", status_code=204, openapi_extra=_WRITE, summary="Withdraw a need")
async def delete_need(
    *, deal_id: UUID, need_id: UUID, if_match: IfMatchOrAny, caller: Caller, connection: Transaction, now: Now
) -> None:
    """It counts no more; it is kept in the history. 404; 412; 428."""
    await withdraw_need(connection, deal_id, need_id, caller, seen_version=if_match, now=now)


def _answer(need: DealNeed, *, created_at: str | None = None) -> Response:
    return one(shown(need, NeedOut), created_at=created_at)
