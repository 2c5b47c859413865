"""`GET /v1/forecast/deals`."""

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from services.forecast.contribution.domain import AnyFigure
from services.forecast.contribution.queries import DECLARED, shown
from services.forecast.contribution.schemas import ContributionOut
from services.forecast.contribution.use_cases.open_figure import open_figure
from services.forecast.outlook.domain import GroupBy, Rollup
from services.forecast.outlook.parameters import ChosenDeals, PricedIn
from shared.reporting.parameters import KnownPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/forecast/deals", tags=["forecast"])


@router.get(
    "",
    response_model=Page[ContributionOut],
    openapi_extra={**permission("forecast:read"), **DECLARED.openapi},
    summary="The deals behind a figure of the forecast",
)
async def list_contributions(
    *,
    request: Request,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: KnownPeriod,
    chosen: ChosenDeals,
    priced: PricedIn,
    figure: Annotated[AnyFigure, Query(description="The figure of `GET /v1/forecast` to open.")],
    rollup: Annotated[Rollup, Query(description="As the figure was asked for.")] = "cumulative",
    group_by: Annotated[GroupBy | None, Query(description="With `group`: the figure of one group.")] = None,
    group: Annotated[
        str | None,
        Query(
            max_length=200,
            description="The group as the forecast names it: its id, category, family, source, month or "
            "week; `none` for the deals that have none.",
        ),
    ] = None,
) -> Response:
    """With the parameters of `GET /v1/forecast` the deals that make the figure, within the caller's scope,
    the largest share first. The shares add up to the figure (which is rounded to the cent); figures that
    count deals list just these. Of the past as they stood and were owned then.

    Problems: 400 `period_invalid`, `invalid_parameter`, `unknown_parameter`; 422 `rate_missing`; 503
    `organisation_unknown`.
    """
    listing, currency = await open_figure(
        connection,
        asked,
        chosen,
        by=caller,
        figure=figure,
        rollup=rollup,
        group_by=group_by,
        group=group,
        currency=priced.currency,
        rates=priced.rates,
        now=now,
    )
    return await listing.answer(connection, request, to_item=lambda row: shown(row, currency))
