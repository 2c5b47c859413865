"""The list of segments, and what each is worth."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.queries import accounts_seen_by, segments_of_accounts
from services.leads.deal_link.queries import deals_seen_by
from services.leads.lead.queries import open_leads_seen_by, segments_of_leads
from services.leads.segment.schemas import SegmentOut
from services.leads.segment.tables import segment
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.web.listing import Field, Listing

Rows = Mapping[str | None, Mapping[str, Any]]
SEGMENTS = Listing(
    name="segments",
    table=segment,
    default_sort="position",
    fields={
        "id": Field(segment.c.id, "uuid", sortable=True),
        "key": Field(segment.c.key, "text", sortable=True),
        "name": Field(segment.c.name, "text"),
        "position": Field(segment.c.position, "int", sortable=True, nullable=False),
        "active": Field(segment.c.active, "bool"),
        "created_at": Field(segment.c.created_at, "datetime", sortable=True),
        "archived_at": Field(segment.c.archived_at, "datetime"),
    },
    columns=[segment.c[name] for name in SegmentOut.model_fields],
    item_fields=tuple(SegmentOut.model_fields),
)


async def names(connection: AsyncConnection) -> dict[str, str]:
    """Name by key, of all that are not put away."""
    rows = await connection.execute(
        select(segment.c.key, segment.c.name).where(segment.c.archived_at.is_(None))
    )
    return {row.key: row.name for row in rows}


async def accounts(connection: AsyncConnection, identity: Identity) -> Rows:
    """`accounts` by segment."""
    seen = accounts_seen_by(identity, "segment")
    query = select(seen.c.segment.label("key"), func.count().label("accounts")).group_by(seen.c.segment)
    return await _by_key(connection, query)


async def open_leads(connection: AsyncConnection, identity: Identity) -> Rows:
    """`leads`, their `value` and those `without_rate` by segment."""
    seen = open_leads_seen_by(identity, "segment", "expected_amount")
    unknown = and_(seen.c.expected_amount.is_not(None), seen.c.in_base.is_(None))
    query = select(
        seen.c.segment.label("key"),
        func.count().label("leads"),
        func.coalesce(func.sum(seen.c.in_base), Decimal(0)).label("value"),
        func.count().filter(unknown).label("without_rate"),
    ).group_by(seen.c.segment)
    return await _by_key(connection, query)


async def deals(connection: AsyncConnection, identity: Identity, period: Period, currency: str) -> Rows:
    """Open deals as they stand, and those won in the period, by the segment of the account, else the lead."""
    deal = deals_seen_by(
        identity, "lead_id", "account_id", "status", "base_amount", "base_currency", "closed_at"
    )
    of_account, of_lead = segments_of_accounts(), segments_of_leads()
    key = func.coalesce(of_account.c.segment, of_lead.c.segment)
    amount = case((deal.c.base_currency == currency, deal.c.base_amount))
    is_open = deal.c.status == "open"
    is_won = and_(
        deal.c.status == "won", deal.c.closed_at >= period.starts_at, deal.c.closed_at < period.ends_at
    )
    query = (
        select(
            key.label("key"),
            func.count().filter(is_open).label("open_deals"),
            func.coalesce(func.sum(amount).filter(is_open), Decimal(0)).label("open_value"),
            func.count().filter(is_won).label("won_deals"),
            func.coalesce(func.sum(amount).filter(is_won), Decimal(0)).label("won_value"),
        )
        .select_from(
            deal.outerjoin(of_account, of_account.c.id == deal.c.account_id).outerjoin(
                of_lead, of_lead.c.id == deal.c.lead_id
            )
        )
        .where(is_open | is_won)
        .group_by(key)
    )
    return await _by_key(connection, query)


async def _by_key(connection: AsyncConnection, query: Select[Any]) -> Rows:
    rows = await connection.execute(query)
    return {row["key"]: dict(row) for row in rows.mappings()}
