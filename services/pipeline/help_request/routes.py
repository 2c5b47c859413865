"""`/v1/deals/{id}/help-requests` and `/v1/help-requests`."""

from uuid import UUID

from fastapi import Request, Response

from services.pipeline.answers import one, shown
from services.pipeline.deal.scope import readable_by
from services.pipeline.deal.use_cases.note_on_deal import see_deal
from services.pipeline.help_request.domain import HelpRequest
from services.pipeline.help_request.queries import LISTING
from services.pipeline.help_request.repository import HELP_REQUESTS
from services.pipeline.help_request.schemas import HelpAnswer, HelpCreate, HelpOut
from services.pipeline.help_request.use_cases.help_each_other import (
    answer_help,
    ask_for_help,
    close_help,
)
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1", tags=["deals"])
_READ, _WRITE = permission("deals:read"), permission("deals:write")
_OF_DEAL = "/deals/{deal_id}/help-requests"


@router.get(
    "/help-requests",
    response_model=Page[HelpOut],
    openapi_extra={**_READ, **LISTING.openapi},
    summary="Requests for help",
)
async def list_all_help(caller: Caller, request: Request, connection: Reading) -> Response:
    """Those of all deals the caller reads, the newest first; what waits for help with `status=open`."""
    where = [await readable_by(connection, caller)]
    return await LISTING.answer(connection, request, where=where)


@router.get(
    _OF_DEAL,
    response_model=Page[HelpOut],
    openapi_extra={**_READ, **LISTING.openapi},
    summary="Requests for help with a deal",
)
async def list_help(deal_id: UUID, caller: Caller, request: Request, connection: Reading) -> Response:
    """The newest first. 404 `deal_not_found`."""
    await see_deal(connection, deal_id, caller)
    return await LISTING.answer(connection, request, where=[HELP_REQUESTS.table.c.deal_id == deal_id])


@router.post(_OF_DEAL, status_code=201, response_model=HelpOut, openapi_extra=_WRITE, summary="Ask for help")
async def post_help(
    deal_id: UUID, body: HelpCreate, caller: Caller, connection: Transaction, now: Now
) -> Response:
    """Of colleagues who see the deal, or of all. Event `pipeline.deal.help_requested` with `asked_ids`.

    404 `deal_not_found`; 422 `cannot_see_deal`, `reference_unknown` for a member asked.
    """
    asked = await ask_for_help(connection, deal_id, caller, body.question, asked_ids=body.asked_ids, now=now)
    return _answer(asked, created_at=f"/v1/deals/{deal_id}/help-requests")


@router.get(_OF_DEAL + "/{request_id}", response_model=HelpOut, openapi_extra=_READ, summary="One request")
async def get_help(deal_id: UUID, request_id: UUID, caller: Caller, connection: Reading) -> Response:
    """404 `deal_not_found`, `help_request_not_found`."""
    await see_deal(connection, deal_id, caller)
    return _answer(await HELP_REQUESTS.get(connection, deal_id, request_id))


@router.post(
    _OF_DEAL + "/{request_id}/answer",
    response_model=HelpOut,
    openapi_extra=_WRITE,
    summary="Answer a request for help",
)
async def post_help_answer(
    *,
    deal_id: UUID,
    request_id: UUID,
    body: HelpAnswer,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """By whoever reads the deal and has not asked. 403 `forbidden`; 404; 409 `state_conflict`; 412; 428."""
    answered = await answer_help(
        connection, deal_id, request_id, caller, body.answer, seen_version=if_match, now=now
    )
    return _answer(answered)


@router.post(
    _OF_DEAL + "/{request_id}/close",
    response_model=HelpOut,
    openapi_extra=_WRITE,
    summary="Close a request for help",
)
async def post_help_close(
    *,
    deal_id: UUID,
    request_id: UUID,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """By who has asked, or the owner's side; answered or not. 403; 404; 409 `state_conflict`; 412; 428."""
    closed = await close_help(connection, deal_id, request_id, caller, seen_version=if_match, now=now)
    return _answer(closed)


def _answer(found: HelpRequest, *, created_at: str | None = None) -> Response:
    return one(shown(found, HelpOut), created_at=created_at)
