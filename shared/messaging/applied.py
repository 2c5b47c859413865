"""Waiting until this service has seen what a caller has seen: reads after writes across services.

Must never break: positions that are waited for are applied, in the database, when the answer is True.
"""

import asyncio
import time
from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from shared.persistence.database import Database

_POLL_SECONDS = 0.02
_MISSING = text(
    """
    SELECT EXISTS (
        SELECT FROM jsonb_populate_recordset(NULL::applied, :awaited) AS awaited
        LEFT JOIN applied USING (topic, aggregate_id)
        WHERE coalesce(applied.sequence, 0) < awaited.sequence
    )
    """
).bindparams(bindparam("awaited", type_=JSONB()))


class Position(NamedTuple):
    """`<topic>/<aggregate id>/<sequence>`."""

    topic: str
    aggregate_id: UUID
    sequence: int


async def wait_for(
    database: Database,
    positions: Sequence[str],
    *,
    timeout: float,  # noqa: ASYNC109 - it gives an answer, it does not cancel
    topics: Collection[str] | None = None,
) -> bool:
    """Whether all positions were applied within `timeout` seconds. Raises ValueError when one is none.

    `topics` are the ones the service reads: positions of others count as reached, because the service
    wrote them itself or will never see them. None means every topic is waited for.
    """
    parsed = [parse_position(position) for position in positions]
    awaited = [each._asdict() for each in parsed if topics is None or each.topic in topics]
    deadline = time.monotonic() + timeout
    while awaited:
        async with database.reading() as connection:
            if not await connection.scalar(_MISSING, {"awaited": awaited}):
                return True
        if time.monotonic() + _POLL_SECONDS > deadline:
            return False
        await asyncio.sleep(_POLL_SECONDS)
    return True


def parse_position(position: str) -> Position:
    """A position out of its text; raises ValueError with a message fit for the caller."""
    try:
        topic, aggregate_id, sequence = position.strip().split("/")
        parsed = Position(topic, UUID(aggregate_id), int(sequence))
    except ValueError:
        raise ValueError("a position is <topic>/<aggregate id>/<sequence>") from None
    if not topic or not 1 <= parsed.sequence < 2**63:
        raise ValueError("a position is <topic>/<aggregate id>/<sequence>, the sequence from 1")
    return parsed
