"""`GET /v1/forecast/repeat`."""

from datetime import date
from decimal import Decimal

from services.forecast.deal_sample.schemas import CutDeals
from services.forecast.repeat_business.definitions import DEFINITIONS
from services.forecast.repeat_business.domain import Rhythm, Trial
from services.forecast.repeat_business.schemas import AccuracyOut, CustomerOut, RepeatOut, TrialOut
from services.forecast.repeat_business.use_cases.expect_repeat_business import (
    MOST_SHOWN,
    Repeat,
    expect_repeat_business,
)
from shared.contracts.money import Money
from shared.reporting.figures import TEN_THOUSANDTH, defined, money, period_shown, ratio
from shared.reporting.parameters import KnownPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/forecast/repeat", tags=["forecast"])


@router.get(
    "",
    response_model=RepeatOut,
    openapi_extra=permission("forecast:read"),
    summary="What regular customers bring by their buying rhythm",
)
async def get_repeat(
    *, connection: Reading, caller: Caller, now: Now, asked: KnownPeriod, cut: CutDeals
) -> RepeatOut:
    """Expected purchases and revenue of regular customers in the rest of the period with a range, and who of
    them is overdue: "bought every 90 days, last 140 days ago". Expected purchases = chance active x days to
    come / mean interval. `accuracy` walks back through spans as long as the period, beside expecting the
    same as in the span before. Within the caller's deals. Problems: 400 `period_invalid` (also for a
    period that ends more than 36 months ahead).
    """
    found = await expect_repeat_business(connection, asked, cut, by=caller, now=now)
    period, likely = found.question.period, found.likely
    p10, p50, p90 = (None, None, None) if likely is None else (_money(each, found) for each in likely)
    when = f"{period.name}: {period.starts_on} to {period.ends_on}, as far as that is still to come."
    return RepeatOut(
        period=period_shown(period),
        as_of=found.as_of,
        currency=found.currency,
        state="insufficient_history" if likely is None else "ok",
        days_to_come=found.days,
        regular_customers=len(found.customers),
        expected_purchases=None
        if likely is None
        else _rounded(sum(each.count(found.days) for each in found.customers)),
        p10=p10,
        p50=p50,
        p90=p90,
        customers=[] if likely is None else [_customer(each, found) for each in found.customers[:MOST_SHOWN]],
        overdue=[] if likely is None else [_customer(each, found) for each in found.overdue[:MOST_SHOWN]],
        overdue_customers=len(found.overdue),
        accuracy=_accuracy(found.trials, found),
        last_event_at=found.last_event_at,
        definitions=defined(DEFINITIONS, when),
    )


def _customer(each: Rhythm, found: Repeat) -> CustomerOut:
    return CustomerOut(
        account_id=each.account_id,
        name=found.names.get(each.account_id),
        purchases=each.purchases,
        median_interval_days=_rounded(each.median),
        spread_days=_rounded(each.spread),
        last_bought_days_ago=each.silent,
        chance_active=_rounded(each.alive),
        expected_purchases=_rounded(each.count(found.days)),
        expected_revenue=_money(each.amount(found.days), found),
        words=f"bought every {each.median:.0f} days, last {each.silent} days ago",
    )


def _accuracy(trials: list[Trial], found: Repeat) -> AccuracyOut:
    def part(errors: list[float]) -> Decimal | None:
        return ratio(_decimal(sum(errors)), _decimal(sum(each.actual for each in trials)))

    return AccuracyOut(
        spans=len(trials),
        wape=part([abs(each.expected - each.actual) for each in trials]),
        bias=part([each.expected - each.actual for each in trials]),
        wape_same_as_before=part([abs(each.before - each.actual) for each in trials]),
        trials=[
            TrialOut(
                begins=date.fromordinal(each.begins),
                expected=_money(each.expected, found),
                actual=_money(each.actual, found),
                same_as_before=_money(each.before, found),
            )
            for each in trials
        ],
    )


def _money(amount: float, found: Repeat) -> Money:
    return money(_decimal(amount), found.currency)


def _rounded(number: float) -> Decimal:
    return _decimal(number).quantize(TEN_THOUSANDTH)


def _decimal(number: float) -> Decimal:
    return Decimal(str(number))
