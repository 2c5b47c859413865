"""Open deals by how near they are to closing, and leads by group: one statement each."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Subquery, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_sample.queries import Sample, within
from services.forecast.deal_sample.schemas import Cut, Split
from services.forecast.figure_range.domain import SUMS, GroupLeads, Open
from services.forecast.lead_ledger.queries import leads
from services.forecast.product.queries import products_by_name
from services.forecast.source_yield.domain import ARRIVAL_MONTHS
from services.forecast.source_yield.queries import month_number, open_then, received
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar, Period


async def open_by_group(
    connection: AsyncConnection, sample: Sample, period: Period
) -> dict[UUID | None, Open]:
    """Deals that are open, and those won in the period, by the sample's key."""
    deal, value = sample.deal.c, sample.value
    is_open = and_(deal.status == "open", deal.forecast_category != "omitted")
    won = and_(deal.status == "won", within(deal.closed_at, period.starts_at, period.ends_at))
    inside = and_(is_open, deal.expected_close.between(period.starts_on, period.ends_on))
    parts: dict[str, ColumnElement[bool]] = {
        "closed": won,
        "commit": and_(inside, deal.forecast_category.in_(("commit", "closed"))),
        "most_likely": and_(inside, deal.forecast_category == "most_likely"),
        "development": and_(inside, deal.forecast_category.in_(("best_case", "pipeline"))),
        "later": and_(is_open, deal.expected_close > period.ends_on),
        "overdue": and_(is_open, deal.expected_close < period.starts_on),
        "undated": and_(is_open, deal.expected_close.is_(None)),
    }
    sums = [_sum(case((condition, value))).label(name) for name, condition in parts.items()]
    query = sample.select(
        sample.key.label("key"),
        *sums,
        _sum(case((inside, value * deal.probability))).label("weighted"),
        func.count().filter(is_open).label("deals"),
        func.count().filter(is_open, value.is_(None)).label("without_amount"),
    ).where(or_(is_open, won))
    rows = await connection.execute(query.group_by("key"))
    return {row.key: Open(**{name: getattr(row, name) for name in SUMS}) for row in rows}


def _sum(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(value), 0)


async def leads_of_groups(
    connection: AsyncConnection,
    caller: Identity,
    cut: Cut,
    split: Split | None,
    *,
    calendar: Calendar,
    as_of: datetime,
    past: bool,
    now: int,
    months: int,
) -> list[GroupLeads]:
    """The leads that make the figures of `source_yield`, split. `months`: how many whole ones are known."""
    lead = leads()
    table, key = _split(lead, split)
    born = month_number(lead.c.created_at, calendar.time_zone)
    recent = and_(born >= now - min(ARRIVAL_MONTHS, months), born < now)
    query = (
        select(
            key.label("key"),
            lead.c.source,
            born.label("born"),
            func.count().filter(open_then(lead, as_of, past=past)),
            func.count().filter(recent),
        )
        .select_from(table)
        .where(*received(lead, caller, cut, calendar, as_of))
        .group_by("key", lead.c.source, "born")
    )
    return [GroupLeads(*row) for row in await connection.execute(query)]


def _split(lead: Subquery, split: Split | None) -> tuple[FromClause, ColumnElement[UUID | None]]:
    if split == "owner":
        return lead, lead.c.owner_id
    if split == "territory":
        return lead, lead.c.territory_id
    product = products_by_name()
    table = lead.outerjoin(product, product.c.name == func.lower(lead.c.product_interest))
    return table, product.c.product_id
