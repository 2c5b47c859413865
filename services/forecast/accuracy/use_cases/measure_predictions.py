"""The prediction of spans of the past beside simple methods over the same days, and what came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.accuracy import queries
from services.forecast.accuracy.domain import Look, look_at_span
from services.forecast.accuracy.spans import GroupSpans, Seen, Spans, by_group, by_months
from services.forecast.accuracy.use_cases.name_groups import name_groups
from services.forecast.accuracy.use_cases.recall_figures import recall_figures
from services.forecast.prediction.domain.hindsight import Said
from shared.contracts.periods import Calendar, Period


@dataclass(frozen=True, slots=True)
class Predictions:
    """`groups` are empty unless they were asked for."""

    spans: tuple[Spans, ...]
    groups: tuple[GroupSpans, ...]


async def measure_predictions(
    connection: AsyncConnection,
    said: Sequence[Said],
    periods: Sequence[Period],
    which: queries.Deals,
    calendar: Calendar,
    *,
    told: datetime | None,
    now: datetime,
) -> Predictions:
    """Of the spans within the periods."""
    within = [each for each in said if _is_within(each, periods)]
    looks = [
        look_at_span(
            place,
            date.fromordinal(each.trial.start),
            date.fromordinal(each.trial.end - 1),
            calendar,
            first_told=told,
        )
        for place, each in enumerate(within)
    ]
    weighted = await _weighted(connection, looks, which, now)
    seen = [
        Seen(_months(look.period), look, each, weighted.get(look.index))
        for look, each in zip(looks, within, strict=True)
    ]
    if which.group_by is None:
        return Predictions(by_months(seen), ())
    groups = by_group(seen, which.group_by)
    keys = [each.key for each in groups if each.key is not None]
    names = await name_groups(connection, which.group_by, keys)
    return Predictions(by_months(seen), by_group(seen, which.group_by, names))


async def _weighted(
    connection: AsyncConnection, looks: Sequence[Look], which: queries.Deals, now: datetime
) -> dict[int, Decimal]:
    """The weighted pipeline of just those days."""
    known = [each for each in looks if each.then]
    found = {each.index: Decimal() for each in known}
    whole = queries.Deals(which.identity, which.chosen, which.currency, None)
    for (index, _), sums in (await recall_figures(connection, known, whole, now=now)).items():
        found[index] = sums.weighted
    return found


def _is_within(said: Said, periods: Sequence[Period]) -> bool:
    first, last = periods[0].starts_on.toordinal(), periods[-1].ends_on.toordinal()
    return said.trial.start >= first and said.trial.end <= last + 1


def _months(period: Period) -> int:
    first, last = period.starts_on, period.ends_on
    return (last.year - first.year) * 12 + last.month - first.month + 1
