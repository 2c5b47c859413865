"""`/v1/targets`; they are set in `target_basis`, together with the forecast they rest on."""

from uuid import UUID

from fastapi import Request, Response

from services.forecast.tables import SOURCE
from services.forecast.target.queries import LISTING, one_visible, shown, visible
from services.forecast.target.schemas import TargetOut
from services.forecast.target.use_cases.withdraw_target import withdraw_target
from shared.observability.causes import event_context
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny, set_etag
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/targets", tags=["targets"])


@router.get(
    "",
    response_model=Page[TargetOut],
    openapi_extra=permission("targets:read") | LISTING.openapi,
    summary="Targets",
)
async def list_targets(request: Request, connection: Reading, caller: Caller) -> Response:
    """Those of the organisation, teams and products are told to every member; a member's own target is seen
    by the member, the managers above and whoever sees everything. Withdrawn ones are not listed."""
    return await LISTING.answer(connection, request, where=[visible(caller)], to_item=shown)


@router.get(
    "/{target_id}",
    response_model=TargetOut,
    openapi_extra=permission("targets:read"),
    summary="One target",
)
async def get_target(target_id: UUID, response: Response, connection: Reading, caller: Caller) -> TargetOut:
    """With its ETag. Problems: 404 `target_not_found`, also for one the caller may not see."""
    target = await one_visible(connection, caller, target_id)
    set_etag(response, target.version)
    return target


@router.delete(
    "/{target_id}",
    status_code=204,
    openapi_extra=permission("targets:write"),
    summary="Withdraw a target",
)
async def delete_target(
    target_id: UUID, connection: Transaction, caller: Caller, now: Now, expected: IfMatchOrAny
) -> None:
    """It no longer counts; its history stays. Problems: 404 `target_not_found`; 412 `version_conflict`;
    428 `precondition_required` (If-Match may be `*`)."""
    await withdraw_target(
        connection, target_id, by=caller, expected=expected, now=now, context=event_context(SOURCE)
    )
