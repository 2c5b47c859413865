"""`/v1/segments`, the segment of leads and accounts, and `/v1/analytics/segments`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.account.schemas import AccountOut
from services.leads.lead.schemas import LeadOut, lead_out
from services.leads.record import answers
from services.leads.record.archive import unless_asked
from services.leads.record.schemas import raw, read
from services.leads.segment import queries
from services.leads.segment.domain import Segment
from services.leads.segment.schemas import (
    SegmentCreate,
    SegmentOut,
    SegmentPatch,
    SegmentReport,
    SetAccountSegment,
    SetSegment,
)
from services.leads.segment.use_cases.compare_segments import compare_segments
from services.leads.segment.use_cases.keep_segments import (
    SETTINGS,
    add_segment,
    archive_segment,
    edit_segment,
)
from services.leads.segment.use_cases.place_accounts import set_segment_of_account
from services.leads.segment.use_cases.place_leads import set_segment_of_lead
from services.leads.setting_history.history_route import add_history
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, SingleStatement, Transaction

router = ServiceRouter(prefix="/v1", tags=["segments"])
_READ = permission("leads:read")
_SHAPE = permission("lead_settings:write")
_SEGMENTS = "/segments"


@router.get(
    _SEGMENTS,
    response_model=Page[SegmentOut],
    openapi_extra=_READ | queries.SEGMENTS.openapi,
    summary="Market segments",
)
async def list_segments(request: Request, connection: Reading, _: Caller) -> Response:
    """In the order they are asked: the first active one whose condition holds is taken. What is put away is
    left out, unless there is a filter on `archived_at`."""
    where = [unless_asked(request, queries.SEGMENTS)]
    return await queries.SEGMENTS.answer(connection, request, where=where)


@router.post(
    _SEGMENTS, response_model=SegmentOut, status_code=201, openapi_extra=_SHAPE, summary="Add a segment"
)
async def post_segment(body: SegmentCreate, connection: Transaction, _: Caller, now: Now) -> Response:
    """201 with Location and ETag. Open leads and all accounts are put into segments anew, soon.

    Problems: 409 `name_taken` (the key); 422 `expression_invalid` with `line` and `column`.
    """
    return _one(await add_segment(connection, body.model_dump(), now=now), created_at=f"/v1{_SEGMENTS}")


@router.get(
    f"{_SEGMENTS}/{{segment_id}}", response_model=SegmentOut, openapi_extra=_READ, summary="One segment"
)
async def get_segment(segment_id: UUID, connection: Reading, _: Caller) -> Response:
    """With its ETag. Problems: 404 `segment_not_found`."""
    return _one(await SETTINGS.find(connection, segment_id))


@router.patch(
    f"{_SEGMENTS}/{{segment_id}}", response_model=SegmentOut, openapi_extra=_SHAPE, summary="Edit a segment"
)
async def patch_segment(
    *,
    segment_id: UUID,
    body: Annotated[raw(SegmentPatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    _: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch; the key stays. Problems: 404 `segment_not_found`; 412; 422 as for a new one; 428."""
    values = read(SegmentPatch, body).given()
    return _one(await edit_segment(connection, segment_id, values, seen_version=seen, now=now))


@router.delete(
    f"{_SEGMENTS}/{{segment_id}}", status_code=204, openapi_extra=_SHAPE, summary="Put a segment away"
)
async def delete_segment(
    segment_id: UUID, connection: Transaction, _: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """Rules put nothing into it; what a member put there stays. Problems: 404; 412; 428."""
    await archive_segment(connection, segment_id, seen_version=seen, now=now)


@router.put(
    "/leads/{lead_id}/segment",
    response_model=LeadOut,
    openapi_extra=permission("leads:write"),
    summary="Put a lead into a segment",
)
async def put_of_lead(
    *,
    lead_id: UUID,
    body: SetSegment,
    connection: SingleStatement,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """The lead; no rule changes its segment from now on. `null` gives it back to the rules.

    Problems: 404 `lead_not_found`; 412; 422 `segment_unknown`; 428.
    """
    lead = await set_segment_of_lead(
        connection, caller, lead_id, body.segment, body.reason, seen_version=seen, now=now
    )
    return answers.one(lead_out(lead))


@router.put(
    "/accounts/{account_id}/segment",
    response_model=AccountOut,
    openapi_extra=permission("accounts:write"),
    summary="Put an account into a segment",
)
async def put_of_account(
    *,
    account_id: UUID,
    body: SetAccountSegment,
    connection: SingleStatement,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """The account; no rule changes its segment from now on. `null` gives it back to the rules.

    Problems: 404 `account_not_found`; 412; 422 `segment_unknown`; 428.
    """
    account = await set_segment_of_account(
        connection, caller, account_id, body.segment, seen_version=seen, now=now
    )
    return answers.one(answers.fields_of(account, AccountOut))


@router.get(
    "/analytics/segments",
    response_model=SegmentReport,
    openapi_extra=_READ,
    summary="What segments are worth",
)
async def get_report(*, connection: Reading, caller: Caller, now: Now, asked: PresentPeriod) -> SegmentReport:
    """Per segment and in all, within the caller's scope: accounts, open leads with their expected value, open
    deals with their amount, and the deals won in the period. A deal belongs to the segment of its account,
    else of its lead. Every figure has its definition.

    Problems: 400 `period_invalid`; 503 `organisation_unknown`.
    """
    return await compare_segments(connection, caller, asked, now=now)


def _one(segment: Segment, *, created_at: str | None = None) -> Response:
    return answers.one(answers.fields_of(segment, SegmentOut), created_at=created_at)


add_history(router, f"{_SEGMENTS}/{{segment_id}}", "segment", "leads:read", SETTINGS.find)
