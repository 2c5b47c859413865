"""`/v1/territories/{id}/map` and `/v1/analytics/deployment`."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from fastapi.responses import JSONResponse

from services.leads.deployment.domain import Limits
from services.leads.deployment.schemas import Deployment, TerritoryMap
from services.leads.deployment.use_cases.check_deployment import check_deployment
from services.leads.deployment.use_cases.draw_map import draw_map
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.problem import Problem
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1", tags=["territories"])
Limit = Annotated[Decimal, Query(ge=0, le=100, max_digits=7)]


class GeoJson(JSONResponse):
    """RFC 7946."""

    media_type = "application/geo+json"


@router.get(
    "/territories/{territory_id}/map",
    response_model=TerritoryMap,
    response_class=GeoJson,
    openapi_extra=permission("territories:read"),
    summary="Customers of a territory on the map",
)
async def get_map(territory_id: UUID, connection: Reading, caller: Caller) -> Response:
    """GeoJSON: the accounts within the caller's scope that the territory names or that its leads became, with
    what was won with them, what is open, and the last visit; the 1,000 of most value. `without_coordinates`
    counts those that no place is known of. Costs one query over the accounts of the territory, by index.

    Problems: 404 `territory_not_found`; 503 `organisation_unknown`.
    """
    drawn = await draw_map(connection, caller, territory_id)
    return Response(drawn.model_dump_json(), media_type=GeoJson.media_type)


@router.get(
    "/analytics/deployment",
    response_model=Deployment,
    openapi_extra=permission("sellers:read"),
    summary="Whether people are where the work is",
)
async def get_deployment(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    under: Limit = Decimal("0.5"),
    over: Limit = Decimal(1),
) -> Deployment:
    """Active reps within the caller's scope and the territories these work or the caller manages: open leads,
    accounts, visits of the period and open value against the capacity. share = open leads / capacity; `use`
    is `over` above the limit `over` (1), `under` below `under` (0.5). Costs a handful of counts by index over
    the open leads, accounts and open deals of these reps and territories and the visits of the period.

    Problems: 400 `period_invalid`, `invalid_parameter` (limits out of order); 503 `organisation_unknown`.
    """
    if under > over:
        raise Problem("invalid_parameter", "`under` is at most `over`.")
    return await check_deployment(connection, caller, asked, Limits(under, over), now=now)
