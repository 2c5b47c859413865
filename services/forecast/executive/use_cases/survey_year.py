"""A year's revenue by month and quarter beside the year before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import last_event_at
from services.forecast.deal_sample.queries import sample_of
from services.forecast.deal_sample.schemas import Cut
from services.forecast.executive.domain import Line, lines_of, months_of, quarters_of
from services.forecast.executive.queries import sums_by_month
from services.forecast.outlook.domain import Filter, aim_of_whole
from services.forecast.prediction.domain import chosen as prediction
from services.forecast.prediction.use_cases.foretell_period import Foretold, foretell_periods
from services.forecast.tables import ORGANISATION
from services.forecast.target.queries import planned_for
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.organisation.queries import load_organisation
from shared.reporting.asked import AskedMoment, Question, named_period


@dataclass(frozen=True, slots=True)
class Survey:
    """`today` is the last day that counts as gone; `foretold` is of each period by its name."""

    year: Period
    as_of: datetime
    known_at: datetime | None
    today: date
    currency: str
    whole: Line
    quarters: list[Line]
    months: list[Line]
    foretold: Mapping[str, Foretold]
    last_event_at: datetime | None


async def survey_year(
    connection: AsyncConnection,
    year: str,
    asked: AskedMoment,
    cut: Cut,
    *,
    by: Identity,
    now: datetime,
) -> Survey:
    """What the caller may see of it, with one statement over the deals. Refuses with `period_invalid`."""
    organisation = await load_organisation(connection, ORGANISATION)
    calendar, currency = organisation.calendar, organisation.base_currency
    span = named_period(year, calendar, now=now, pointer="/query/year")
    before = calendar.period(str(int(span.name) - 1), now=now)
    moment = asked.moment(calendar, now=now)
    as_of = moment.as_of if moment else now
    today = calendar.local_date(as_of)
    sums = await sums_by_month(
        connection,
        sample_of(by, cut, currency, moment=moment),
        before=before,
        year=span,
        same_day=calendar.start_of(_a_year_before(today) + timedelta(days=1)),
        time_zone=calendar.time_zone,
    )
    months, quarters = months_of(span, before, calendar), quarters_of(span, before, calendar)
    aim = aim_of_whole(Filter(cut.team_id, cut.owner_id, cut.product_id), by)
    spans = [period for pair in (*months, *quarters, (span, before)) for period in pair]
    plans = {} if aim is None else await planned_for(connection, by, spans, aim, currency=currency)
    lines = lines_of([(span, before), *quarters, *months], sums, plans)
    chosen = prediction.Chosen(cut.team_id, cut.owner_id, cut.product_id)
    foretold = await foretell_periods(
        connection,
        Question(span, moment.as_of if moment else None, moment.known_at if moment else None),
        [(line.period, {None: line.sums.closed}) for line in lines],
        prediction.Part(chosen, by),
        today=today.toordinal(),
    )
    return Survey(
        year=span,
        as_of=as_of,
        known_at=moment.known_at if moment else None,
        today=today,
        currency=currency,
        whole=lines[0],
        quarters=lines[1 : 1 + len(quarters)],
        months=lines[1 + len(quarters) :],
        foretold={line.period.name: each for line, each in zip(lines, foretold, strict=True)},
        last_event_at=await last_event_at(connection),
    )


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
