"""`/v1/forecast/submissions`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.adjustment.queries import is_of
from services.forecast.submission.definitions import DEFINITIONS
from services.forecast.submission.domain import Submission
from services.forecast.submission.queries import LISTING, history, listed, one_visible, visible_to
from services.forecast.submission.schemas import (
    AgainstActualOut,
    MovedFiguresOut,
    MovedOut,
    ReasonIn,
    SubmissionChangeOut,
    SubmissionHistoryOut,
    SubmissionIn,
    SubmissionOut,
    SubmissionWholeOut,
    WordsIn,
    error_out,
    frozen_out,
    submission_fields,
)
from services.forecast.submission.use_cases.compare_submission import Comparison, compare_submission
from services.forecast.submission.use_cases.review_submission import (
    accept_submission,
    return_submission,
    unlock_submission,
)
from services.forecast.submission.use_cases.submit_forecast import Words, submit_again, submit_forecast
from services.forecast.tables import ORGANISATION
from shared.contracts.periods import Calendar
from shared.organisation.queries import load_organisation
from shared.reporting.figures import defined, money
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny, set_etag
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/forecast/submissions", tags=["forecast submissions"])
_READ, _WRITE = permission("submissions:read"), permission("submissions:write")
_REVIEW, _CONFIGURE = permission("submissions:review"), permission("submissions:configure")


@router.get(
    "", response_model=Page[SubmissionOut], openapi_extra={**_READ, **LISTING.openapi}, summary="Submissions"
)
async def list_submissions(request: Request, connection: Reading, caller: Caller, now: Now) -> Response:
    """Every one there ever was: the caller's own, for a manager those of the teams below and their members.

    Each keeps the days, team and stages it was made under; `of_present_calendar` says whether its period is
    still one of the calendar as it is."""
    calendar = await _calendar(connection)

    def to_item(row: Row[Any]) -> SubmissionOut:
        return _out(listed(row), calendar, now)

    return await LISTING.answer(connection, request, where=[visible_to(caller)], to_item=to_item)


@router.post(
    "",
    status_code=201,
    response_model=SubmissionOut,
    responses={200: {"model": SubmissionOut, "description": "There was one for this deadline."}},
    openapi_extra=_WRITE,
    summary="Hand in the forecast of a period",
)
async def post_submission(
    *, body: SubmissionIn, response: Response, connection: Transaction, caller: Caller, now: Now
) -> SubmissionOut:
    """For the deadline that comes next, with the figures and adjustments as they are now, all frozen; or keep
    it as a `draft`. 201 when new; 200 when it was asked for, drafted, returned or handed in before: then it
    is handed in anew. `stated` is the own number beside the reckoned ones.

    Problems: 400 `period_invalid`; 403 `forbidden`; 409 `period_over`, `submission_locked`, `state_conflict`;
    422 `validation_failed`, `reference_unknown`, `rate_missing`.
    """
    state, created = await submit_forecast(
        connection,
        Words(body.stated, body.note, body.status),
        period=body.period,
        team_id=body.team_id,
        owner_id=body.owner_id,
        by=caller,
        now=now,
    )
    response.status_code = 201 if created else 200
    if created:
        response.headers["Location"] = f"/v1/forecast/submissions/{state.id}"
    return await _answer(connection, state, response, now)


@router.get(
    "/{submission_id}", response_model=SubmissionWholeOut, openapi_extra=_READ, summary="One submission"
)
async def get_submission(
    submission_id: UUID, response: Response, connection: Reading, caller: Caller, now: Now
) -> SubmissionWholeOut:
    """With all it rested on, by how much the figures beneath have moved since (`stale` beyond the limit of
    the rules), and how it compares with what was closed: error = actual - foretold, `error_ratio` = error /
    actual. Problems: 404 `submission_not_found`.
    """
    state = await one_visible(connection, caller, submission_id)
    compared = await compare_submission(connection, state, now=now)
    set_etag(response, state.version)
    return _whole(state, compared)


@router.get(
    "/{submission_id}/history",
    response_model=SubmissionHistoryOut,
    openapi_extra=_READ,
    summary="Every state of a submission",
)
async def get_submission_history(
    submission_id: UUID, connection: Reading, caller: Caller, now: Now
) -> SubmissionHistoryOut:
    """What was done to it, by whom, and how it was after; the oldest first, up to a thousand. Nothing of it
    is ever changed or deleted. Problems: 404 `submission_not_found`.
    """
    await one_visible(connection, caller, submission_id)
    calendar = await _calendar(connection)
    return SubmissionHistoryOut(
        items=[
            SubmissionChangeOut(
                what=each.what, actor_id=each.actor_id, submission=_out(each.state, calendar, now)
            )
            for each in await history(connection, submission_id)
        ]
    )


@router.post(
    "/{submission_id}/submit", response_model=SubmissionOut, openapi_extra=_WRITE, summary="Hand in anew"
)
async def post_submit(
    *,
    submission_id: UUID,
    body: WordsIn,
    response: Response,
    connection: Transaction,
    caller: Caller,
    now: Now,
    expected: IfMatchOrAny,
) -> SubmissionOut:
    """This very one, say after it was returned or unlocked, with the figures as they are now.

    Problems: 404 `submission_not_found`; 409 `submission_locked`, `period_over`, `state_conflict`; 412; 422;
    428.
    """
    words = Words(body.stated, body.note, body.status)
    state = await submit_again(connection, submission_id, words, by=caller, expected=expected, now=now)
    return await _answer(connection, state, response, now)


@router.post("/{submission_id}/accept", response_model=SubmissionOut, openapi_extra=_REVIEW, summary="Accept")
async def post_accept(
    *,
    submission_id: UUID,
    response: Response,
    connection: Transaction,
    caller: Caller,
    now: Now,
    expected: IfMatchOrAny,
) -> SubmissionOut:
    """By who answers for the member or team from above; nobody accepts the own one.

    Problems: 403 `forbidden`; 404 `submission_not_found`; 409 `state_conflict`, `submission_locked`; 412;
    428.
    """
    state = await accept_submission(connection, submission_id, by=caller, expected=expected, now=now)
    return await _answer(connection, state, response, now)


@router.post("/{submission_id}/return", response_model=SubmissionOut, openapi_extra=_REVIEW, summary="Return")
async def post_return(
    *,
    submission_id: UUID,
    body: ReasonIn,
    response: Response,
    connection: Transaction,
    caller: Caller,
    now: Now,
    expected: IfMatchOrAny,
) -> SubmissionOut:
    """To be handed in anew, with the reason. By whom it could be accepted.

    Problems: 403 `forbidden`; 404 `submission_not_found`; 409 `state_conflict`, `submission_locked`; 412;
    422; 428.
    """
    state = await return_submission(
        connection, submission_id, body.reason, by=caller, expected=expected, now=now
    )
    return await _answer(connection, state, response, now)


@router.post(
    "/{submission_id}/unlock", response_model=SubmissionOut, openapi_extra=_CONFIGURE, summary="Unlock"
)
async def post_unlock(
    *,
    submission_id: UUID,
    body: ReasonIn,
    response: Response,
    connection: Transaction,
    caller: Caller,
    now: Now,
    expected: IfMatchOrAny,
) -> SubmissionOut:
    """For 24 hours it is again what it was before it was locked; the reason is kept.

    Problems: 404 `submission_not_found`; 409 `state_conflict`; 412; 422; 428.
    """
    state = await unlock_submission(
        connection, submission_id, body.reason, by=caller, expected=expected, now=now
    )
    return await _answer(connection, state, response, now)


async def _answer(
    connection: AsyncConnection, state: Submission, response: Response, now: datetime
) -> SubmissionOut:
    set_etag(response, state.version)
    return _out(state, await _calendar(connection), now)


async def _calendar(connection: AsyncConnection) -> Calendar:
    return (await load_organisation(connection, ORGANISATION)).calendar


def _out(state: Submission, calendar: Calendar, now: datetime) -> SubmissionOut:
    period = state.period
    present = is_of(calendar, period.name, period.starts_on, period.ends_on, now=now)
    return SubmissionOut(**submission_fields(state, of_present_calendar=present))


def _whole(state: Submission, compared: Comparison) -> SubmissionWholeOut:
    currency, period, commit = state.frozen.currency, state.period, state.frozen.commit
    foretold = {"number": state.number, "computed": commit.calculated, "adjusted": commit.adjusted}
    when = f"{period.name}: {period.starts_on} to {period.ends_on}."
    return SubmissionWholeOut(
        **submission_fields(state, of_present_calendar=compared.of_present_calendar),
        frozen=frozen_out(state),
        stale=None if compared.moved is None else state.is_stale(compared.moved),
        moved=None if compared.moved is None else _moved(compared, currency),
        comparison=AgainstActualOut(
            state=compared.state,
            actual=money(compared.closed, currency),
            **{name: error_out(amount, compared.closed, currency) for name, amount in foretold.items()},
        ),
        definitions=defined(DEFINITIONS, when),
    )


def _moved(compared: Comparison, currency: str) -> MovedFiguresOut:
    return MovedFiguresOut.model_validate(
        {
            figure: MovedOut(
                then=money(each.then, currency),
                now=money(each.now, currency),
                by=money(each.now - each.then, currency),
                stale=each.stale,
            )
            for figure, each in (compared.moved or {}).items()
        }
    )
