"""`/v1/working-hours` and `/v1/closed-days`."""

from datetime import date

from fastapi import Request, Response

from services.gateway.caller.routes import GatewayRouter
from services.gateway.organisation import repository as organisations
from services.gateway.tables import SOURCE
from services.gateway.working_time import queries
from services.gateway.working_time.schemas import (
    ClosedDayIn,
    ClosedDayOut,
    ClosedDays,
    Holidays,
    WorkingHoursIn,
    WorkingHoursOut,
    WorkingTimeStep,
)
from services.gateway.working_time.use_cases.close_days import close_day, close_holidays, open_day
from services.gateway.working_time.use_cases.set_working_hours import set_working_hours, shown_hours
from shared.observability.causes import event_context
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny, set_etag
from shared.web.listing import Page
from shared.web.route import permission
from shared.web.transaction import Reading, Transaction

router = GatewayRouter(tags=["working time"])
_READ = permission("organisation:read")
_WRITE = permission("working_time:write")


@router.get(
    "/v1/working-hours", response_model=WorkingHoursOut, openapi_extra=_READ, summary="When people work"
)
async def get_working_hours(response: Response, connection: Reading) -> WorkingHoursOut:
    """Hours by weekday in the organisation's time zone, with ETag. `source` `organisation`: its working days,
    09:00 to 17:00, because nobody has set other hours."""
    hours = shown_hours(await organisations.get(connection, lock=False))
    set_etag(response, hours.version)
    return hours


@router.put(
    "/v1/working-hours", response_model=WorkingHoursOut, openapi_extra=_WRITE, summary="Set the hours"
)
async def put_working_hours(
    *, body: WorkingHoursIn, response: Response, connection: Transaction, now: Now, seen: IfMatchOrAny
) -> WorkingHoursOut:
    """`{"week": {"monday": [{"start": "09:00", "end": "17:00"}]}}`; days that are not named are closed,
    `{"week": null}` goes back to the organisation's working days. Deadlines that run already stay.

    Problems: 412 `version_conflict`; 422 `hours_out_of_order`, `hours_overlap`, `never_open`; 428.
    """
    context = event_context(SOURCE)
    after = await set_working_hours(connection, body.week, seen_version=seen, now=now, context=context)
    set_etag(response, after.version)
    return shown_hours(after)


@router.get(
    "/v1/closed-days",
    response_model=Page[ClosedDayOut],
    openapi_extra=_READ | queries.CLOSED_DAYS.openapi,
    summary="Days on which nobody works",
)
async def list_closed_days(request: Request, connection: Reading) -> Response:
    """In their order; `day=gte:2027-01-01` and the like narrow them down."""
    return await queries.CLOSED_DAYS.answer(connection, request)


@router.post(
    "/v1/closed-days",
    response_model=ClosedDayOut,
    status_code=201,
    openapi_extra=_WRITE,
    summary="Close a day",
)
async def post_closed_day(
    body: ClosedDayIn, response: Response, connection: Transaction, now: Now
) -> ClosedDayOut:
    """201 with Location. Deadlines that run already stay. Problems: 409 `duplicate`."""
    day = await close_day(connection, body, now=now, context=event_context(SOURCE))
    response.headers["Location"] = f"/v1/closed-days/{day.day}"
    return day


@router.post(
    "/v1/closed-days/from-country",
    response_model=ClosedDays,
    openapi_extra=_WRITE,
    summary="Close the public holidays of a country",
)
async def post_holidays(body: Holidays, connection: Transaction, now: Now) -> ClosedDays:
    """All public holidays of the year, and how many of them are new; days closed before keep their names.

    Source: the open `holidays` data. Problems: 422 `holidays_unknown`.
    """
    return await close_holidays(connection, body, now=now, context=event_context(SOURCE))


@router.delete("/v1/closed-days/{day}", status_code=204, openapi_extra=_WRITE, summary="Open a day again")
async def delete_closed_day(day: date, connection: Transaction, now: Now) -> None:
    """People work on that day. Problems: 404 `not_found` when it is not closed."""
    await open_day(connection, day, now=now, context=event_context(SOURCE))


@router.get(
    "/v1/working-hours/history",
    response_model=Page[WorkingTimeStep],
    openapi_extra=_READ | queries.STEPS.openapi,
    summary="Who changed it, what and when",
)
async def get_history(request: Request, connection: Reading) -> Response:
    """Hours and closed days, newest first: who changed what, from what to what, and when."""
    return await queries.STEPS.answer(connection, request)
