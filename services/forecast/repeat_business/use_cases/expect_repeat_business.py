"""What regular customers bring in a period, and who of them is overdue."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.account.queries import account_names
from services.forecast.deal_ledger.queries import last_event_at
from services.forecast.deal_sample.queries import sample_of
from services.forecast.deal_sample.schemas import Cut
from services.forecast.repeat_business.domain import (
    Purchases,
    Rhythm,
    Trial,
    is_enough,
    range_of,
    rhythms,
    trials_of,
    widening,
)
from services.forecast.repeat_business.queries import purchases_of
from services.forecast.source_yield.use_cases.expect_from_leads import refuse_far_ahead
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, Moment, Question, question_of

_LOOKED_AT = timedelta(days=3 * 365)
_MOST_TRIALS = 8
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Repeat:
    """`days`: of the period those that are still to come. `likely` is P10, P50, P90; None when too little is
    known."""

    question: Question
    as_of: datetime
    currency: str
    days: int
    customers: list[Rhythm]
    overdue: list[Rhythm]
    likely: tuple[float, float, float] | None
    trials: list[Trial]
    names: dict[UUID, str]
    last_event_at: datetime | None


async def expect_repeat_business(
    connection: AsyncConnection, asked: Asked, cut: Cut, *, by: Identity, now: datetime
) -> Repeat:
    """By the deals the caller may see. Refuses with `period_invalid`, also what ends more than 36 months
    ahead."""
    organisation = await load_organisation(connection, ORGANISATION)
    calendar, currency = organisation.calendar, organisation.base_currency
    question = question_of(asked, calendar, now=now)
    as_of = question.as_of or now
    refuse_far_ahead(question.period, calendar.local_date(as_of))
    moment = None if question.as_of is None else Moment(question.as_of, question.known_at)
    sample = sample_of(by, cut, currency, moment=moment)
    purchases = await purchases_of(
        connection, sample, as_of - _LOOKED_AT, as_of, time_zone=calendar.time_zone
    )
    today, period = calendar.local_date(as_of), question.period
    first = max(today, period.starts_on)
    days = max(0, (period.ends_on - first).days + 1)
    whole = (period.ends_on - period.starts_on).days + 1
    found, trials = await asyncio.to_thread(_reckoned, purchases, today.toordinal(), whole)
    found.sort(key=lambda each: (-each.amount(days), str(each.account_id)))
    overdue = [each for each in found if each.is_overdue]
    overdue.sort(key=lambda each: (-each.purchase / each.interval, str(each.account_id)))
    shown = [each.account_id for each in (*found[:MOST_SHOWN], *overdue[:MOST_SHOWN])]
    return Repeat(
        question=question,
        as_of=as_of,
        currency=currency,
        days=days,
        customers=found,
        overdue=overdue,
        likely=range_of(found, days, widening(trials)) if is_enough(found) else None,
        trials=trials,
        names=await account_names(connection, shown),
        last_event_at=await last_event_at(connection),
    )


def _reckoned(purchases: Purchases, today: int, days: int) -> tuple[list[Rhythm], list[Trial]]:
    return rhythms(purchases, today), trials_of(purchases, today=today, days=days, most=_MOST_TRIALS)
