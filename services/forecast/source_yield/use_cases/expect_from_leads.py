"""What the leads of each source bring in a period."""

import asyncio
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_sample.schemas import Cut
from services.forecast.lead_ledger.queries import last_event_at
from services.forecast.source_yield.domain import (
    UNBORN,
    Cohort,
    Expectation,
    Fractions,
    Life,
    Source,
    Trial,
    expectations,
    is_enough,
    trials_of,
)
from services.forecast.source_yield.queries import cohorts_of
from services.forecast.tables import ORGANISATION
from shared.contracts.errors import FieldError
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, PeriodError, Question, question_of

_MOST_MONTHS_AHEAD = 36
_TRIAL_MONTHS, _MOST_TRIALS = 3, 8


@dataclass(frozen=True, slots=True)
class SourceExpectation:
    """Wins and amount of the period, from the source's open leads and from those to come."""

    source: Source
    brings: Expectation
    open_leads: int
    open_wins: float
    coming_wins: float

    @property
    def from_open(self) -> Decimal:
        return Decimal(str(self.open_wins)) * self.brings.average_deal

    @property
    def from_coming(self) -> Decimal:
        return Decimal(str(self.coming_wins)) * self.brings.average_deal

    @property
    def expected(self) -> Decimal:
        return self.from_open + self.from_coming


@dataclass(frozen=True, slots=True)
class LeadExpectation:
    """`enough` is False when too little is known: then `sources` are there with their counts alone."""

    question: Question
    as_of: datetime
    currency: str
    enough: bool
    life: Life
    sources: list[SourceExpectation]
    by_month: list[tuple[date, Decimal]]
    trials: list[Trial]
    last_event_at: datetime | None

    @property
    def expected(self) -> Decimal | None:
        """The amount of all sources; None when too little is known."""
        return sum((each.expected for each in self.sources), Decimal(0)) if self.enough else None


async def expect_from_leads(
    connection: AsyncConnection, asked: Asked, cut: Cut, *, by: Identity, now: datetime
) -> LeadExpectation:
    """By the leads the caller may see. Refuses with `period_invalid` what ends more than 36 months ahead."""
    organisation = await load_organisation(connection, ORGANISATION)
    calendar, currency = organisation.calendar, organisation.base_currency
    question = question_of(asked, calendar, now=now)
    as_of = question.as_of or now
    today = calendar.local_date(as_of)
    fractions = fractions_of(question.period, today)
    cohorts = await cohorts_of(
        connection,
        by,
        cut,
        calendar=calendar,
        currency=currency,
        as_of=as_of,
        past=question.as_of is not None,
    )
    found = await asyncio.to_thread(_reckoned, cohorts, month_number(today), fractions)
    sources, life, trials = found
    return LeadExpectation(
        question=question,
        as_of=as_of,
        currency=currency,
        enough=is_enough(life),
        life=life,
        sources=sources,
        by_month=_by_month(sources, fractions),
        trials=trials,
        last_event_at=await last_event_at(connection),
    )


def refuse_far_ahead(period: Period, today: date) -> None:
    """Refuses with `period_invalid` what ends more than 36 months ahead."""
    if month_number(period.ends_on) > month_number(today) + _MOST_MONTHS_AHEAD:
        detail = f"The period ends more than {_MOST_MONTHS_AHEAD} months ahead; ask for an earlier one."
        raise PeriodError("period_invalid", detail, [FieldError("/query/period", "period_invalid", detail)])


def fractions_of(period: Period, today: date) -> Fractions:
    """Of each month from today's on, how much of it lies in the period and is not over."""
    refuse_far_ahead(period, today)
    last = month_number(period.ends_on)
    shares = {
        month: _share(month, max(period.starts_on, today), period.ends_on)
        for month in range(max(month_number(today), month_number(period.starts_on)), last + 1)
    }
    days = monthrange(today.year, today.month)[1]
    return Fractions(shares, (days - today.day + 1) / days)


def _share(month: int, first: date, last: date) -> float:
    begins = first_day(month)
    days = monthrange(begins.year, begins.month)[1]
    from_day = max(begins, first)
    to_day = min(begins.replace(day=days), last)
    return max(0, (to_day - from_day).days + 1) / days


def month_number(day: date) -> int:
    """The month of a day as a running number."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """The first day of a month given as a number."""
    return date(month // 12, month % 12 + 1, 1)


def _reckoned(
    cohorts: Sequence[Cohort], now: int, fractions: Fractions
) -> tuple[list[SourceExpectation], Life, list[Trial]]:
    by_source = expectations(cohorts, now)
    whole = next(iter(by_source.values())).all if by_source else Life([], now)
    sources = [_expected(source, each, fractions) for source, each in by_source.items()]
    sources.sort(key=lambda each: (-each.expected, each.source or ""))
    trials = trials_of(cohorts, now=now, months=_TRIAL_MONTHS, most=_MOST_TRIALS)
    return sources, whole, trials


def _expected(source: Source, brings: Expectation, fractions: Fractions) -> SourceExpectation:
    still = [each for each in brings.own.cohorts if each.left is None]
    return SourceExpectation(
        source=source,
        brings=brings,
        open_leads=sum(each.leads for each in still),
        open_wins=sum(each.leads * brings.of_open(each.born, fractions) for each in still),
        coming_wins=brings.own.arrivals * brings.of_arrivals(fractions),
    )


def _by_month(sources: Sequence[SourceExpectation], fractions: Fractions) -> list[tuple[date, Decimal]]:
    def of(month: int, share: float) -> Decimal:
        alone = Fractions({month: share}, fractions.rest)
        return sum((_expected(each.source, each.brings, alone).expected for each in sources), Decimal(0))

    return [(first_day(month), of(month, share)) for month, share in fractions.of_period.items()]


def lags_of(brings: Expectation) -> list[float]:
    """Of the wins of a lead, the share in the month it came, in the next, and so on."""
    rates = brings.rates(UNBORN)
    whole = sum(rates)
    return [rate / whole for rate in rates] if whole else []
