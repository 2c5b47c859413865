"""`/v1/alerts`: figures beyond their limits."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from services.forecast.alert import repository
from services.forecast.alert.domain import Alert
from services.forecast.alert.queries import LISTING, history_of, listed, visible_to
from services.forecast.alert.schemas import (
    AlertOut,
    AlertWithHistoryOut,
    AssignIn,
    EntryOut,
    NoteIn,
    SnoozeIn,
    alert_out,
)
from services.forecast.alert.use_cases.decide_alert import assign_alert, decide_alert
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny, etag
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/alerts", tags=["alerts"])
_READ, _WRITE = permission("alerts:read"), permission("alerts:write")


@router.get("", response_model=Page[AlertOut], openapi_extra={**_READ, **LISTING.openapi}, summary="Alerts")
async def list_alerts(caller: Caller, request: Request, connection: Reading) -> Response:
    """The newest first: `status=in:open,acknowledged`, `severity=critical`, `assigned_to=...`. A manager sees
    those of the teams below, a member their own and what was put into their hands."""
    return await LISTING.answer(connection, request, where=[visible_to(caller)], to_item=listed)


@router.get(
    "/{alert_id}",
    response_model=AlertWithHistoryOut,
    openapi_extra=_READ,
    summary="One alert with its history",
)
async def get_alert(alert_id: UUID, caller: Caller, connection: Reading) -> Response:
    """With its ETag. Problems: 404 `alert_not_found`, also for one the caller may not see."""
    found = await repository.get(connection, alert_id, visible_to(caller))
    history = [
        EntryOut.model_validate(each).model_dump(mode="json")
        for each in await history_of(connection, alert_id)
    ]
    return _answer(found, history=history)


@router.post(
    "/{alert_id}/acknowledge", response_model=AlertOut, openapi_extra=_WRITE, summary="Say that it is known"
)
async def post_acknowledge(
    *, alert_id: UUID, body: NoteIn, if_match: IfMatchOrAny, caller: Caller, connection: Transaction, now: Now
) -> Response:
    """Open to acknowledged; when it gets worse it is open again. Problems: 404; 409 `state_conflict`; 412;
    428."""
    after = await decide_alert(
        connection,
        alert_id,
        lambda before: before.acknowledge(caller.member_id, body.note, now=now),
        by=caller,
        seen_version=if_match,
    )
    return _answer(after)


@router.post(
    "/{alert_id}/resolve", response_model=AlertOut, openapi_extra=_WRITE, summary="Say that it is settled"
)
async def post_resolve(
    *, alert_id: UUID, body: NoteIn, if_match: IfMatchOrAny, caller: Caller, connection: Transaction, now: Now
) -> Response:
    """Resolved by hand: raised again when the figure gets worse, or was back within its limit and leaves it
    again. By itself an alert is resolved when its figure is well within its limit, or its period is over.
    Problems: 404; 409 `state_conflict`; 412; 428."""
    after = await decide_alert(
        connection,
        alert_id,
        lambda before: before.resolve(caller.member_id, body.note, now=now),
        by=caller,
        seen_version=if_match,
    )
    return _answer(after)


@router.post("/{alert_id}/snooze", response_model=AlertOut, openapi_extra=_WRITE, summary="Quiet for a while")
async def post_snooze(
    *,
    alert_id: UUID,
    body: SnoozeIn,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """Nothing is told of it until then, unless it gets worse. Problems: 404; 409 `state_conflict`; 412; 422
    `validation_failed` for an instant that has passed; 428."""
    until: datetime = body.until
    after = await decide_alert(
        connection,
        alert_id,
        lambda before: before.snooze(until, caller.member_id, body.note, now=now),
        by=caller,
        seen_version=if_match,
    )
    return _answer(after)


@router.post(
    "/{alert_id}/assign", response_model=AlertOut, openapi_extra=_WRITE, summary="Say who sees to it"
)
async def post_assign(
    *,
    alert_id: UUID,
    body: AssignIn,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """Whoever it is put into the hands of sees it, too. Problems: 404; 409 `state_conflict`; 412; 422
    `reference_unknown`; 428."""
    after = await assign_alert(
        connection, alert_id, body.member_id, by=caller, seen_version=if_match, now=now
    )
    return _answer(after)


def _answer(found: Alert, **more: Any) -> Response:
    headers = {"ETag": etag(found.version)}
    return Response(
        json_body.dumps({**alert_out(found), **more}), 200, headers, media_type="application/json"
    )
