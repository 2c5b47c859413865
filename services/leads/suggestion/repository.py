"""Suggestions to and from their table."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.record_table import RecordTable
from services.leads.record.repository import rows_of
from services.leads.suggestion.domain import Suggestion
from services.leads.suggestion.relevance import Decision
from services.leads.suggestion.tables import lead_suggestion as table

SUGGESTIONS = RecordTable(table, Suggestion, {})
LEARNED_FROM = 2000
"""The newest so many decisions are learned from."""
_JUDGED = ("relevance", "relevance_state", "judged_on")


async def known_ids(
    connection: AsyncConnection, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], UUID]:
    """By network and id there."""
    wanted = tuple_(table.c.network, table.c.external_id).in_(sorted(keys))
    rows = await connection.execute(select(table.c.network, table.c.external_id, table.c.id).where(wanted))
    return {(row.network, row.external_id): row.id for row in rows}


async def count_decisions(connection: AsyncConnection) -> int:
    """How many were decided."""
    return int(await connection.scalar(select(func.count()).where(table.c.status != "open")) or 0)


async def decisions(connection: AsyncConnection) -> list[Decision]:
    """The newest 2,000, in the order they were made."""
    rows = await connection.execute(
        select(table.c.features, table.c.status)
        .where(table.c.status != "open")
        .order_by(table.c.decided_at.desc(), table.c.id.desc())
        .limit(LEARNED_FROM)
    )
    return [Decision(tuple(row.features), row.status == "accepted") for row in reversed(rows.all())]


async def not_judged_on(
    connection: AsyncConnection, count: int, most: int
) -> list[tuple[UUID, tuple[str, ...]]]:
    """Open suggestions that were judged on fewer decisions, or not yet, locked: the newest first."""
    rows = await connection.execute(
        select(table.c.id, table.c.features)
        .where(table.c.status == "open", or_(table.c.judged_on.is_(None), table.c.judged_on != count))
        .order_by(table.c.id.desc())
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return [(row.id, tuple(row.features)) for row in rows]


async def judge(connection: AsyncConnection, judged: Sequence[Mapping[str, Any]]) -> None:
    """Their relevance by id. What is made of a suggestion is no change of it: its version stays."""
    given = rows_of(table, "judged")
    statement = (
        update(table).values({name: given.c[name] for name in _JUDGED}).where(table.c.id == given.c.id)
    )
    await connection.execute(statement, {"judged": list(judged)})
