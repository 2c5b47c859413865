"""`GET /v1/forecast/executive`."""

from typing import Annotated

from fastapi import Query

from services.forecast.deal_sample.schemas import CutDeals
from services.forecast.executive.domain import DEFINITIONS, Line
from services.forecast.executive.schemas import ExecutiveOut, LastYearOut, LineOut, ToDateOut
from services.forecast.executive.use_cases.survey_year import Survey, survey_year
from services.forecast.prediction.schemas import range_shown
from shared.reporting.figures import defined, known_money, money, period_shown, ratio
from shared.reporting.parameters import AsOf
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/forecast/executive", tags=["forecast"])


@router.get(
    "",
    response_model=ExecutiveOut,
    openapi_extra=permission("forecast:read"),
    summary="Revenue by month, quarter and year beside last year",
)
async def get_executive(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: AsOf,
    cut: CutDeals,
    year: Annotated[
        str, Query(pattern="^([0-9]{4}|year)$", description="A fiscal year, `2027`; `year`: the current one.")
    ] = "year",
) -> ExecutiveOut:
    """Closed, planned and expected of a fiscal year and each quarter and month of it, with last year's line,
    growth, year to date and between which bounds each will end, in the organisation's currency, within the
    caller's scope.

    growth = (closed - last year's closed by the same day) / last year's closed by the same day; null when
    that is 0, so also for periods to come. Problems: 400 `period_invalid`, `invalid_parameter`.
    """
    found = await survey_year(connection, year, asked, cut, by=caller, now=now)
    currency, whole = found.currency, found.whole
    begun = found.today >= found.year.starts_on
    when = (
        f"{found.year.name}: {found.year.starts_on} to {found.year.ends_on}. Closed deals belong to the day "
        "of their closing date, open deals to that of their expected close, in the organisation's time zone."
    )
    return ExecutiveOut(
        year=_line(whole, found),
        year_to_date=ToDateOut(
            through=min(found.today, found.year.ends_on),
            closed=money(whole.sums.closed, currency),
            last_year=money(whole.last.to_date, currency),
            growth=whole.growth if begun else None,
        ),
        quarters=[_line(each, found) for each in found.quarters],
        months=[_line(each, found) for each in found.months],
        as_of=found.as_of,
        known_at=found.known_at,
        currency=currency,
        last_event_at=found.last_event_at,
        definitions=defined(DEFINITIONS, when),
    )


def _line(line: Line, found: Survey) -> LineOut:
    sums, target, currency = line.sums, line.target, found.currency
    foretold = found.foretold[line.period.name]
    committed = sums.closed + sums.commit
    return LineOut(
        period=period_shown(line.period),
        closed=money(sums.closed, currency),
        closed_deals=sums.deals,
        commit=money(committed, currency),
        best_case=money(committed + sums.upside, currency),
        weighted=money(sums.closed + sums.weighted, currency),
        **range_shown(foretold.whole, currency),
        state=foretold.state,
        deals_without_amount=sums.without_amount,
        target=known_money(target, currency),
        gap_to_target=None if target is None else money(target - sums.closed, currency),
        attainment=None if target is None else ratio(sums.closed, target),
        growth=line.growth,
        expected_growth=line.expected_growth,
        last_year=LastYearOut(
            period=period_shown(line.before),
            closed=money(line.last.closed, currency),
            closed_to_date=money(line.last.to_date, currency),
            target=known_money(line.last_target, currency),
        ),
    )
