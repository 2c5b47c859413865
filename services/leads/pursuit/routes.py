"""`/v1/do-not-pursue`, and the marks of leads and accounts."""

from uuid import UUID

from fastapi import Request, Response

from services.leads.pursuit import queries
from services.leads.pursuit.schemas import DoNotPursue, DoNotPursueSegment, MarkOut, mark_out
from services.leads.pursuit.use_cases.set_mark import (
    SETTINGS,
    mark_account,
    mark_lead,
    mark_segment,
    unmark_account,
    unmark_lead,
    unmark_segment,
)
from services.leads.record import answers
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1", tags=["do not pursue"])
_READ = permission("leads:read")
_SHAPE = permission("lead_settings:write")


@router.get(
    "/do-not-pursue",
    response_model=Page[MarkOut],
    openapi_extra=_READ | queries.MARKS.openapi,
    summary="Whom not to pursue",
)
async def list_marks(request: Request, connection: Reading, caller: Caller) -> Response:
    """Marks of segments, and of the caller's leads and accounts, the newest first; with `ended_at=is:null`
    those that stand. Leads under a mark: `GET /v1/leads?do_not_pursue=true`."""
    where = [queries.visible(caller)]
    return await queries.MARKS.answer(connection, request, where=where, to_item=queries.shown)


@router.post(
    "/do-not-pursue",
    response_model=MarkOut,
    status_code=201,
    openapi_extra=_SHAPE,
    summary="Mark a segment not to pursue",
)
async def post_mark(body: DoNotPursueSegment, connection: Transaction, caller: Caller, now: Now) -> Response:
    """201 with Location. Leads for which the condition holds get `do_not_pursue`, new ones too.

    Problems: 422 `expression_invalid` with `line` and `column`, `validation_failed`.
    """
    mark = await mark_segment(connection, caller, dict(body), now=now)
    return answers.one(mark_out(mark), created_at="/v1/do-not-pursue")


@router.get("/do-not-pursue/{mark_id}", response_model=MarkOut, openapi_extra=_READ, summary="One mark")
async def get_mark(mark_id: UUID, connection: Reading, caller: Caller) -> Response:
    """With its ETag. Problems: 404 `do_not_pursue_not_found`."""
    return answers.one(mark_out(await SETTINGS.find(connection, mark_id, queries.visible(caller))))


@router.delete(
    "/do-not-pursue/{mark_id}", status_code=204, openapi_extra=_SHAPE, summary="End the mark of a segment"
)
async def delete_mark(
    mark_id: UUID, connection: Transaction, caller: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """Its leads are looked at again soon. Problems: 404; 409 `state_conflict` for the mark of a lead or
    account, which is ended there; 412; 428."""
    await unmark_segment(connection, caller, mark_id, seen_version=seen, now=now)


@router.put(
    "/leads/{lead_id}/do-not-pursue",
    response_model=MarkOut,
    openapi_extra=permission("leads:write"),
    summary="Mark a lead not to pursue",
)
async def put_lead_mark(
    *,
    lead_id: UUID,
    body: DoNotPursue,
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """The lead is left out of routing, recommendations and nurture until the mark ends, at `expires_at` by
    itself. Marking again replaces the mark. Problems: 404 `lead_not_found`; 412; 422; 428."""
    values = dict(body)
    mark = await mark_lead(connection, caller, lead_id, values, seen_version=seen, now=now)
    return answers.one(mark_out(mark))


@router.delete(
    "/leads/{lead_id}/do-not-pursue",
    status_code=204,
    openapi_extra=permission("leads:write"),
    summary="Pursue a lead again",
)
async def delete_lead_mark(
    lead_id: UUID, connection: Transaction, caller: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """Problems: 404 `lead_not_found`, `do_not_pursue_not_found` (it has no mark of its own); 412; 428."""
    await unmark_lead(connection, caller, lead_id, seen_version=seen, now=now)


@router.put(
    "/accounts/{account_id}/do-not-pursue",
    response_model=MarkOut,
    openapi_extra=permission("accounts:write"),
    summary="Mark an account not to pursue",
)
async def put_account_mark(
    *,
    account_id: UUID,
    body: DoNotPursue,
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """The account, and leads of it or with its company name, get `do_not_pursue`, new ones too. Marking again
    replaces the mark. Problems: 404 `account_not_found`; 412 (If-Match is the account's ETag or `*`); 422;
    428."""
    values = dict(body)
    mark = await mark_account(connection, caller, account_id, values, seen_version=seen, now=now)
    return answers.one(mark_out(mark))


@router.delete(
    "/accounts/{account_id}/do-not-pursue",
    status_code=204,
    openapi_extra=permission("accounts:write"),
    summary="Pursue an account again",
)
async def delete_account_mark(
    account_id: UUID, connection: Transaction, caller: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """Problems: 404 `account_not_found`, `do_not_pursue_not_found`; 412; 428."""
    await unmark_account(connection, caller, account_id, seen_version=seen, now=now)
