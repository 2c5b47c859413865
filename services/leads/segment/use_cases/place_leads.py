"""Leads are put into their segments: by rule when they are looked at, or by a member."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.expression.lead_facts import lead_facts
from services.leads.lead.case import Case
from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.change_lead import change_lead
from services.leads.segment.domain import may_place, place, ready
from services.leads.segment.repository import active_segments
from services.leads.segment.use_cases.keep_segments import check_segment
from shared.contracts.identity import Identity


async def segment_by_rules(connection: AsyncConnection, cases: Sequence[Case], now: datetime) -> None:
    """A step of triage and of every later look: one query for all of them."""
    segments = ready(await active_segments(connection))
    for case in cases:
        lead = case.lead
        if may_place(lead.segment_by) and (segments or lead.segment is not None):
            placed = place(segments, lead_facts(lead, now))
            case.add(lead.put_into_segment(placed.key, placed.reason, by="rule", now=now))


async def set_segment_of_lead(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID,
    key: str | None,
    reason: str,
    *,
    seen_version: int | None,
    now: datetime,
) -> Lead:
    """The lead in the segment; no rule changes it from now on. None gives it back to the rules."""
    await check_segment(connection, key)
    return await change_lead(
        connection,
        identity,
        lead_id,
        lambda lead: lead.put_into_segment(key, reason, by="member", now=now),
        seen_version=seen_version,
    )
