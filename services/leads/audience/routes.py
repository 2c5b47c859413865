"""`/v1/audiences`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.audience import queries
from services.leads.audience.domain import Audience
from services.leads.audience.schemas import AudienceCreate, AudienceOut, AudiencePatch, FitReport
from services.leads.audience.use_cases.keep_audiences import SETTINGS, add_audience, edit_audience
from services.leads.record import answers
from services.leads.record.archive import unless_asked
from services.leads.record.schemas import raw, read
from services.leads.setting_history.history_route import add_history
from services.leads.tables import ORGANISATION
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.parameters import PresentPeriod
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller, WithCaller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/audiences", tags=["audiences"], dependencies=[WithCaller])
_READ = permission("leads:read")
_SHAPE = permission("lead_settings:write")


@router.get(
    "", response_model=Page[AudienceOut], openapi_extra=_READ | queries.AUDIENCES.openapi, summary="Audiences"
)
async def list_audiences(request: Request, connection: Reading, _: Caller) -> Response:
    """The newest first. What is put away is left out, unless there is a filter on `archived_at`."""
    where = [unless_asked(request, queries.AUDIENCES)]
    return await queries.AUDIENCES.answer(connection, request, where=where)


@router.post(
    "", response_model=AudienceOut, status_code=201, openapi_extra=_SHAPE, summary="Define an audience"
)
async def post_audience(body: AudienceCreate, connection: Transaction, _: Caller, now: Now) -> Response:
    """201 with Location and ETag. Open leads are held against it soon, new and changed ones always.

    Problems: 422 `expression_invalid` with `line` and `column`, `validation_failed`.
    """
    return _one(await add_audience(connection, body.model_dump(), now=now), created_at="/v1/audiences")


@router.get("/{audience_id}", response_model=AudienceOut, openapi_extra=_READ, summary="One audience")
async def get_audience(audience_id: UUID, connection: Reading, _: Caller) -> Response:
    """With its ETag. Problems: 404 `audience_not_found`."""
    return _one(await SETTINGS.find(connection, audience_id))


@router.patch("/{audience_id}", response_model=AudienceOut, openapi_extra=_SHAPE, summary="Edit an audience")
async def patch_audience(
    *,
    audience_id: UUID,
    body: Annotated[raw(AudiencePatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    _: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. Problems: 404 `audience_not_found`; 412; 422 as for a new one; 428."""
    values = read(AudiencePatch, body).given()
    return _one(await edit_audience(connection, audience_id, values, seen_version=seen, now=now))


@router.delete("/{audience_id}", status_code=204, openapi_extra=_SHAPE, summary="Put an audience away")
async def delete_audience(
    audience_id: UUID, connection: Transaction, _: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """Leads are held against it no more; its report stays. Problems: 404; 412; 428."""
    await SETTINGS.archive(connection, audience_id, seen_version=seen, now=now)


@router.get(
    "/{audience_id}/fit-report",
    response_model=FitReport,
    openapi_extra=_READ,
    summary="How many new leads belong to an audience",
)
async def get_fit_report(
    *, audience_id: UUID, connection: Reading, caller: Caller, now: Now, asked: PresentPeriod
) -> Response:
    """Share = leads of the period in the audience / all leads of the period, within the caller's scope; null
    when there are none. Unless a period is asked for, it is the audience's own days, until today while they
    have no end. Problems: 400 `period_invalid`; 404 `audience_not_found`."""
    audience = await SETTINGS.find(connection, audience_id)
    calendar = (await load_organisation(connection, ORGANISATION)).calendar
    own = audience.days(calendar.local_date(now)) if asked == Asked() else None
    wanted = asked if own is None else Asked(first=own[0].isoformat(), last=own[1].isoformat())
    period = question_of(wanted, calendar, now=now).period
    counts = await queries.fit_of(connection, caller, audience_id, period)
    share = round(counts["in_audience"] / counts["leads"], 6) if counts["leads"] else None
    definition = {
        "meaning": "Share of new leads that belong to the audience",
        "numerator": "leads of the period for which the condition held when they last changed",
        "denominator": "all leads of the period, also those not held against it yet",
        "period": f"leads that came up from {period.starts_on} to {period.ends_on}",
    }
    shown = {
        "audience_id": audience_id,
        "plan": audience.plan,
        "period": {"name": period.name, "from": period.starts_on, "to": period.ends_on},
        **counts,
        "share": share,
        "definitions": {"share": definition},
    }
    return Response(json_body.dumps(shown), media_type="application/json")


def _one(audience: Audience, *, created_at: str | None = None) -> Response:
    return answers.one(answers.fields_of(audience, AudienceOut), created_at=created_at)


add_history(router, "/{audience_id}", "audience", "leads:read", SETTINGS.find)
