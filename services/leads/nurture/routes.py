"""`/v1/nurture-plans`, and the nurture of leads."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.lead.use_cases.change_lead import load_lead
from services.leads.nurture import queries
from services.leads.nurture.domain import Plan
from services.leads.nurture.schemas import NurtureOut, PlanCreate, PlanOut, PlanPatch, Stop, steps_as_data
from services.leads.nurture.use_cases.follow_progress import progress_of
from services.leads.nurture.use_cases.keep_plans import SETTINGS, add_plan, edit_plan
from services.leads.nurture.use_cases.stop_nurture import stop_nurture
from services.leads.record import answers
from services.leads.record.archive import unless_asked
from services.leads.record.schemas import raw, read
from services.leads.setting_history.history_route import add_history
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller, WithCaller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/nurture-plans", tags=["nurture"], dependencies=[WithCaller])
lead_router = ServiceRouter(prefix="/v1/leads", tags=["nurture"])
_READ = permission("leads:read")
_WRITE = permission("leads:write")
_SHAPE = permission("lead_settings:write")


@router.get("", response_model=Page[PlanOut], openapi_extra=_READ | queries.PLANS.openapi, summary="Plans")
async def list_plans(request: Request, connection: Reading, _: Caller) -> Response:
    """The newest first. What is put away is left out, unless there is a filter on `archived_at`."""
    where = [unless_asked(request, queries.PLANS)]
    return await queries.PLANS.answer(connection, request, where=where)


@router.post("", response_model=PlanOut, status_code=201, openapi_extra=_SHAPE, summary="Add a nurture plan")
async def post_plan(body: PlanCreate, connection: Transaction, _: Caller, now: Now) -> Response:
    """201 with Location and ETag. Leads that enter the category from now on go through the steps: each
    becomes an activity of the lead's owner when it is due.

    Problems: 409 `name_taken` (the category has an active plan); 422 `category_unknown`, `validation_failed`.
    """
    plan = await add_plan(connection, steps_as_data(dict(body)), now=now)
    return _one(plan, created_at="/v1/nurture-plans")


@router.get("/{plan_id}", response_model=PlanOut, openapi_extra=_READ, summary="One nurture plan")
async def get_plan(plan_id: UUID, connection: Reading, _: Caller) -> Response:
    """With its ETag. Problems: 404 `nurture_plan_not_found`."""
    return _one(await SETTINGS.find(connection, plan_id))


@router.patch("/{plan_id}", response_model=PlanOut, openapi_extra=_SHAPE, summary="Edit a nurture plan")
async def patch_plan(
    *,
    plan_id: UUID,
    body: Annotated[raw(PlanPatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    _: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch; `steps` replaces all. Leads going through the plan keep the steps they began.

    Problems: 404; 409 `duplicate` (the category has another active plan); 412; 422; 428.
    """
    values = steps_as_data(read(PlanPatch, body).given())
    return _one(await edit_plan(connection, plan_id, values, seen_version=seen, now=now))


@router.delete("/{plan_id}", status_code=204, openapi_extra=_SHAPE, summary="Put a nurture plan away")
async def delete_plan(
    plan_id: UUID, connection: Transaction, _: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """No more leads begin it; those going through it go on. Problems: 404; 412; 428."""
    await SETTINGS.archive(connection, plan_id, seen_version=seen, now=now)


@lead_router.get(
    "/{lead_id}/nurture", response_model=NurtureOut, openapi_extra=_READ, summary="How a lead is nurtured"
)
async def get_nurture(lead_id: UUID, connection: Reading, caller: Caller) -> Response:
    """Every plan it went through, and each step: planned, created, done or cancelled, and why.

    Problems: 404 `lead_not_found`.
    """
    await load_lead(connection, caller, lead_id)
    return _progress(await progress_of(connection, lead_id))


@lead_router.post(
    "/{lead_id}/nurture/stop", response_model=NurtureOut, openapi_extra=_WRITE, summary="Stop nurturing"
)
async def post_stop(lead_id: UUID, body: Stop, connection: Transaction, caller: Caller, now: Now) -> Response:
    """What is still planned is cancelled; activities that are there stay. Problems: 404 `lead_not_found`; 409
    `state_conflict` (nothing is running)."""
    await stop_nurture(connection, caller, lead_id, body.reason, now=now)
    return _progress(await progress_of(connection, lead_id))


def _one(plan: Plan, *, created_at: str | None = None) -> Response:
    return answers.one(answers.fields_of(plan, PlanOut), created_at=created_at)


def _progress(shown: object) -> Response:
    return Response(json_body.dumps(shown), media_type="application/json")


add_history(router, "/{plan_id}", "nurture_plan", "leads:read", SETTINGS.find)
