"""`/v1/response-policies`, `/v1/leads/overdue`, `/v1/leads/{id}/response`, `/v1/kpis/speed-to-lead`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Request, Response

from services.leads.lead.scope import visible
from services.leads.record import answers
from services.leads.record.schemas import raw, read
from services.leads.response import queries
from services.leads.response.schemas import (
    GroupBy,
    OverdueOut,
    PolicyCreate,
    PolicyOut,
    PolicyPatch,
    ResponseOut,
    SpeedToLead,
    policy_out,
)
from services.leads.response.use_cases.keep_policies import (
    SETTINGS,
    add_policy,
    archive_policy,
    edit_policy,
)
from services.leads.response.use_cases.measure_speed import measure_speed
from services.leads.response.use_cases.show_response import show_response
from services.leads.setting_history.history_route import add_history
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller, WithCaller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(tags=["first response"], dependencies=[WithCaller])
_READ = permission("leads:read")
_WRITE = permission("lead_settings:write")
_PATH = "/v1/response-policies"


@router.get(
    _PATH,
    response_model=Page[PolicyOut],
    openapi_extra=_READ | queries.POLICIES.openapi,
    summary="By what a first contact is due",
)
async def list_policies(request: Request, connection: Reading) -> Response:
    """In the order in which they are asked: the first active one whose condition holds for a lead counts.
    `archived_at=is:null` leaves archived ones out."""
    return await queries.POLICIES.answer(connection, request, to_item=queries.policy_shown)


@router.post(_PATH, response_model=PolicyOut, status_code=201, openapi_extra=_WRITE, summary="Add a policy")
async def post_policy(body: PolicyCreate, connection: Transaction, now: Now) -> Response:
    """201 with Location and ETag. `minutes`: from when the lead came to its owner (or came in, without one)
    to the first contact, in working time (`business`) or around the clock (`always`). `condition`: an
    expression over the lead, see `/v1/expressions/variables`. `on_breach` `reassign`: another rep gets the
    lead, at most `max_reassignments` times; `on_absence` `reassign`: another rep gets it also when an absence
    of its owner begins before it was due. It counts for clocks that start from now on.

    Problems: 409 `name_taken`; 422 `validation_failed`, `expression_invalid` with the place of the fault.
    """
    policy = await add_policy(connection, body, now=now)
    return answers.one(policy_out(policy), created_at=_PATH)


@router.get(f"{_PATH}/{{policy_id}}", response_model=PolicyOut, openapi_extra=_READ, summary="One policy")
async def get_policy(policy_id: UUID, connection: Reading) -> Response:
    """With its ETag. Problems: 404 `policy_not_found`."""
    return answers.one(policy_out(await SETTINGS.find(connection, policy_id)))


@router.patch(
    f"{_PATH}/{{policy_id}}", response_model=PolicyOut, openapi_extra=_WRITE, summary="Edit a policy"
)
async def patch_policy(
    *,
    policy_id: UUID,
    body: Annotated[raw(PolicyPatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. Clocks that run already go on as they were.

    Problems: 404 `policy_not_found`; 409 `duplicate` (the name); 412 `version_conflict`; 422
    `validation_failed`, `expression_invalid`; 428.
    """
    values = read(PolicyPatch, body).given()
    policy = await edit_policy(connection, policy_id, values, seen_version=seen, now=now)
    return answers.one(policy_out(policy))


@router.delete(f"{_PATH}/{{policy_id}}", status_code=204, openapi_extra=_WRITE, summary="Archive a policy")
async def delete_policy(policy_id: UUID, connection: Transaction, now: Now, seen: IfMatchOrAny) -> None:
    """No clock starts by it any more; those that run go on. Problems: 404 `policy_not_found`; 412; 428."""
    await archive_policy(connection, policy_id, seen_version=seen, now=now)


@router.get(
    "/v1/leads/overdue",
    response_model=Page[OverdueOut],
    openapi_extra=_READ | queries.OVERDUE.openapi,
    summary="Leads whose first contact is overdue",
    tags=["leads"],
)
async def list_overdue(request: Request, connection: Reading, caller: Caller, now: Now) -> Response:
    """The longest due first. `waiting_minutes`: since the lead came in; `overdue_minutes`: since it was
    due."""
    where = [visible(caller), *queries.overdue(now)]
    return await queries.OVERDUE.answer(connection, request, where=where, to_item=queries.overdue_by(now))


@router.get(
    "/v1/leads/{lead_id}/response",
    response_model=ResponseOut,
    openapi_extra=_READ,
    summary="Where a lead stands with its first response",
    tags=["leads"],
)
async def get_response(lead_id: UUID, connection: Reading, caller: Caller, now: Now) -> ResponseOut:
    """Until when it was due by which policy for whom, each clock with its outcome, and whether the first
    contact was in time. `minutes` and `business_minutes`: from the lead's creation. Problems: 404
    `lead_not_found`."""
    return await show_response(connection, caller, lead_id, now=now)


@router.get(
    "/v1/kpis/speed-to-lead",
    response_model=SpeedToLead,
    openapi_extra=_READ,
    summary="How quickly new leads are spoken with",
    tags=["kpis"],
)
async def get_speed_to_lead(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    group_by: Annotated[
        GroupBy | None,
        Query(description="By who made the contact (else has the lead), or by where it came from."),
    ] = None,
) -> SpeedToLead:
    """Median and 90th percentile of first contact less creation, of the leads created in the period within
    the caller's scope: in real and in business minutes, with fewer than five contacted leads null
    (`insufficient_history`). Beside it the first contacts that fell due in the period, met and missed;
    `met_share` = met / due. Every figure has its definition.

    Problems: 400 `period_invalid`; 503 `organisation_unknown`.
    """
    return await measure_speed(connection, caller, asked, group_by, now=now)


_POLICY = f"{_PATH}/{{policy_id}}"
add_history(router, _POLICY, "policy", "leads:read", SETTINGS.find)
