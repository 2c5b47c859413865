"""`/v1/deals/{id}/risks` and `/v1/risks`."""

from uuid import UUID

from fastapi import Request, Response

from services.pipeline.answers import one, shown
from services.pipeline.deal.scope import readable_by
from services.pipeline.deal.use_cases.note_on_deal import see_deal
from services.pipeline.deal_risk.domain import DealRisk
from services.pipeline.deal_risk.queries import OF_ALL, OF_ONE, risk_of_deal_out
from services.pipeline.deal_risk.repository import RISKS
from services.pipeline.deal_risk.schemas import RiskCreate, RiskOfDealOut, RiskOut, RiskPatch
from services.pipeline.deal_risk.use_cases.keep_risks import edit_risk, record_risk
from shared.web.clock import Now
from shared.web.concurrency import IfMatch
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1", tags=["deals"])
_READ, _WRITE = permission("deals:read"), permission("deals:write")
_OF_DEAL = "/deals/{deal_id}/risks"


@router.get(
    "/risks",
    response_model=Page[RiskOfDealOut],
    openapi_extra={**_READ, **OF_ALL.openapi},
    summary="Risks of all deals",
)
async def list_all_risks(caller: Caller, request: Request, connection: Reading) -> Response:
    """Those of the deals the caller reads, the highest first, with what is at stake.

    `score` = likelihood x impact (1 to 5 each); up to 4 is low, up to 9 medium, from 10 high (a matrix as in
    IEC 31010). Open high ones: `severity=high&status=open&deal_status=open`.
    """
    where = [await readable_by(connection, caller)]
    return await OF_ALL.answer(connection, request, where=where, to_item=risk_of_deal_out)


@router.get(
    _OF_DEAL,
    response_model=Page[RiskOut],
    openapi_extra={**_READ, **OF_ONE.openapi},
    summary="Risks of a deal",
)
async def list_risks(deal_id: UUID, caller: Caller, request: Request, connection: Reading) -> Response:
    """The highest first. 404 `deal_not_found`."""
    await see_deal(connection, deal_id, caller)
    return await OF_ONE.answer(connection, request, where=[RISKS.table.c.deal_id == deal_id])


@router.post(_OF_DEAL, status_code=201, response_model=RiskOut, openapi_extra=_WRITE, summary="Record a risk")
async def post_risk(
    deal_id: UUID, body: RiskCreate, caller: Caller, connection: Transaction, now: Now
) -> Response:
    """201 with Location and ETag; a new version of the deal, event `...risk_recorded`.

    404 `deal_not_found`; 422 `cannot_see_deal`, `reference_unknown` for the accountable member.
    """
    recorded = await record_risk(connection, deal_id, caller, dict(body), now=now)
    return _answer(recorded, created_at=f"/v1/deals/{deal_id}/risks")


@router.get(_OF_DEAL + "/{risk_id}", response_model=RiskOut, openapi_extra=_READ, summary="One risk")
async def get_risk(deal_id: UUID, risk_id: UUID, caller: Caller, connection: Reading) -> Response:
    """404 `deal_not_found`, `risk_not_found`."""
    await see_deal(connection, deal_id, caller)
    return _answer(await RISKS.get(connection, deal_id, risk_id))


@router.patch(
    _OF_DEAL + "/{risk_id}", response_model=RiskOut, openapi_extra=_WRITE, summary="Judge a risk anew"
)
async def patch_risk(
    *,
    deal_id: UUID,
    risk_id: UUID,
    body: RiskPatch,
    if_match: IfMatch,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """A merge patch, of its `status` too. 404; 412 `version_conflict`; 422; 428."""
    fields = body.changes()
    after = await edit_risk(connection, deal_id, risk_id, caller, fields, seen_version=if_match, now=now)
    return _answer(after)


def _answer(risk: DealRisk, *, created_at: str | None = None) -> Response:
    return one(shown(risk, RiskOut), created_at=created_at)
