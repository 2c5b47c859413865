"""The line of those who get leads, and the traces of decisions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.repository import Beside, rows_beside
from services.leads.routing.domain import Decision
from services.leads.routing.tables import assignment_turn, routing_trace
from shared.contracts.ids import new_id
from shared.persistence.bulk import insert_rows

_LOCK = 0x6C656164  # "lead"


async def wait_for_mine(connection: AsyncConnection) -> None:
    """Automatic assignments go one by one until the transaction ends.

    Must never break: whoever waits here holds the leads it is about already, and takes no more of them.
    """
    await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


async def take_turns(connection: AsyncConnection, turns: Mapping[UUID, int], now: datetime) -> None:
    """These members have these places in the line now. Written in the order of ids, so that nobody waits for
    each other in a circle."""
    rows = [{"member_id": member, "last_assigned_at": now, "turn": turns[member]} for member in sorted(turns)]
    if rows:
        await _put(connection, rows)


async def go_to_the_end(connection: AsyncConnection, members: Sequence[UUID], now: datetime) -> None:
    """These members got leads by hand: in this order to the end of the line."""
    if not members:
        return
    last = await connection.scalar(select(func.coalesce(func.max(assignment_turn.c.turn), 0)))
    turns = {member: int(last or 0) + place for place, member in enumerate(dict.fromkeys(members), 1)}
    await take_turns(connection, turns, now)


async def _put(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    new = insert_rows(assignment_turn, rows)
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["member_id"],
            set_={name: new.excluded[name] for name in ("last_assigned_at", "turn")},
        )
    )


def traces_beside(decisions: Sequence[tuple[UUID, Decision]], *, by: str, now: datetime) -> list[Beside]:
    """The traces, to be written by the statement that writes the leads they are about."""
    if not decisions:
        return []
    rows = [_row(lead_id, decision, by, now) for lead_id, decision in decisions]
    return [rows_beside(routing_trace, rows, record="lead_id")]


async def add_traces(
    connection: AsyncConnection, decisions: Sequence[tuple[UUID, Decision]], *, by: str, now: datetime
) -> None:
    """The traces by themselves, in one statement, for leads the transaction has locked."""
    if decisions:
        rows = [_row(lead_id, decision, by, now) for lead_id, decision in decisions]
        await connection.execute(insert_rows(routing_trace, rows))


def _row(lead_id: UUID, decision: Decision, by: str, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "lead_id": lead_id,
        "at": now,
        "how": decision.how,
        "outcome": decision.outcome,
        "member_id": decision.member_id if decision.outcome == "assigned" else None,
        "queue_id": decision.queue_id,
        "territory_id": decision.territory_id,
        "rule_id": decision.rule_id,
        "skill_score": decision.skill_score,
        "reason": decision.reason,
        "by": by,
        "details": {"rules": list(decision.tried), **decision.beside},
    }
