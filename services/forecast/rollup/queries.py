"""The deals of a period as rows to add up: cells and counted deals for the present, the ledger for the past.

Every row has `closes_on` (null: an open deal nobody has dated), `bucket`, and by what deals are told apart.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    Uuid,
    and_,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import deals
from services.forecast.place.queries import placed
from services.forecast.rollup.domain import Price, covered
from services.forecast.rollup.prices import amount_of, missing_of
from services.forecast.rollup.rows import AS_IT_STANDS, bucket_of, closes_on
from services.forecast.rollup.tables import counted_deal, rollup_cell, rollup_state
from services.forecast.tables import ORGANISATION
from shared.contracts.periods import Period
from shared.reporting.asked import Question

TOLD_APART = ("owner_id", "product_id", "territory_id", "pipeline_id", "stage_id", "stage", "source")
_COUNTED = [counted_deal.c[name] for name in (*AS_IT_STANDS, "territory_id", "bucket", "closes_on")]


async def is_counted(connection: AsyncConnection, question: Question) -> bool:
    """Whether the present is asked about, and all deals are counted for the days of the organisation."""
    if question.as_of is not None or question.known_at is not None:
        return False
    organisation = select(ORGANISATION.organisation.c.time_zone).limit(1).scalar_subquery()
    return bool(await connection.scalar(select(rollup_state.c.time_zone == organisation)))


def deals_now(period: Period) -> Subquery:
    """The counted deals of the period and the undated ones, by index."""
    return union_all(*_between([(period.starts_on, period.ends_on)]), _undated()).subquery("deal")


def deals_then(question: Question, *, with_place: bool) -> Subquery:
    """The same out of the ledger, as they stood; in the territories of now, where those are asked for.

    Three index ranges: open deals by expected close, won deals by closing instant, and open deals without a
    date. A deal is in at most one of them.
    """
    deal = deals(question.as_of, question.known_at)
    place = placed(deal) if with_place else None
    time_zone = select(ORGANISATION.organisation.c.time_zone).limit(1).scalar_subquery()
    rows = select(
        *(deal.c[name] for name in AS_IT_STANDS),
        (place.territory_id if place else cast(null(), Uuid)).label("territory_id"),
        bucket_of(deal).label("bucket"),
        closes_on(deal, time_zone).label("closes_on"),
    ).select_from(place.source if place else deal)
    period = question.period
    counts = and_(deal.c.status == "open", deal.c.forecast_category != "omitted")
    within = and_(deal.c.closed_at >= period.starts_at, deal.c.closed_at < period.ends_at)
    return union_all(
        rows.where(counts, deal.c.expected_close.between(period.starts_on, period.ends_on)),
        rows.where(deal.c.status == "won", within),
        rows.where(counts, deal.c.expected_close.is_(None)),
    ).subquery("deal")


def summed_now(cut: str, period: Period, price: Price) -> list[Select[Any]]:
    """The sums of the cut: whole months out of cells, the days left over of counted deals."""
    days = covered(period.starts_on, period.ends_on)
    parts = [_cells(cut, days.months, price)]
    if days.edges:
        parts.append(summed(union_all(*_between(days.edges)).subquery("deal"), price))
    return parts


def summed(deal: Subquery, price: Price) -> Select[Any]:
    """Each deal as a sum of one."""
    amount = amount_of(price, deal)
    lacks = deal.c.probability.is_(None)
    return select(
        *(deal.c[name] for name in TOLD_APART),
        deal.c.closes_on,
        deal.c.bucket,
        literal_column("1").label("deals"),
        amount.label("amount"),
        (amount * deal.c.probability).label("weighted"),
        case((lacks, 1), else_=0).label("without_probability"),
        case((amount.is_(None), 1), else_=0).label("without_amount"),
        missing_of(price, deal).label("missing"),
    )


def _cells(cut: str, months: Sequence[date], price: Price) -> Select[Any]:
    """Those of the months, and those of undated deals."""
    cell = rollup_cell.c
    known = cell.base_currency == price.currency
    dated = cell.month == func.any(list(months))
    undated = and_(cell.month.is_(None), cell.bucket != "closed")
    return select(
        *(_told(name) for name in TOLD_APART),
        cell.month.label("closes_on"),
        cell.bucket,
        cell.deals,
        case((known, cell.amount)).label("amount"),
        case((known, cell.weighted)).label("weighted"),
        cell.without_probability,
        case((known, 0), else_=cell.deals).label("without_amount"),
        literal_column("NULL::text").label("missing"),
    ).where(cell.cut == cut, dated | undated, cell.deals > 0)


def _told(name: str) -> ColumnElement[Any]:
    """What cells do not tell apart is null in them."""
    column: Any = rollup_cell.c.get(name)
    return cast(null(), counted_deal.c[name].type).label(name) if column is None else column


def _between(spans: Sequence[tuple[date, date]]) -> list[Select[Any]]:
    counted = counted_deal.c
    return [
        select(*_COUNTED).where(counted.bucket.is_not(None), counted.closes_on.between(*span))
        for span in spans
    ]


def _undated() -> Select[Any]:
    counted = counted_deal.c
    return select(*_COUNTED).where(
        counted.bucket.is_not(None), counted.closes_on.is_(None), counted.bucket != "closed"
    )
