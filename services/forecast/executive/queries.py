"""The deals of two years by month, in one statement."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_sample.queries import Sample, local_month, month_of, within
from services.forecast.executive.domain import Sums
from shared.contracts.periods import Period

_NOTHING = literal(Decimal(0))


async def sums_by_month(
    connection: AsyncConnection,
    sample: Sample,
    *,
    before: Period,
    year: Period,
    same_day: datetime,
    time_zone: str,
) -> dict[date, Sums]:
    """By the first day of each month: won deals of both years, open deals of the later one. `same_day` is
    the end of the day a year ago, up to which last year counts as closed to date."""
    parts = union_all(_won(sample, before, year, same_day, time_zone), _open(sample, year)).subquery("part")
    names = ("closed", "deals", "to_date", "commit", "upside", "weighted", "without_amount")
    sums = (func.coalesce(func.sum(parts.c[name]), 0).label(name) for name in names)
    query = select(parts.c.month, *sums)
    rows = await connection.execute(query.group_by(parts.c.month))
    return {row.month: Sums(**{name: getattr(row, name) for name in names}) for row in rows}


def _won(sample: Sample, before: Period, year: Period, same_day: datetime, time_zone: str) -> Select[Any]:
    deal, value = sample.deal.c, sample.value
    return _part(
        sample,
        local_month(deal.closed_at, time_zone),
        closed=value,
        deals=literal(1),
        to_date=case((deal.closed_at < same_day, value)),
    ).where(deal.status == "won", within(deal.closed_at, before.starts_at, year.ends_at))


def _open(sample: Sample, year: Period) -> Select[Any]:
    """A deal that somebody put into `closed` though it is open counts as commit."""
    deal, value = sample.deal.c, sample.value
    sure = deal.forecast_category.in_(("commit", "closed"))
    hoped = deal.forecast_category.in_(("most_likely", "best_case"))
    return _part(
        sample,
        month_of(deal.expected_close),
        commit=case((sure, value)),
        upside=case((hoped, value)),
        weighted=value * deal.probability,
    ).where(
        deal.status == "open",
        deal.forecast_category != "omitted",
        deal.expected_close.between(year.starts_on, year.ends_on),
    )


def _part(sample: Sample, month: ColumnElement[date], **sums: ColumnElement[Any]) -> Select[Any]:
    return sample.select(
        month.label("month"),
        *(
            sums.get(name, _NOTHING).label(name)
            for name in ("closed", "deals", "to_date", "commit", "upside", "weighted")
        ),
        case((sample.value.is_(None), 1), else_=0).label("without_amount"),
    )
