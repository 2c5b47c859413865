"""`/v1/forecast/adjustments`."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from sqlalchemy import Row

from services.forecast.adjustment.queries import LISTING, history, one_visible, shown, visible_to
from services.forecast.adjustment.schemas import (
    AdjustmentHistoryOut,
    AdjustmentIn,
    AdjustmentOut,
    adjustment_out,
)
from services.forecast.adjustment.tables import adjustment
from services.forecast.adjustment.use_cases.set_adjustment import Wanted, set_adjustment
from services.forecast.adjustment.use_cases.withdraw_adjustment import withdraw_adjustment
from services.forecast.node.domain import NODE_FIELDS, Node
from services.forecast.tables import ORGANISATION
from shared.organisation.queries import load_organisation
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny, read_if_match, set_etag
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/forecast/adjustments", tags=["forecast adjustments"])
_READ, _WRITE = permission("adjustments:read"), permission("adjustments:write")


async def _expected(
    if_match: Annotated[
        str | None,
        Header(description='The ETag of the adjustment that stands, `"7"`, or `*`; not for a new one.'),
    ] = None,
) -> int | str | None:
    return "*" if if_match is not None and if_match.strip() == "*" else if_match and read_if_match(if_match)


@router.get(
    "", response_model=Page[AdjustmentOut], openapi_extra={**_READ, **LISTING.openapi}, summary="Adjustments"
)
async def list_adjustments(request: Request, connection: Reading, caller: Caller, now: Now) -> Response:
    """Those that stand: of the caller's own forecast, for a manager of the teams below and their members,
    for a territory's manager of it and those below.

    Those of a period under an earlier calendar are listed with their own days and `of_present_calendar`
    false; they count for no figure of the period as it is now."""
    calendar = (await load_organisation(connection, ORGANISATION)).calendar

    def to_item(row: Row[Any]) -> AdjustmentOut:
        return shown(row, calendar, now)

    where = [visible_to(caller), ~adjustment.c.withdrawn]
    return await LISTING.answer(connection, request, where=where, to_item=to_item)


@router.put(
    "",
    response_model=AdjustmentOut,
    responses={201: {"model": AdjustmentOut, "description": "The adjustment is new; see Location."}},
    openapi_extra=_WRITE,
    summary="Adjust a figure of the forecast",
)
async def put_adjustment(
    *,
    body: AdjustmentIn,
    response: Response,
    connection: Transaction,
    caller: Caller,
    now: Now,
    expected: Annotated[int | str | None, Depends(_expected)],
) -> AdjustmentOut:
    """The amount stands instead of the calculated figure of a member, team, territory, product, product
    family or the organisation, and moves every figure above by the difference, up to the first that is
    adjusted itself. Teams, territories and products are three divisions of the whole: each is moved only by
    its own adjustments. No deal changes. 201 when new, 200 when amended or already so; ETag on both.

    `side` is `owner` for the caller's own forecast (a manager's is that of the highest team led, and of the
    highest territories managed), `manager` for those below; both may stand, then the manager's counts. A rep
    adjusts the own forecast only; products are for who sees everything, as their owner.
    Problems: 400 `period_invalid`; 403 `forbidden`; 409 `period_over`; 412 `version_conflict`; 422
    `validation_failed`, `reference_unknown`, `rate_missing`; 428 `precondition_required` when one stands.
    """
    said = dict(body)
    node = Node(**{name: said.pop(name) for name in NODE_FIELDS})
    wanted = Wanted(node=node, **said)
    state, created = await set_adjustment(connection, wanted, by=caller, expected=expected, now=now)
    set_etag(response, state.version)
    if created:
        response.status_code = 201
        response.headers["Location"] = f"/v1/forecast/adjustments/{state.id}"
    return adjustment_out(state, of_present_calendar=True)


@router.get("/{adjustment_id}", response_model=AdjustmentOut, openapi_extra=_READ, summary="One adjustment")
async def get_adjustment(
    adjustment_id: UUID, response: Response, connection: Reading, caller: Caller, now: Now
) -> AdjustmentOut:
    """With its ETag, also when it was withdrawn. Problems: 404 `adjustment_not_found`."""
    calendar = (await load_organisation(connection, ORGANISATION)).calendar
    found = await one_visible(connection, caller, adjustment_id, calendar, now)
    set_etag(response, found.version)
    return found


@router.delete("/{adjustment_id}", status_code=204, openapi_extra=_WRITE, summary="Withdraw an adjustment")
async def delete_adjustment(
    adjustment_id: UUID, connection: Transaction, caller: Caller, now: Now, expected: IfMatchOrAny
) -> None:
    """What is calculated stands again; the history stays, and the figure may be adjusted anew.

    Problems: 403 `forbidden` for an owner whose manager made it; 404 `adjustment_not_found`; 409
    `period_over`; 412 `version_conflict`; 428 `precondition_required` (If-Match may be `*`).
    """
    await withdraw_adjustment(connection, adjustment_id, by=caller, expected=expected, now=now)


@router.get(
    "/{adjustment_id}/history",
    response_model=AdjustmentHistoryOut,
    openapi_extra=_READ,
    summary="Every change of an adjustment",
)
async def get_adjustment_history(
    adjustment_id: UUID, connection: Reading, caller: Caller, now: Now
) -> AdjustmentHistoryOut:
    """Who changed it when, before and after, the oldest first, up to a thousand; a withdrawal has no `after`.

    Problems: 404 `adjustment_not_found`.
    """
    calendar = (await load_organisation(connection, ORGANISATION)).calendar
    await one_visible(connection, caller, adjustment_id, calendar, now)
    return AdjustmentHistoryOut(items=await history(connection, adjustment_id))
