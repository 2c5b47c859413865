"""Whose turn it is to get a lead: reps in the order in which they last got one, then by id."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.tables import assignment_turn
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity

_LOCK = 0x6C656164  # "lead"
_member = ORGANISATION.member.c


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many reps may get a lead, and who is next."""

    count: int
    next_id: UUID | None


async def wait_for_mine(connection: AsyncConnection) -> None:
    """Automatic assignments go one by one until the transaction ends."""
    await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


async def waiting_reps(connection: AsyncConnection, identity: Identity) -> Waiting:
    """The active reps the caller may assign to: a manager's are those of the manager's teams."""
    in_reach = _member.team_id.in_(identity.team_ids) if identity.scope == "subtree" else true()
    last = assignment_turn.c.last_assigned_at
    rows = await connection.execute(
        select(_member.id, func.count().over())
        .outerjoin(assignment_turn, assignment_turn.c.member_id == _member.id)
        .where(_member.active, _member.role == "rep", in_reach)
        .order_by(last.asc().nulls_first(), _member.id)
        .limit(1)
    )
    found = rows.first()
    return Waiting(0, None) if found is None else Waiting(found[1], found[0])


async def take(connection: AsyncConnection, member_id: UUID, now: datetime) -> None:
    """The member got a lead now and goes to the end of the queue."""
    turn = insert(assignment_turn).values(member_id=member_id, last_assigned_at=now)
    await connection.execute(
        turn.on_conflict_do_update(
            index_elements=["member_id"], set_={"last_assigned_at": turn.excluded.last_assigned_at}
        )
    )
