"""Leads by how they were first assigned."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, literal, select, text, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.queries import leads_seen_by
from services.leads.response.queries import minutes_to_contact
from services.leads.routing.queries import first_assignment
from shared.contracts.identity import Identity
from shared.contracts.periods import Period

Counts = dict[bool | None, dict[str, Any]]


async def by_match(connection: AsyncConnection, identity: Identity, period: Period) -> Counts:
    """For matched (True), otherwise assigned (False) and all leads (None): how many, converted, contacted,
    and the median of minutes. Reads the leads of the period by their index, with the first decision
    of each."""
    assigned = _assigned(identity, period).cte("assigned")
    matched = assigned.c.matched
    rows = await connection.execute(
        select(
            matched,
            func.grouping(matched).label("whole"),
            func.count().label("leads"),
            func.count(assigned.c.converted_at).label("converted"),
            func.count(assigned.c.minutes).label("contacted"),
            func.percentile_cont(0.5).within_group(assigned.c.minutes).label("median"),
        ).group_by(func.grouping_sets(tuple_(matched), text("()")))
    )
    return {None if row["whole"] else row["matched"]: dict(row) for row in rows.mappings()}


async def slower_than(
    connection: AsyncConnection, identity: Identity, period: Period, minutes: Decimal
) -> dict[bool, int]:
    """How many leads of each group were spoken with later than this."""
    assigned = _assigned(identity, period).subquery("assigned")
    rows = await connection.execute(
        select(assigned.c.matched, func.count())
        .where(assigned.c.minutes > literal(minutes))
        .group_by(assigned.c.matched)
    )
    return {row[0]: row[1] for row in rows}


def _assigned(identity: Identity, period: Period) -> Select[Any]:
    names = ("id", "created_at", "converted_at", "merged_into", "archived_at")
    lead = leads_seen_by(identity, *names)
    first, told = first_assignment(lead), minutes_to_contact()
    return (
        select((first.c.skill_score > 0).label("matched"), lead.c.converted_at, told.c.minutes)
        .select_from(lead.join(first, true()).outerjoin(told, told.c.lead_id == lead.c.id))
        .where(
            lead.c.created_at >= period.starts_at,
            lead.c.created_at < period.ends_at,
            lead.c.merged_into.is_(None),
            lead.c.archived_at.is_(None),
        )
    )
