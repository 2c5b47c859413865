"""The same figures of a period and of the one before, whole and by group."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_report.queries import WHOLE, Sample, sample_of
from services.pipeline.deal_report.schemas import Cut
from services.pipeline.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar, Period
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, AskedMoment, period_before, question_of
from shared.reporting.figures import MOST_GROUPS, Meanings, defined, period_shown

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Span:
    """The deals of a report, the period asked about or the one before, and what amounts are in. `now`: the
    instant as of which."""

    sample: Sample
    period: Period
    currency: str
    now: datetime


Measure = Callable[[AsyncConnection, Span], Awaitable[Mapping[str | None, F]]]
"""Figures by key, those of all deals under WHOLE."""


@dataclass(frozen=True, slots=True)
class Report(Generic[F]):
    """`measure` and what its figures are; `nothing` where there are no deals, `size` orders the groups."""

    measure: Measure[F]
    nothing: Callable[[str], F]
    size: Callable[[F], int]
    meanings: Meanings
    when: str


def asked_about(asked: Asked, calendar: Calendar, *, now: datetime) -> tuple[Period, datetime | None]:
    """The period, and the instant as of which; None for how things stand now. Refuses the future."""
    moment = AskedMoment(asked.as_of).moment(calendar, now=now)
    as_of = None if moment is None else moment.as_of
    return question_of(asked, calendar, now=now).period, as_of


async def compare_periods(
    connection: AsyncConnection, caller: Identity, asked: Asked, cut: Cut, report: Report[F], *, now: datetime
) -> dict[str, Any]:
    """The answer of a report: `figures`, `previous` and `groups` of them, with their definitions."""
    organisation = await load_organisation(connection, ORGANISATION)
    currency = organisation.base_currency
    period, as_of = asked_about(asked, organisation.calendar, now=now)
    before = period_before(period, organisation.calendar)
    sample = await sample_of(connection, caller, cut, currency, as_of=as_of)
    present, earlier = [
        await report.measure(connection, Span(sample, span, currency, as_of or now))
        for span in (period, before)
    ]
    nothing = report.nothing(currency)
    keys = sorted(
        {each for each in (*present, *earlier) if each != WHOLE} if cut.group_by else (),
        key=lambda key: (key is None, -report.size(present.get(key, nothing)), str(key)),
    )
    return {
        "period": period_shown(period),
        "previous_period": period_shown(before),
        "as_of": as_of or now,
        "currency": currency,
        "group_by": cut.group_by,
        "figures": present.get(WHOLE, nothing),
        "previous": earlier.get(WHOLE, nothing),
        "groups": [
            {"key": key, "figures": present.get(key, nothing), "previous": earlier.get(key, nothing)}
            for key in keys[:MOST_GROUPS]
        ],
        "groups_left_out": max(0, len(keys) - MOST_GROUPS),
        "definitions": defined(report.meanings, _when(report.when, period)),
    }


def _when(what: str, period: Period) -> str:
    span = f"{what} from {period.starts_on} to {period.ends_on} in the organisation's time zone"
    return f"{period.name}: {span}; previous: the same of the period before."
