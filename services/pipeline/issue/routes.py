"""`/v1/issues`: the board of bottlenecks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.answers import one
from services.pipeline.issue import repository
from services.pipeline.issue.domain import Issue, Tried
from services.pipeline.issue.queries import LISTING, listed, stage_of
from services.pipeline.issue.rows import visible_to
from services.pipeline.issue.schemas import IssueCreate, IssueOut, IssuePatch, issue_out
from services.pipeline.issue.use_cases.change_issue import change_issue
from services.pipeline.issue.use_cases.open_issue import Leak, Plan, open_issue
from services.pipeline.issue.use_cases.recheck_issues import recheck_issue
from services.pipeline.leak.use_cases.find_leaks import cut_of
from shared.contracts.errors import DomainError, FieldError
from shared.reporting.asked import Asked
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/issues", tags=["issues"])
_READ, _WRITE = permission("issues:read"), permission("issues:write")


@router.get("", response_model=Page[IssueOut], openapi_extra={**_READ, **LISTING.openapi}, summary="Issues")
async def list_issues(caller: Caller, request: Request, connection: Reading, now: Now) -> Response:
    """Bottlenecks that somebody mends, what is dearest first, of equals the oldest: `status=open`, or
    `status=in:open,watching`. Reps see their own, managers those of their teams and those nobody owns."""

    def to_item(row: Row[Any]) -> dict[str, Any]:
        return issue_out(*listed(row), now)

    return await LISTING.answer(connection, request, where=[visible_to(caller)], to_item=to_item)


@router.post("", status_code=201, response_model=IssueOut, openapi_extra=_WRITE, summary="Open an issue")
async def post_issue(body: IssueCreate, caller: Caller, connection: Transaction, now: Now) -> Response:
    """About a finding of `GET /v1/analytics/leaks`: the figures as they stand are kept with it. Or by hand,
    with a `title`. 201; 200 with the one there is when an issue about the same stage and part of the deals is
    open or watched. Whoever opens it owns it, unless another is named.

    422 `stage_unknown`, `reference_unknown`, `currency_mismatch`, `validation_failed`; 400 `period_invalid`.
    """
    opened, new = await open_issue(connection, _plan(body), _leak(body), caller, now=now)
    return await _answer(connection, opened, now, created_at="/v1/issues" if new else None)


@router.get("/{issue_id}", response_model=IssueOut, openapi_extra=_READ, summary="One issue")
async def get_issue(issue_id: UUID, caller: Caller, connection: Reading, now: Now) -> Response:
    """404 `issue_not_found`."""
    return await _answer(connection, await repository.get(connection, issue_id, caller), now)


@router.patch("/{issue_id}", response_model=IssueOut, openapi_extra=_WRITE, summary="Edit an issue")
async def patch_issue(
    *,
    issue_id: UUID,
    body: IssuePatch,
    if_match: IfMatch,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """A merge patch. `status`: open to watching (a fix is in place), mended or closed; watching to open,
    mended or closed; mended to open or closed; closed to open. `recheck_on` is the day on which it is
    compared again, by the worker. `tried` replaces the list.

    404; 409 `state_conflict`, `issue_open` when another is open about the same by now; 412; 422; 428.
    """
    fields = body.changes()
    if "tried" in fields:
        fields["tried"] = tuple(Tried(**dict(each)) for each in fields["tried"])
    after = await change_issue(connection, issue_id, fields, caller, seen_version=if_match, now=now)
    return await _answer(connection, after, now)


@router.post("/{issue_id}/recheck", response_model=IssueOut, openapi_extra=_WRITE, summary="Compare again")
async def post_recheck(
    issue_id: UUID, if_match: IfMatchOrAny, caller: Caller, connection: Transaction, now: Now
) -> Response:
    """Compare now, as is done on `recheck_on`: deals since the fix (`watched_since`, else the opening)
    against those of the leak, and against what it was compared with, by Fisher's exact test at 5 %.

    `mended`: better than the leak and not worse than the reference any more; `improved`: better, but still
    worse; `not_mended`: still worse and not better; `undecided`: neither, or fewer than 30 deals: compared
    again after 28 days. 404; 409 `state_conflict` when it has ended or is about no stage; 412; 428.
    """
    after = await recheck_issue(connection, issue_id, caller, seen_version=if_match, now=now)
    return await _answer(connection, after, now)


async def _answer(
    connection: AsyncConnection, found: Issue, now: datetime, *, created_at: str | None = None
) -> Response:
    stage = await stage_of(connection, found.stage_id) or {"stage": None, "pipeline_id": None}
    return one(issue_out(found, stage, now), created_at=created_at)


def _plan(body: IssueCreate) -> Plan:
    return Plan(
        title=body.title,
        owner_id=body.owner_id,
        fix=body.fix,
        tried=[Tried(**dict(each)) for each in body.tried],
        recheck_on=body.recheck_on,
        value_at_stake=body.value_at_stake,
    )


def _leak(body: IssueCreate) -> Leak | None:
    """None for an issue by hand. Refuses with `validation_failed` a part of the deals without its stage."""
    if body.stage_id is None:
        if body.by != "all":
            detail = "A part of the deals is of a stage; name it."
            raise DomainError("validation_failed", detail, [FieldError("/stage_id", "required", detail)])
        return None
    first, last = (None if day is None else day.isoformat() for day in (body.first, body.last))
    return Leak(
        stage_id=body.stage_id,
        measure=body.measure,
        cut=cut_of(body.by, body.value, pointer="/value", code="validation_failed"),
        against=body.against,
        time=Asked(first=first, last=last),
        earlier_months=body.earlier_months,
    )
