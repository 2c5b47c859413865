"""Responsibilities to and from their table."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.responsibility.domain import Responsibility
from services.leads.responsibility.tables import responsibility

_row = responsibility.c


async def add(connection: AsyncConnection, given: Responsibility) -> None:
    """One more."""
    await connection.execute(insert(responsibility).values(**given.row()))


async def end(connection: AsyncConnection, member_id: UUID, responsibility_id: UUID, now: datetime) -> bool:
    """It ends now and stays in the history; whether it was there and had not ended."""
    ended = await connection.execute(
        update(responsibility)
        .where(
            _row.id == responsibility_id,
            _row.member_id == member_id,
            or_(_row.ends_at.is_(None), _row.ends_at > now),
        )
        .values(ends_at=func.greatest(_row.starts_at, now))
    )
    return bool(ended.rowcount)
