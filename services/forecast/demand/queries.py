"""Requests for products by month, and why deals of them were lost: one statement each."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_sample.queries import Sample
from services.forecast.deal_sample.schemas import Cut
from services.forecast.lead_ledger.queries import leads
from services.forecast.product.queries import products_by_name
from services.forecast.source_yield.queries import month_number, received
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar


async def requests_by_month(
    connection: AsyncConnection,
    caller: Identity,
    cut: Cut,
    sample: Sample,
    *,
    calendar: Calendar,
    as_of: datetime,
    since: datetime,
) -> dict[UUID, dict[int, int]]:
    """Leads that ask for a product by name, and deals of it that came without a lead."""
    lead, product, deal = leads(), products_by_name(), sample.deal.c
    asking = (
        select(product.c.product_id, month_number(lead.c.created_at, calendar.time_zone).label("month"))
        .select_from(lead.join(product, product.c.name == func.lower(lead.c.product_interest)))
        .where(*received(lead, caller, cut, calendar, as_of), lead.c.created_at >= since)
    )
    straight = sample.select(
        deal.product_id, month_number(deal.created_at, calendar.time_zone).label("month")
    ).where(
        deal.product_id.is_not(None),
        deal.lead_id.is_(None),
        deal.created_at >= since,
        deal.created_at <= as_of,
    )
    request = union_all(asking, straight).subquery("request")
    query = select(request.c.product_id, request.c.month, func.count()).group_by(
        request.c.product_id, request.c.month
    )
    found: dict[UUID, dict[int, int]] = defaultdict(dict)
    for product_id, month, count in await connection.execute(query):
        found[product_id][month] = count
    return dict(found)


async def loss_reasons(
    connection: AsyncConnection, sample: Sample, since: datetime
) -> dict[UUID, dict[str, int]]:
    """By product, how many deals were lost for which reason since then."""
    deal = sample.deal.c
    query = sample.select(deal.product_id, deal.loss_reason, func.count()).where(
        deal.status == "lost",
        deal.product_id.is_not(None),
        deal.loss_reason.is_not(None),
        deal.closed_at >= since,
    )
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for product_id, reason, count in await connection.execute(
        query.group_by(deal.product_id, deal.loss_reason)
    ):
        found[product_id][reason] = count
    return dict(found)
