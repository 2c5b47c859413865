"""`/v1/partner`: what partners push and follow."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.intake import queries
from services.leads.intake.answers import batch_answer, item_answer, push_answer
from services.leads.intake.schemas import (
    PartnerLead,
    PartnerLeadOut,
    PushAnswer,
    PushedBatch,
    ReceiptItem,
    ReceiptOut,
)
from services.leads.intake.use_cases.follow_push import follow_push, follow_receipt, partner_of
from services.leads.intake.use_cases.receive_push import Push, receive_push
from services.leads.record.bodies import batch_of, read_batch
from services.leads.record.schemas import raw
from services.leads.record.streaming import Results, answer_stream, is_stream
from shared.web import json_body
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, ServiceDatabase, SingleStatement

router = ServiceRouter(prefix="/v1/partner", tags=["partner leads"])
_READ = permission("partner_leads:read")
_WRITE = permission("partner_leads:write")


@router.post(
    "/leads",
    response_model=PushAnswer,
    status_code=201,
    responses={
        200: {"model": PushAnswer, "description": "The lead was there: updated or unchanged."},
        202: {"model": PushAnswer, "description": "Kept in quarantine; `errors` say what is wrong."},
    },
    openapi_extra=_WRITE,
    summary="Push a lead",
)
async def push_lead(
    body: Annotated[raw(PartnerLead), Body()],  # type: ignore[valid-type]
    connection: SingleStatement,
    caller: Caller,
    now: Now,
) -> Response:
    """201 created (or `duplicate`: it looks like an open lead, and is kept); 200 updated or unchanged; 202
    quarantined, when a value cannot be used: push it again corrected, or our people correct it.

    Fields a member has edited since keep the member's value. Problems: 403 `forbidden`; 422
    `validation_failed` when it is no lead at all (an unknown field, no `external_id`).
    """
    push = Push(connection, partner_of(caller), now, caller.sub)
    (result,) = await receive_push(push, [body], likely_new=True)
    return push_answer(result)


@router.post(
    "/leads/batch",
    response_model=PushedBatch,
    openapi_extra=_WRITE | batch_of(PartnerLead),
    summary="Push many leads",
)
async def push_leads(
    request: Request, connection: SingleStatement, database: ServiceDatabase, caller: Caller, now: Now
) -> Response:
    """200 with a result for each item in order, 1 to 1,000 of them; each is judged by itself.

    `application/x-ndjson` bodies hold one lead a line, have no limit, and are answered by one line for each.
    """
    partner_id = partner_of(caller)
    if is_stream(request):

        async def apply(on: AsyncConnection, items: Sequence[object], first: int) -> Results:
            results = await receive_push(Push(on, partner_id, now, caller.sub), items)
            return [item_answer(result, first + result.index) for result in results]

        return await answer_stream(request, database, apply)
    items = await read_batch(request)
    return batch_answer(await receive_push(Push(connection, partner_id, now, caller.sub), items))


@router.get(
    "/leads/{external_id:path}",
    response_model=PartnerLeadOut,
    openapi_extra=_READ,
    summary="What became of a pushed lead",
)
async def get_pushed(external_id: str, connection: Reading, caller: Caller) -> Response:
    """Status and timeline: received, quarantined, assigned, contacted, qualified, converted, won, lost ...

    Problems: 403 `forbidden`; 404 `lead_not_found`.
    """
    followed = await follow_push(connection, caller, external_id)
    return Response(json_body.dumps(followed), media_type="application/json")


@router.get(
    "/receipts",
    response_model=Page[ReceiptItem],
    openapi_extra=_READ | queries.RECEIPTS.openapi,
    summary="What of the pushes came in",
)
async def list_receipts(request: Request, connection: Reading, caller: Caller) -> Response:
    """The partner's own receipts by reference: what was taken, also when the connection broke before the
    answer came. Those of pushes that changed nothing are kept for 30 days. Problems: 403 `forbidden`."""
    mine = queries.RECEIPTS.table.c.partner_id == partner_of(caller)
    return await queries.RECEIPTS.answer(connection, request, where=[mine])


@router.get(
    "/receipts/{receipt_id}", response_model=ReceiptOut, openapi_extra=_READ, summary="One push's receipt"
)
async def get_receipt(receipt_id: UUID, connection: Reading, caller: Caller) -> Response:
    """When it came and what it did. Problems: 403 `forbidden`; 404 `receipt_not_found`."""
    found = await follow_receipt(connection, caller, receipt_id)
    return Response(json_body.dumps(found), media_type="application/json")
