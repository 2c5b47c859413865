"""`/v1/forecast/market-growth`."""

from uuid import UUID

from fastapi import Request, Response

from services.forecast.market_growth import repository
from services.forecast.market_growth.queries import LISTING, shown
from services.forecast.market_growth.schemas import MarketGrowthIn, MarketGrowthOut
from services.forecast.market_growth.use_cases.remove_market_growth import remove_market_growth
from services.forecast.market_growth.use_cases.set_market_growth import set_market_growth
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny, IfMatchWhenGiven, set_etag
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/forecast/market-growth", tags=["forecast"])


@router.get(
    "",
    response_model=Page[MarketGrowthOut],
    openapi_extra=permission("forecast:read") | LISTING.openapi,
    summary="Market growth by period",
)
async def list_market_growth(request: Request, connection: Reading, caller: Caller) -> Response:
    """What was said of each period, the newest first: a factor against the periods before, and its source."""
    return await LISTING.answer(connection, request, to_item=shown)


@router.get(
    "/{growth_id}",
    response_model=MarketGrowthOut,
    openapi_extra=permission("forecast:read"),
    summary="What was said of a period",
)
async def get_market_growth(
    growth_id: UUID, response: Response, connection: Reading, caller: Caller
) -> MarketGrowthOut:
    """With its ETag. Problems: 404 `market_growth_not_found`."""
    found = shown(await repository.get(connection, growth_id))
    set_etag(response, found.version)
    return found


@router.put(
    "",
    response_model=MarketGrowthOut,
    responses={201: {"model": MarketGrowthOut, "description": "Nothing was said of the period before."}},
    openapi_extra=permission("market_research:write"),
    summary="Say how the market grows in a period",
)
async def put_market_growth(
    *,
    body: MarketGrowthIn,
    response: Response,
    connection: Transaction,
    caller: Caller,
    now: Now,
    expected: IfMatchWhenGiven,
) -> MarketGrowthOut:
    """201 when new, 200 when amended or already said so; ETag on both. `GET /v1/forecast/bottom-up` takes
    it as a factor. Problems: 400 `period_invalid`; 412 `version_conflict`; 422 `validation_failed`.
    """
    found, created = await set_market_growth(connection, body, by=caller, expected=expected, now=now)
    set_etag(response, found.version)
    if created:
        response.status_code = 201
        response.headers["Location"] = f"/v1/forecast/market-growth/{found.id}"
    return found


@router.delete(
    "/{growth_id}",
    status_code=204,
    openapi_extra=permission("market_research:write"),
    summary="Take back what was said of a period",
)
async def delete_market_growth(
    growth_id: UUID, connection: Transaction, caller: Caller, expected: IfMatchOrAny
) -> None:
    """Nothing reckons with it any more. Problems: 404 `market_growth_not_found`; 412 `version_conflict`; 428
    `precondition_required` (If-Match may be `*`)."""
    await remove_market_growth(connection, growth_id, expected=expected)
