"""`/v1/deals/{id}/approvals` and `/v1/approvals`."""

from uuid import UUID

from fastapi import Request, Response

from services.pipeline.answers import one
from services.pipeline.approval.queries import LISTING, concerns
from services.pipeline.approval.schemas import ApprovalOut, ApprovalRequest, Decision, approval_out
from services.pipeline.approval.use_cases.decide_approvals import (
    decide_approval,
    request_approval,
    see_approval,
)
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1", tags=["deals"])
_READ, _WRITE = permission("deals:read"), permission("deals:write")


@router.post(
    "/deals/{deal_id}/approvals",
    status_code=201,
    response_model=ApprovalOut,
    openapi_extra=_WRITE,
    summary="Ask for an approval",
)
async def post_approval(
    deal_id: UUID, body: ApprovalRequest, caller: Caller, connection: Transaction, now: Now
) -> Response:
    """For a gate, and for the amount the deal has now; a higher amount later needs it anew.

    404 `deal_not_found`; 409 `approval_pending`, `deal_not_open`; 422 `reference_unknown` for another gate.
    """
    asked = await request_approval(connection, deal_id, body.gate_id, caller, comment=body.comment, now=now)
    return one(approval_out(asked), created_at="/v1/approvals")


@router.get(
    "/approvals",
    response_model=Page[ApprovalOut],
    openapi_extra={**_READ, **LISTING.openapi},
    summary="Approvals",
)
async def list_approvals(caller: Caller, request: Request, connection: Reading) -> Response:
    """Those of deals the caller may see and those asked of the caller, the newest first; `status=pending`."""
    return await LISTING.answer(connection, request, where=[concerns(caller)], to_item=approval_out)


@router.get(
    "/approvals/{approval_id}", response_model=ApprovalOut, openapi_extra=_READ, summary="One approval"
)
async def get_approval(approval_id: UUID, caller: Caller, connection: Reading) -> Response:
    """404 `approval_not_found`."""
    return one(approval_out(await see_approval(connection, approval_id, caller)))


@router.post(
    "/approvals/{approval_id}/approve", response_model=ApprovalOut, openapi_extra=_WRITE, summary="Approve"
)
async def post_approve(
    *,
    approval_id: UUID,
    body: Decision | None = None,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """By whom the gate names: a member, or a role and those above it; never by who has asked.

    403 `forbidden`; 404 `approval_not_found`; 409 `state_conflict`; 412; 428.
    """
    comment = body.comment if body else None
    given = await decide_approval(
        connection, approval_id, caller, approved=True, comment=comment, seen_version=if_match, now=now
    )
    return one(approval_out(given))


@router.post(
    "/approvals/{approval_id}/reject", response_model=ApprovalOut, openapi_extra=_WRITE, summary="Reject"
)
async def post_reject(
    *,
    approval_id: UUID,
    body: Decision | None = None,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """As `approve`; it may be asked for again then. 403; 404; 409; 412; 428."""
    comment = body.comment if body else None
    refused = await decide_approval(
        connection, approval_id, caller, approved=False, comment=comment, seen_version=if_match, now=now
    )
    return one(approval_out(refused))
