"""`/v1/web-forms`: what members decide about forms, and what came in by them."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Request, Response

from services.leads.intake.use_cases.keep_in_quarantine import what_became_of
from services.leads.record import answers
from services.leads.record.schemas import raw
from services.leads.tables import ORGANISATION
from services.leads.web_form import queries
from services.leads.web_form.public_routes import tokens_of
from services.leads.web_form.schemas import (
    DaysOut,
    FormPatch,
    FormValues,
    RotateKey,
    SubmissionOut,
    WebFormOut,
)
from services.leads.web_form.tables import form_submission
from services.leads.web_form.use_cases.manage_forms import edit_form, load_form, make_form, rotate_key
from shared.organisation.queries import load_organisation
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, SingleStatement, Transaction

router = ServiceRouter(prefix="/v1/web-forms", tags=["web forms"])
_READ = permission("web_forms:read")
_WRITE = permission("web_forms:write")


@router.get(
    "", response_model=Page[WebFormOut], openapi_extra=_READ | queries.FORMS.openapi, summary="Web forms"
)
async def list_forms(request: Request, connection: Reading, caller: Caller) -> Response:
    """Newest first, unless sorted otherwise."""
    return await queries.FORMS.answer(connection, request)


@router.post("", response_model=WebFormOut, status_code=201, openapi_extra=_WRITE, summary="Make a web form")
async def post_form(body: FormValues, connection: SingleStatement, caller: Caller, now: Now) -> Response:
    """201 with Location and ETag. Its page is `/v1/public/forms/{key}`. Problems: 422 `validation_failed`."""
    form = await make_form(connection, body, now=now)
    return answers.one(answers.fields_of(form, WebFormOut), created_at="/v1/web-forms")


@router.get("/{form_id}", response_model=WebFormOut, openapi_extra=_READ, summary="One web form")
async def get_form(form_id: UUID, connection: Reading, caller: Caller) -> Response:
    """With its ETag. Problems: 404 `web_form_not_found`."""
    return answers.one(answers.fields_of(await load_form(connection, form_id), WebFormOut))


@router.patch("/{form_id}", response_model=WebFormOut, openapi_extra=_WRITE, summary="Edit a web form")
async def patch_form(
    *,
    form_id: UUID,
    body: Annotated[raw(FormPatch), Body()],  # type: ignore[valid-type]
    connection: SingleStatement,
    caller: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch; `fields`, `consents` and `fixed` are replaced as a whole. `active: false` closes it.

    Problems: 404 `web_form_not_found`; 412 `version_conflict`; 422; 428.
    """
    form = await edit_form(connection, form_id, body, seen_version=seen, now=now)
    return answers.one(answers.fields_of(form, WebFormOut))


@router.post(
    "/{form_id}/rotate-key", response_model=WebFormOut, openapi_extra=_WRITE, summary="Give it a new key"
)
async def post_rotation(
    *,
    form_id: UUID,
    body: RotateKey = RotateKey(),
    connection: SingleStatement,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """The old key stops at once, or stays good for `keep_old_hours`. Problems: 404; 412; 422; 428."""
    keep = timedelta(hours=body.keep_old_hours)
    form = await rotate_key(connection, form_id, keep, seen_version=seen, now=now)
    return answers.one(answers.fields_of(form, WebFormOut))


@router.get(
    "/{form_id}/submissions",
    response_model=Page[SubmissionOut],
    openapi_extra=_READ | queries.SUBMISSIONS.openapi,
    summary="What came in by a form",
)
async def list_submissions(form_id: UUID, request: Request, connection: Reading, caller: Caller) -> Response:
    """Newest first. `status=pending` are those whose `confirm_path` somebody has to be sent, to `email`.

    `lead_id` of a quarantined one is there once it was released. Problems: 404 `web_form_not_found`.
    """
    page = await queries.SUBMISSIONS.page(connection, request, where=[form_submission.c.form_id == form_id])
    if not page["items"]:
        await load_form(connection, form_id)
    waiting = [item["quarantine_id"] for item in page["items"] if item.get("quarantine_id")]
    became = await what_became_of(connection, waiting)
    tokens = tokens_of(request)
    for item in page["items"]:
        pending = item.get("status") == "pending"
        item["confirm_path"] = (
            f"/v1/public/forms/confirm/{tokens.confirmation(item['id'])}" if pending else None
        )
        if item.get("quarantine_id") in became:
            item["lead_id"] = became[item["quarantine_id"]][1]
    return Response(json_body.dumps(page), media_type="application/json")


@router.get(
    "/{form_id}/days", response_model=DaysOut, openapi_extra=_READ, summary="How much came in on which day"
)
async def get_days(
    *,
    form_id: UUID,
    connection: Transaction,
    caller: Caller,
    starts_on: Annotated[date | None, Query(alias="from", description="First day, inclusive.")] = None,
    ends_on: Annotated[date | None, Query(alias="to", description="Last day, inclusive.")] = None,
) -> Response:
    """By day of the organisation's calendar, newest first: `received` = all that came in that day, and how
    many of these are accepted (a lead), quarantined, pending or expired now.

    Problems: 404 `web_form_not_found`.
    """
    await load_form(connection, form_id)
    calendar = (await load_organisation(connection, ORGANISATION)).calendar
    items = await queries.days_of(connection, form_id, calendar.time_zone, starts_on, ends_on)
    return Response(json_body.dumps({"items": items}), media_type="application/json")
