"""`/v1/deals/{id}/objections`."""

from uuid import UUID

from fastapi import Request, Response

from services.pipeline.answers import one, shown
from services.pipeline.deal.use_cases.note_on_deal import see_deal
from services.pipeline.objection.domain import Objection
from services.pipeline.objection.queries import LISTING
from services.pipeline.objection.repository import OBJECTIONS
from services.pipeline.objection.schemas import ObjectionCreate, ObjectionOut, ObjectionPatch
from services.pipeline.objection.use_cases.keep_objections import edit_objection, raise_objection
from shared.web.clock import Now
from shared.web.concurrency import IfMatch
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/deals/{deal_id}/objections", tags=["deals"])
_READ, _WRITE = permission("deals:read"), permission("deals:write")


@router.get(
    "",
    response_model=Page[ObjectionOut],
    openapi_extra={**_READ, **LISTING.openapi},
    summary="Objections of a deal",
)
async def list_objections(deal_id: UUID, caller: Caller, request: Request, connection: Reading) -> Response:
    """The newest first; open ones with `resolved_at=is:null`. 404 `deal_not_found`."""
    await see_deal(connection, deal_id, caller)
    return await LISTING.answer(connection, request, where=[OBJECTIONS.table.c.deal_id == deal_id])


@router.post(
    "", status_code=201, response_model=ObjectionOut, openapi_extra=_WRITE, summary="Raise an objection"
)
async def post_objection(
    deal_id: UUID, body: ObjectionCreate, caller: Caller, connection: Transaction, now: Now
) -> Response:
    """201 with Location and ETag; a new version of the deal, event `...objection_raised`. 404; 422."""
    raised = await raise_objection(connection, deal_id, caller, dict(body), now=now)
    return _answer(raised, created_at=f"/v1/deals/{deal_id}/objections")


@router.get("/{objection_id}", response_model=ObjectionOut, openapi_extra=_READ, summary="One objection")
async def get_objection(deal_id: UUID, objection_id: UUID, caller: Caller, connection: Reading) -> Response:
    """404 `deal_not_found`, `objection_not_found`."""
    await see_deal(connection, deal_id, caller)
    return _answer(await OBJECTIONS.get(connection, deal_id, objection_id))


@router.patch(
    "/{objection_id}", response_model=ObjectionOut, openapi_extra=_WRITE, summary="Answer an objection"
)
async def patch_objection(
    *,
    deal_id: UUID,
    objection_id: UUID,
    body: ObjectionPatch,
    if_match: IfMatch,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """A merge patch; `resolved_at` clears it, null opens it again. 404; 412 `version_conflict`; 422; 428."""
    fields = body.changes()
    after = await edit_objection(
        connection, deal_id, objection_id, caller, fields, seen_version=if_match, now=now
    )
    return _answer(after)


def _answer(found: Objection, *, created_at: str | None = None) -> Response:
    return one(shown(found, ObjectionOut), created_at=created_at)
