"""`/v1/deals/{id}/comments`."""

from uuid import UUID

from fastapi import Request, Response

from services.pipeline.answers import one, shown
from services.pipeline.deal.use_cases.note_on_deal import see_deal
from services.pipeline.deal_comment.domain import DealComment
from services.pipeline.deal_comment.queries import LISTING
from services.pipeline.deal_comment.repository import COMMENTS
from services.pipeline.deal_comment.schemas import CommentCreate, CommentOut, CommentPatch
from services.pipeline.deal_comment.use_cases.keep_comments import (
    archive_comment,
    comment_on_deal,
    edit_comment,
    standing,
)
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/deals/{deal_id}/comments", tags=["deals"])
_READ, _WRITE = permission("deals:read"), permission("deals:write")


@router.get(
    "",
    response_model=Page[CommentOut],
    openapi_extra={**_READ, **LISTING.openapi},
    summary="Comments on a deal",
)
async def list_comments(deal_id: UUID, caller: Caller, request: Request, connection: Reading) -> Response:
    """The newest first, without those put away; `q` searches them. 404 `deal_not_found`."""
    await see_deal(connection, deal_id, caller)
    rows = COMMENTS.table.c
    where = [rows.deal_id == deal_id, rows.archived_at.is_(None)]
    return await LISTING.answer(connection, request, where=where)


@router.post(
    "", status_code=201, response_model=CommentOut, openapi_extra=_WRITE, summary="Comment on a deal"
)
async def post_comment(
    deal_id: UUID, body: CommentCreate, caller: Caller, connection: Transaction, now: Now
) -> Response:
    """By whoever reads the deal. Members mentioned hear of it on the stream: event `pipeline.deal.commented`
    with `mentioned_ids`. 404; 422 `cannot_see_deal`, `reference_unknown` for a member mentioned."""
    comment = await comment_on_deal(connection, deal_id, caller, dict(body), now=now)
    return _answer(comment, created_at=f"/v1/deals/{deal_id}/comments")


@router.get("/{comment_id}", response_model=CommentOut, openapi_extra=_READ, summary="One comment")
async def get_comment(deal_id: UUID, comment_id: UUID, caller: Caller, connection: Reading) -> Response:
    """404 `deal_not_found`, `comment_not_found`, also when it was put away."""
    await see_deal(connection, deal_id, caller)
    return _answer(await standing(connection, deal_id, comment_id))


@router.patch("/{comment_id}", response_model=CommentOut, openapi_extra=_WRITE, summary="Edit a comment")
async def patch_comment(
    *,
    deal_id: UUID,
    comment_id: UUID,
    body: CommentPatch,
    if_match: IfMatch,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """A merge patch of one's own. 403 `forbidden`; 404; 412 `version_conflict`; 422; 428."""
    fields = body.changes()
    after = await edit_comment(
        connection, deal_id, comment_id, caller, fields, seen_version=if_match, now=now
    )
    return _answer(after)


@router.delete("/{comment_id}", status_code=204, openapi_extra=_WRITE, summary="Put a comment away")
async def delete_comment(
    *,
    deal_id: UUID,
    comment_id: UUID,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> None:
    """One's own; it is kept, and shown no more. 403 `forbidden`; 404; 412; 428."""
    await archive_comment(connection, deal_id, comment_id, caller, seen_version=if_match, now=now)


def _answer(comment: DealComment, *, created_at: str | None = None) -> Response:
    return one(shown(comment, CommentOut), created_at=created_at)
