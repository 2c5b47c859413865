"""`/v1/deals/{id}/gates`, `/stage`, `/win`, `/lose` and `/reopen`."""

from uuid import UUID

from fastapi import Response

from services.pipeline.deal import repository
from services.pipeline.deal.answers import deal_answer
from services.pipeline.deal.schemas import DealOut
from services.pipeline.progress.schemas import GatesOut, Lose, Move, Reopen, Win, gates_out
from services.pipeline.progress.use_cases.gatekeeping import Asking, verdicts
from services.pipeline.progress.use_cases.lose_deal import lose_deal
from services.pipeline.progress.use_cases.move_deal import move_deal
from services.pipeline.progress.use_cases.reopen_deal import reopen_deal
from services.pipeline.progress.use_cases.win_deal import win_deal
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny, etag
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, SingleStatement, Transaction

router = ServiceRouter(prefix="/v1/deals/{deal_id}", tags=["deals"])
_READ, _WRITE = permission("deals:read"), permission("deals:write")


@router.get("/gates", response_model=GatesOut, openapi_extra=_READ, summary="What a deal still needs")
async def get_gates(deal_id: UUID, caller: Caller, connection: Reading, now: Now) -> Response:
    """For each stage, for winning and for losing: allowed or not, and what is missing, with where to put it
    (`pointer`, `input`) and the call that gives it (`how`). The ETag is the deal's. 404 `deal_not_found`."""
    found = await repository.get(connection, deal_id, caller, reading=True)
    asking = Asking(found.pipeline, found.deal, caller, now)
    given = await verdicts(connection, asking) if found.deal.status == "open" else ()
    shown = gates_out(found.deal, found.pipeline.version, given, may_override=asking.may_override)
    headers = {"ETag": etag(found.deal.version)}
    return Response(json_body.dumps(shown), 200, headers, media_type="application/json")


@router.post("/stage", response_model=DealOut, openapi_extra=_WRITE, summary="Move a deal")
async def post_stage(
    *,
    deal_id: UUID,
    body: Move,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: SingleStatement,
    now: Now,
) -> Response:
    """Enter another stage. 409 `gates_unmet` with the list `unmet`, and nothing is changed; `deal_not_open`;
    422 `stage_unknown`; 412 when it was moved meanwhile; 428."""
    deal = await move_deal(
        connection, deal_id, body.stage, caller, along=body.along(), seen_version=if_match, now=now
    )
    return deal_answer(deal)


@router.post("/win", response_model=DealOut, openapi_extra=_WRITE, summary="Win a deal")
async def post_win(
    *,
    deal_id: UUID,
    body: Win | None = None,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """Win it, now or at `closed_at`, for its amount or another. Only the pipeline's `win_gates` are asked.

    409 `gates_unmet` with the list `unmet`, `deal_not_open`, `deal_already_won`; 412; 422; 428.
    """
    said = body or Win()
    deal = await win_deal(
        connection,
        deal_id,
        caller,
        closed_at=said.closed_at,
        amount=said.amount,
        reason=said.reason,
        along=said.along(),
        seen_version=if_match,
        now=now,
    )
    return deal_answer(deal)


@router.post("/lose", response_model=DealOut, openapi_extra=_WRITE, summary="Lose a deal")
async def post_lose(
    *, deal_id: UUID, body: Lose, if_match: IfMatchOrAny, caller: Caller, connection: Transaction, now: Now
) -> Response:
    """Lose it, in the stage it is in. Only the pipeline's `lose_gates` are asked.

    409 `gates_unmet` with the list `unmet`, `deal_not_open`, `deal_already_lost`; 412; 422 `reason_unknown`
    with the list `reasons`, and a reason without the note or the competitor it asks for; 428.
    """
    deal = await lose_deal(
        connection,
        deal_id,
        caller,
        reason=body.reason,
        note=body.note,
        competitor=body.competitor,
        closed_at=body.closed_at,
        along=body.along(),
        seen_version=if_match,
        now=now,
    )
    return deal_answer(deal)


@router.post("/reopen", response_model=DealOut, openapi_extra=_WRITE, summary="Reopen a deal")
async def post_reopen(
    *,
    deal_id: UUID,
    body: Reopen | None = None,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """Take a closed deal up again, in `stage` or where it ended. A stage further on has its gates.

    409 `deal_already_open`, `gates_unmet`; 412; 422 `stage_unknown`; 428.
    """
    said = body or Reopen()
    deal = await reopen_deal(connection, deal_id, caller, stage=said.stage, seen_version=if_match, now=now)
    return deal_answer(deal)
