"""What partners brought, counted in three statements over a period."""

from collections import defaultdict
from dataclasses import replace
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deal_link.queries import won_within
from services.leads.intake.queries import waiting_by_partner
from services.leads.lead.queries import leads_seen_by
from services.leads.partner_report.domain import Brought
from shared.contracts.identity import Identity
from shared.contracts.periods import Period


async def brought(
    connection: AsyncConnection, identity: Identity, period: Period, *, currency: str
) -> dict[UUID, Brought]:
    """By partner, within the caller's scope. Reads the leads and entries that came in and the deals that
    were won in the period, each by an index."""
    found: dict[UUID, Brought] = defaultdict(Brought)
    for partner_id, accepted, duplicate, converted in await _leads(connection, identity, period):
        found[partner_id] = Brought(accepted=accepted, duplicate=duplicate, converted=converted)
    for partner_id, waiting in (await waiting_by_partner(connection, identity, period)).items():
        found[partner_id] = replace(found[partner_id], quarantined=waiting)
    won = won_within(period, currency)
    lead = leads_seen_by(identity, "id", "partner_id")
    rows = await connection.execute(
        select(lead.c.partner_id, func.count(), func.coalesce(func.sum(won.c.amount), 0))
        .select_from(won.join(lead, lead.c.id == won.c.lead_id))
        .where(lead.c.partner_id.is_not(None))
        .group_by(lead.c.partner_id)
    )
    for partner_id, deals, revenue in rows:
        found[partner_id] = replace(found[partner_id], won_deals=deals, won_revenue=revenue)
    return found


async def _leads(
    connection: AsyncConnection, identity: Identity, period: Period
) -> list[tuple[UUID, int, int, int]]:
    names = ("partner_id", "created_at", "archived_at", "merged_into", "duplicate_of", "converted_at")
    lead = leads_seen_by(identity, *names)
    again = or_(lead.c.duplicate_of.is_not(None), lead.c.merged_into.is_not(None))
    count = func.count()
    rows = await connection.execute(
        select(
            lead.c.partner_id,
            count.filter(~again),
            count.filter(again),
            count.filter(and_(~again, lead.c.converted_at.is_not(None))),
        )
        .where(
            lead.c.partner_id.is_not(None),
            lead.c.created_at >= period.starts_at,
            lead.c.created_at < period.ends_at,
            lead.c.archived_at.is_(None),
        )
        .group_by(lead.c.partner_id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]
