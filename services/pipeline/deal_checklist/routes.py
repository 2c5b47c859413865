"""`/v1/deals/{id}/checklist`."""

from uuid import UUID

from fastapi import Response

from services.pipeline.deal_checklist.schemas import ChecklistOut, Ticks, checklist_out
from services.pipeline.deal_checklist.use_cases.tick_off import Checklist, see_checklist, tick_off
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny, etag
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/deals/{deal_id}/checklist", tags=["deals"])


@router.get(
    "", response_model=ChecklistOut, openapi_extra=permission("deals:read"), summary="Checklist of a deal"
)
async def get_checklist(deal_id: UUID, caller: Caller, connection: Reading) -> Response:
    """The items and actions of the stage it is in: done by whom and when, and whether the expected result
    came. The ETag is the deal's. 404 `deal_not_found`."""
    return _answer(await see_checklist(connection, deal_id, caller))


@router.put(
    "", response_model=ChecklistOut, openapi_extra=permission("deals:write"), summary="Tick off a checklist"
)
async def put_checklist(
    *, deal_id: UUID, body: Ticks, if_match: IfMatchOrAny, caller: Caller, connection: Transaction, now: Now
) -> Response:
    """Sets the items named; the others stay. Repeating it changes nothing. A new version of the deal, event
    `pipeline.deal.checklist_changed`. 404 `deal_not_found`; 412 when the deal has left the stage since; 422
    `reference_unknown` for items of another stage; 428.
    """
    done = await tick_off(connection, deal_id, caller, body.items, seen_version=if_match, now=now)
    return _answer(done)


def _answer(checklist: Checklist) -> Response:
    deal, items = checklist
    headers = {"ETag": etag(deal.version)}
    return Response(json_body.dumps(checklist_out(deal, items)), 200, headers, media_type="application/json")
