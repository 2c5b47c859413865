"""`/v1/analytics/win-rate`, `/velocity`, `/cycle-time` and `/v1/kpis/sales-cycle`."""

from typing import Any

from services.pipeline.deal_report.schemas import CutDeals
from services.pipeline.deal_report.use_cases.compare_periods import compare_periods
from services.pipeline.sales_performance.schemas import (
    CycleTimeFigures,
    ReportOut,
    SalesCycleFigures,
    VelocityFigures,
    WinRateFigures,
)
from services.pipeline.sales_performance.use_cases.measure_cycle import CYCLE_TIME, SALES_CYCLE
from services.pipeline.sales_performance.use_cases.measure_velocity import VELOCITY
from services.pipeline.sales_performance.use_cases.measure_win_rate import WIN_RATE
from shared.reporting.parameters import AskedPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1", tags=["analytics"])
_READ = permission("deals:read")


@router.get(
    "/analytics/win-rate",
    response_model=ReportOut[WinRateFigures],
    openapi_extra=_READ,
    summary="How often deals are won, by count and by value",
)
async def get_win_rate(
    *, connection: Reading, caller: Caller, now: Now, asked: AskedPeriod, cut: CutDeals
) -> dict[str, Any]:
    """Of the deals decided in the period, within what the caller may list: win_rate = won / decided,
    win_rate_by_value = won amount / decided amount in base currency, beside the period before. Null and
    `insufficient_history` with fewer than five. Costs two queries over the deals closed, by index.

    Problems: 400 `period_invalid`, `invalid_parameter`, `unknown_parameter`; 503 `organisation_unknown`.
    """
    return await compare_periods(connection, caller, asked, cut, WIN_RATE, now=now)


@router.get(
    "/analytics/velocity",
    response_model=ReportOut[VelocityFigures],
    openapi_extra=_READ,
    summary="How much the pipeline brings a day",
)
async def get_velocity(
    *, connection: Reading, caller: Caller, now: Now, asked: AskedPeriod, cut: CutDeals
) -> dict[str, Any]:
    """velocity = open deals x win rate x average value / cycle days, in base currency a day: the deals open
    at the end of the period (now, while it lasts), if they end as those did that closed in it. Beside the
    period before. Null and `insufficient_history` with fewer than five won deals that have an amount. Costs
    six queries, by index.

    Problems: 400 `period_invalid`, `invalid_parameter`, `unknown_parameter`; 503 `organisation_unknown`.
    """
    return await compare_periods(connection, caller, asked, cut, VELOCITY, now=now)


@router.get(
    "/analytics/cycle-time",
    response_model=ReportOut[CycleTimeFigures],
    openapi_extra=_READ,
    summary="How long it takes to win and to lose",
)
async def get_cycle_time(
    *, connection: Reading, caller: Caller, now: Now, asked: AskedPeriod, cut: CutDeals
) -> dict[str, Any]:
    """Days from the first contact and from the creation to the closing, of the deals won and of those lost in
    the period: mean, median, 25th, 75th and 90th percentile, beside the period before. Null and
    `insufficient_history` with fewer than five. Costs two queries over the deals closed, by index.

    Problems: 400 `period_invalid`, `invalid_parameter`, `unknown_parameter`; 503 `organisation_unknown`.
    """
    return await compare_periods(connection, caller, asked, cut, CYCLE_TIME, now=now)


@router.get(
    "/kpis/sales-cycle",
    response_model=ReportOut[SalesCycleFigures],
    openapi_extra=_READ,
    summary="How long a sale takes",
    tags=["kpis"],
)
async def get_sales_cycle(
    *, connection: Reading, caller: Caller, now: Now, asked: AskedPeriod, cut: CutDeals
) -> dict[str, Any]:
    """Of the deals won in the period: days from the first contact to the win, and from the creation of the
    deal, as mean, median, 25th, 75th and 90th percentile, beside the period before. The first contact is the
    first activity done for the deal or with the lead it came from, else that lead's creation; other deals
    have none. Null and `insufficient_history` with fewer than five. Costs two queries over the deals closed,
    by index.

    Problems: 400 `period_invalid`, `invalid_parameter`, `unknown_parameter`; 503 `organisation_unknown`.
    """
    return await compare_periods(connection, caller, asked, cut, SALES_CYCLE, now=now)
