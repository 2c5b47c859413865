"""What routing reads: members with their place in the line, what they got today, and traces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, RowMapping, Subquery, Uuid, any_, column, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.routing.domain import How
from services.leads.routing.tables import assignment_turn, routing_trace
from services.leads.tables import ORGANISATION
from shared.persistence.types import Instant

_member = ORGANISATION.member.c


@dataclass(frozen=True, slots=True)
class Last:
    """The newest decision about a lead."""

    how: How
    queue_id: UUID | None


async def members_in_line(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Every member: id, team, role, whether active, and place in the line."""
    turn = func.coalesce(assignment_turn.c.turn, 0).label("turn")
    rows = await connection.execute(
        select(_member.id, _member.team_id, _member.role, _member.active, turn)
        .outerjoin(assignment_turn, assignment_turn.c.member_id == _member.id)
        .order_by(_member.id)
    )
    return rows.mappings().all()


async def assigned_since(connection: AsyncConnection, since: Mapping[UUID, datetime]) -> dict[UUID, int]:
    """How many leads each of these members got since its own instant. One query for all."""
    if not since:
        return {}
    asked = (
        func.unnest(literal(list(since), ARRAY(Uuid)), literal(list(since.values()), ARRAY(Instant)))
        .table_valued(column("member_id", Uuid), column("since", Instant), name="asked")
        .render_derived()
    )
    trace = routing_trace.c
    got = (
        select(func.count())
        .where(trace.member_id == asked.c.member_id, trace.at >= asked.c.since)
        .scalar_subquery()
    )
    rows = await connection.execute(select(asked.c.member_id, got))
    return {member: count for member, count in rows if count}


async def traces_of(connection: AsyncConnection, lead_id: UUID) -> list[dict[str, Any]]:
    """The decisions about a lead, the latest first; the last 100."""
    trace = routing_trace.c
    rows = await connection.execute(
        select(*(each for each in trace if each.name != "lead_id"))
        .where(trace.lead_id == lead_id)
        .order_by(trace.at.desc(), trace.id.desc())
        .limit(100)
    )
    return [dict(row) for row in rows.mappings()]


async def queued_by_rule(connection: AsyncConnection, lead_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the leads whose newest decision was taken by the rules, not by a member."""
    trace = routing_trace.c
    newest = (
        select(trace.lead_id, trace.how)
        .ext(distinct_on(trace.lead_id))
        .where(trace.lead_id == any_(literal(list(lead_ids), ARRAY(Uuid))))
        .order_by(trace.lead_id, trace.at.desc(), trace.id.desc())
        .subquery("newest")
    )
    return set(await connection.scalars(select(newest.c.lead_id).where(newest.c.how == "rule")))


async def last_of(connection: AsyncConnection, lead_id: UUID) -> Last | None:
    """The newest decision about the lead."""
    trace = routing_trace.c
    rows = await connection.execute(
        select(trace.how, trace.queue_id)
        .where(trace.lead_id == lead_id)
        .order_by(trace.at.desc(), trace.id.desc())
        .limit(1)
    )
    row = rows.first()
    return None if row is None else Last(row.how, row.queue_id)


def first_assignment(lead: Subquery) -> FromClause:
    """`skill_score` of the decision by which each lead of `lead` got its first owner: 0 where no rule went by
    skills, no row where nobody got it. By index."""
    trace = routing_trace.c
    return (
        select(func.coalesce(trace.skill_score, 0).label("skill_score"))
        .where(trace.lead_id == lead.c.id, trace.outcome == "assigned")
        .order_by(trace.at, trace.id)
        .limit(1)
        .correlate(lead)
        .lateral("first_assignment")
    )
