"""`GET /v1/forecast/demand`."""

from decimal import Decimal
from statistics import fmean

from services.forecast.deal_ledger.queries import last_event_at
from services.forecast.deal_sample.schemas import CutDeals
from services.forecast.demand.definitions import DEFINITIONS
from services.forecast.demand.domain import Trend
from services.forecast.demand.schemas import (
    DemandOut,
    FeedbackOut,
    MonthOut,
    ProductOut,
    ReasonOut,
    ReportOut,
    ResearchOut,
    TrendOut,
)
from services.forecast.demand.use_cases.foretell_demand import ProductDemand, foretell_demand
from services.forecast.lead_ledger.queries import last_event_at as last_lead_event_at
from services.forecast.source_yield.use_cases.expect_from_leads import first_day
from shared.reporting.figures import MOST_GROUPS, TEN_THOUSANDTH, defined, period_shown
from shared.reporting.parameters import AskedPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/forecast/demand", tags=["forecast"])


@router.get(
    "",
    response_model=DemandOut,
    openapi_extra=permission("forecast:read"),
    summary="How often each product will be asked for",
)
async def get_demand(
    *, connection: Reading, caller: Caller, now: Now, asked: AskedPeriod, cut: CutDeals
) -> DemandOut:
    """Two reports by product, side by side and combined: what customers ask for (requests by month with
    trend), and market research (`PUT /v1/market-reports`). Counts of requests, not money; within the
    caller's leads and deals. Problems: 400 `period_invalid`.
    """
    heard = [await last_event_at(connection), await last_lead_event_at(connection)]
    found = await foretell_demand(connection, asked, cut, by=caller, now=now)
    period = found.question.period
    when = f"{period.name}: {period.starts_on} to {period.ends_on}."
    return DemandOut(
        period=period_shown(period),
        as_of=found.as_of,
        products=[_product(each) for each in found.products[:MOST_GROUPS]],
        products_left_out=max(0, len(found.products) - MOST_GROUPS),
        last_event_at=max(filter(None, heard), default=None),
        definitions=defined(DEFINITIONS, when),
    )


def _product(each: ProductDemand) -> ProductOut:
    both = each.combined
    return ProductOut(
        product_id=each.product_id,
        name=each.name,
        state="insufficient_history" if both.need is None else "ok",
        feedback=FeedbackOut(
            state="insufficient_history" if each.feedback is None else "ok",
            requests=sum(each.counts.values()),
            months=each.months,
            trend=None if each.trend is None else _trend(each.trend),
            expected=_known(each.feedback),
            by_month=[
                MonthOut(month=first_day(month), requests=count)
                for month, count in sorted(each.counts.items())
            ],
            loss_reasons=[ReasonOut(reason=reason, deals=deals) for reason, deals in each.reasons],
        ),
        research=ResearchOut(
            expected=_known(fmean(report.need for report in each.reports)) if each.reports else None,
            reports=[
                ReportOut.model_validate(report.said.model_dump() | {"need_in_period": _rounded(report.need)})
                for report in each.reports
            ],
        ),
        need=_known(both.need),
        feedback_weight=_rounded(both.feedback_weight),
        research_weight=_rounded(both.research_weight),
    )


def _trend(trend: Trend) -> TrendOut:
    return TrendOut.model_validate(
        {
            "direction": trend.direction,
            "per_month": _rounded(trend.slope),
            "low": _rounded(trend.low),
            "high": _rounded(trend.high),
        }
    )


def _known(number: float | None) -> Decimal | None:
    return None if number is None else _rounded(number)


def _rounded(number: float) -> Decimal:
    return Decimal(str(number)).quantize(TEN_THOUSANDTH)
