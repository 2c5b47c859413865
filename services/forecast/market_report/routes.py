"""`/v1/market-reports`."""

from uuid import UUID

from fastapi import Request, Response

from services.forecast.market_report import repository
from services.forecast.market_report.queries import LISTING, shown
from services.forecast.market_report.schemas import MarketReportIn, MarketReportOut
from services.forecast.market_report.use_cases.remove_market_report import remove_market_report
from services.forecast.market_report.use_cases.set_market_report import set_market_report
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny, IfMatchWhenGiven, set_etag
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/market-reports", tags=["forecast"])


@router.get(
    "",
    response_model=Page[MarketReportOut],
    openapi_extra=permission("forecast:read") | LISTING.openapi,
    summary="Market research by product and period",
)
async def list_market_reports(request: Request, connection: Reading, caller: Caller) -> Response:
    """What research says a product will be asked for, the newest first; `need` counts requests."""
    return await LISTING.answer(connection, request, to_item=shown)


@router.get(
    "/{report_id}",
    response_model=MarketReportOut,
    openapi_extra=permission("forecast:read"),
    summary="One market report",
)
async def get_market_report(
    report_id: UUID, response: Response, connection: Reading, caller: Caller
) -> MarketReportOut:
    """With its ETag. Problems: 404 `market_report_not_found`."""
    found = shown(await repository.get(connection, report_id))
    set_etag(response, found.version)
    return found


@router.put(
    "",
    response_model=MarketReportOut,
    responses={201: {"model": MarketReportOut, "description": "The source had said nothing of it before."}},
    openapi_extra=permission("market_research:write"),
    summary="Record what market research says of a product",
)
async def put_market_report(
    *,
    body: MarketReportIn,
    response: Response,
    connection: Transaction,
    caller: Caller,
    now: Now,
    expected: IfMatchWhenGiven,
) -> MarketReportOut:
    """201 when new, 200 when amended or already said so; ETag on both. One need per product, period and
    source. Problems: 400 `period_invalid`; 412 `version_conflict`; 422 `validation_failed`,
    `reference_unknown`.
    """
    found, created = await set_market_report(connection, body, by=caller, expected=expected, now=now)
    set_etag(response, found.version)
    if created:
        response.status_code = 201
        response.headers["Location"] = f"/v1/market-reports/{found.id}"
    return found


@router.delete(
    "/{report_id}",
    status_code=204,
    openapi_extra=permission("market_research:write"),
    summary="Take back a market report",
)
async def delete_market_report(
    report_id: UUID, connection: Transaction, caller: Caller, expected: IfMatchOrAny
) -> None:
    """Nothing reckons with it any more. Problems: 404 `market_report_not_found`; 412 `version_conflict`; 428
    `precondition_required` (If-Match may be `*`)."""
    await remove_market_report(connection, report_id, expected=expected)
