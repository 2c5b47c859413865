"""`GET /v1/forecast/sources`."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.forecast.deal_sample.schemas import Cut
from services.forecast.source_yield.definitions import DEFINITIONS
from services.forecast.source_yield.domain import UNBORN, Trial
from services.forecast.source_yield.schemas import AccuracyOut, MonthOut, SourceOut, SourcesOut, TrialOut
from services.forecast.source_yield.use_cases.expect_from_leads import (
    LeadExpectation,
    SourceExpectation,
    expect_from_leads,
    first_day,
    lags_of,
)
from shared.reporting.figures import (
    MOST_GROUPS,
    TEN_THOUSANDTH,
    defined,
    known_money,
    money,
    period_shown,
    ratio,
)
from shared.reporting.parameters import AskedPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/forecast/sources", tags=["forecast"])


@router.get(
    "",
    response_model=SourcesOut,
    openapi_extra=permission("forecast:read"),
    summary="What leads will bring, by source",
)
async def get_sources(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: AskedPeriod,
    team_id: Annotated[UUID | None, Query(description="Leads of this team and every team below it.")] = None,
    owner_id: Annotated[UUID | None, Query(description="Leads of this member.")] = None,
) -> SourcesOut:
    """Leads expected x conversion of the source x average deal, in the rest of the period, by how long leads
    of the source take to be won: this month's leads may bring in next quarter. Deals that are open already
    are not in it. Small sources are drawn to the average of all.

    `accuracy`: the same way of reckoning walked through the past by quarters of a year. Within the caller's
    leads. Problems: 400 `period_invalid` (also for a period that ends more than 36 months ahead).
    """
    found = await expect_from_leads(connection, asked, Cut(team_id, owner_id), by=caller, now=now)
    period = found.question.period
    when = f"{period.name}: {period.starts_on} to {period.ends_on}, as far as that is still to come."
    return SourcesOut(
        period=period_shown(period),
        as_of=found.as_of,
        currency=found.currency,
        state="ok" if found.enough else "insufficient_history",
        received=found.life.received,
        wins=found.life.wins,
        expected=known_money(found.expected, found.currency),
        sources=[_source(each, found) for each in found.sources[:MOST_GROUPS]],
        sources_left_out=max(0, len(found.sources) - MOST_GROUPS),
        months=[
            MonthOut(month=month, expected=money(amount, found.currency))
            for month, amount in (found.by_month if found.enough else ())
        ],
        accuracy=_accuracy(found.trials, found.currency),
        last_event_at=found.last_event_at,
        definitions=defined(DEFINITIONS, when),
    )


def _source(each: SourceExpectation, found: LeadExpectation) -> SourceOut:
    own, currency, enough = each.brings.own, found.currency, found.enough
    return SourceOut(
        source=each.source,
        received=own.received,
        wins=own.wins,
        own_weight=_rounded(each.brings.own_weight),
        leads_per_month=_rounded(own.arrivals),
        conversion=_rounded(each.brings.chance(UNBORN)) if enough else None,
        average_deal=money(each.brings.average_deal, currency) if enough else None,
        lag_months=[_rounded(share) for share in lags_of(each.brings)] if enough else [],
        open_leads=each.open_leads,
        expected_wins=_rounded(each.open_wins + each.coming_wins) if enough else None,
        from_open_leads=money(each.from_open, currency) if enough else None,
        from_leads_to_come=money(each.from_coming, currency) if enough else None,
        expected=money(each.expected, currency) if enough else None,
    )


def _accuracy(trials: list[Trial], currency: str) -> AccuracyOut:
    actual = sum((each.actual for each in trials), Decimal(0))
    off = [each.expected - each.actual for each in trials]
    return AccuracyOut(
        spans=len(trials),
        wape=ratio(sum((abs(each) for each in off), Decimal(0)), actual),
        bias=ratio(sum(off, Decimal(0)), actual),
        trials=[
            TrialOut(
                begins=first_day(each.begins),
                expected=money(each.expected, currency),
                actual=money(each.actual, currency),
            )
            for each in trials
        ],
    )


def _rounded(number: float) -> Decimal:
    return Decimal(str(number)).quantize(TEN_THOUSANDTH)
