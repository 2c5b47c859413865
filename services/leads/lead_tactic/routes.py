"""`/v1/lead-tactics` and `/v1/analytics/lead-tactics`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.lead_tactic import queries
from services.leads.lead_tactic.domain import Tactic
from services.leads.lead_tactic.schemas import (
    TacticCreate,
    TacticEffect,
    TacticEffects,
    TacticOut,
    TacticPatch,
)
from services.leads.lead_tactic.use_cases.keep_tactics import ALL_TACTICS, add_tactic, edit_tactic
from services.leads.lead_tactic.use_cases.measure_tactics import measure_tactic, measure_tactics
from services.leads.record import answers
from services.leads.record.archive import unless_asked
from services.leads.record.schemas import raw, read
from services.leads.setting_history.history_route import add_history
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1", tags=["lead tactics"])
_READ = permission("leads:read")
_WRITE = permission("lead_plans:write")
_TACTICS = "/lead-tactics"


@router.get(
    _TACTICS,
    response_model=Page[TacticOut],
    openapi_extra=_READ | queries.TACTICS.openapi,
    summary="What is planned to bring leads",
)
async def list_tactics(request: Request, connection: Reading, _: Caller) -> Response:
    """Those that begin last first. What is put away is left out, unless a filter on `archived_at` asks."""
    where = [unless_asked(request, queries.TACTICS)]
    return await queries.TACTICS.answer(connection, request, where=where, to_item=queries.tactic_shown)


@router.post(
    _TACTICS, response_model=TacticOut, status_code=201, openapi_extra=_WRITE, summary="Plan a tactic"
)
async def post_tactic(body: TacticCreate, connection: Transaction, caller: Caller, now: Now) -> Response:
    """201 with Location and ETag. Without `owner_id` it is the caller's.

    Problems: 409 `name_taken`; 422 `validation_failed`, `reference_unknown`.
    """
    return _one(await add_tactic(connection, caller, body, now=now), created_at=f"/v1{_TACTICS}")


@router.get(f"{_TACTICS}/{{tactic_id}}", response_model=TacticOut, openapi_extra=_READ, summary="One tactic")
async def get_tactic(tactic_id: UUID, connection: Reading, _: Caller) -> Response:
    """With its ETag. Problems: 404 `lead_tactic_not_found`."""
    return _one(await ALL_TACTICS.find(connection, tactic_id))


@router.patch(
    f"{_TACTICS}/{{tactic_id}}", response_model=TacticOut, openapi_extra=_WRITE, summary="Edit a tactic"
)
async def patch_tactic(
    *,
    tactic_id: UUID,
    body: Annotated[raw(TacticPatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. Problems: 404 `lead_tactic_not_found`; 409 `duplicate` (the name); 412; 422; 428."""
    values = read(TacticPatch, body).given()
    return _one(await edit_tactic(connection, caller, tactic_id, values, seen_version=seen, now=now))


@router.delete(
    f"{_TACTICS}/{{tactic_id}}", status_code=204, openapi_extra=_WRITE, summary="Put a tactic away"
)
async def delete_tactic(
    tactic_id: UUID, connection: Transaction, _: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """Its effect can still be read. Problems: 404 `lead_tactic_not_found`; 412; 428."""
    await ALL_TACTICS.archive(connection, tactic_id, seen_version=seen, now=now)


@router.get(
    f"{_TACTICS}/{{tactic_id}}/effect",
    response_model=TacticEffect,
    openapi_extra=_READ,
    summary="What a tactic brought, beside its plan",
)
async def get_effect(tactic_id: UUID, connection: Reading, caller: Caller, now: Now) -> TacticEffect:
    """The leads within the caller's scope that name a source or campaign of the tactic and came up in its
    days. `leads_by_plan` = received / expected leads, `cost_per_lead` = cost / received, `return_on_cost` =
    (won revenue - cost) / cost; null when the divisor is 0 or unset. Amounts are in the organisation's
    currency. Every figure has its definition.

    Problems: 404 `lead_tactic_not_found`; 422 `rate_missing`; 503 `organisation_unknown`.
    """
    return await measure_tactic(connection, caller, tactic_id, now=now)


@router.get(
    "/analytics/lead-tactics",
    response_model=TacticEffects,
    openapi_extra=_READ,
    summary="What the tactics of a period brought",
)
async def get_effects(
    *, connection: Reading, caller: Caller, now: Now, asked: PresentPeriod
) -> TacticEffects:
    """The tactics of which a day lies in the period, each over all its own days, with figures as `/effect`;
    at most 200, `more` says that there are others. A lead that came by several tactics counts for each.

    Problems: 400 `period_invalid`; 422 `rate_missing`; 503 `organisation_unknown`.
    """
    return await measure_tactics(connection, caller, asked, now=now)


def _one(tactic: Tactic, *, created_at: str | None = None) -> Response:
    return answers.one(answers.fields_of(tactic, TacticOut), created_at=created_at)


add_history(router, f"{_TACTICS}/{{tactic_id}}", "lead_tactic", "leads:read", ALL_TACTICS.find)
