"""How often each product will be asked for in a period."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_sample.queries import sample_of
from services.forecast.deal_sample.schemas import Cut
from services.forecast.demand.domain import (
    MOST_MONTHS,
    Combined,
    Trend,
    combined,
    expected_requests,
    trend_of,
)
from services.forecast.demand.queries import loss_reasons, requests_by_month
from services.forecast.market_report.queries import reports_about
from services.forecast.market_report.schemas import MarketReportOut
from services.forecast.product.queries import product_names
from services.forecast.source_yield.use_cases.expect_from_leads import fractions_of, month_number
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, Moment, Question, question_of

_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Report:
    """A market report, and its part that falls into the days to come of the period."""

    said: MarketReportOut
    need: float


@dataclass(frozen=True, slots=True)
class ProductDemand:
    """`feedback` is None without a trend."""

    product_id: UUID
    name: str | None
    counts: Mapping[int, int]
    months: int
    trend: Trend | None
    feedback: float | None
    reports: list[Report]
    combined: Combined
    reasons: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Demand:
    """Products with the largest need first, those nothing is known of last."""

    question: Question
    as_of: datetime
    products: list[ProductDemand]


async def foretell_demand(
    connection: AsyncConnection, asked: Asked, cut: Cut, *, by: Identity, now: datetime
) -> Demand:
    """By the leads and deals the caller may see; market reports are told to everybody."""
    organisation = await load_organisation(connection, ORGANISATION)
    calendar = organisation.calendar
    question = question_of(asked, calendar, now=now)
    as_of = question.as_of or now
    today = calendar.local_date(as_of)
    moment = None if question.as_of is None else Moment(question.as_of)
    sample = sample_of(by, cut, organisation.base_currency, moment=moment)
    month = month_number(today)
    shares = fractions_of(question.period, today).of_period
    since = calendar.start_of(today.replace(year=today.year - MOST_MONTHS // 12, day=1))
    requests = await requests_by_month(
        connection, by, cut, sample, calendar=calendar, as_of=as_of, since=since
    )
    reasons = await loss_reasons(connection, sample, as_of - _YEAR)
    reports: dict[UUID, list[Report]] = defaultdict(list)
    for each in await reports_about(connection, question.period):
        if each.researched_on <= today:
            reports[each.product_id].append(Report(each, _part(each, question.period, today)))
    ids = requests.keys() | reports.keys() | reasons.keys()
    if cut.product_id is not None:
        ids &= {cut.product_id}
    names = await product_names(connection, ids)
    products = [
        _demand(
            product_id,
            names.get(product_id),
            requests.get(product_id, {}),
            reports[product_id],
            reasons.get(product_id, {}),
            now=month,
            shares=shares,
        )
        for product_id in ids
    ]
    products.sort(key=lambda each: (-(each.combined.need or 0), each.name or "", str(each.product_id)))
    return Demand(question, as_of, products)


def _demand(
    product_id: UUID,
    name: str | None,
    counts: Mapping[int, int],
    reports: list[Report],
    reasons: Mapping[str, int],
    *,
    now: int,
    shares: Mapping[int, float],
) -> ProductDemand:
    trend = trend_of({month: count for month, count in counts.items() if month < now}, now)
    feedback = None if trend is None else expected_requests(trend, shares)
    months = 0 if trend is None else now - trend.since
    return ProductDemand(
        product_id=product_id,
        name=name,
        counts=counts,
        months=months,
        trend=trend,
        feedback=feedback,
        reports=reports,
        combined=combined(feedback, months, [each.need for each in reports]),
        reasons=sorted(reasons.items(), key=lambda each: (-each[1], each[0]))[:5],
    )


def _part(report: MarketReportOut, period: Period, today: date) -> float:
    """What of the report's need falls into the days to come of the period."""
    first = max(report.starts_on, period.starts_on, today)
    last = min(report.ends_on, period.ends_on)
    days = (report.ends_on - report.starts_on).days + 1
    return float(report.need) * max(0, (last - first).days + 1) / days
