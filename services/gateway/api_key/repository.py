"""Load and save keys."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.api_key.domain import ApiKeyError, StoredKey
from services.gateway.api_key.tables import api_key

_COARSE = timedelta(minutes=1)


async def add(connection: AsyncConnection, row: dict[str, Any]) -> None:
    """Write a new key."""
    await connection.execute(insert(api_key).values(**row))


async def active_count(connection: AsyncConnection, partner_id: UUID, now: datetime) -> int:
    """How many keys of the partner still open something."""
    alive = or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > now)
    count = select(func.count()).select_from(api_key)
    return int(
        await connection.scalar(
            count.where(api_key.c.partner_id == partner_id, api_key.c.revoked_at.is_(None), alive)
        )
        or 0
    )


async def find(connection: AsyncConnection, key_id: str, *, partner_active: bool) -> StoredKey | None:
    """What is kept of a key."""
    columns = ("id", "partner_id", "hash", "permissions", "expires_at", "revoked_at")
    rows = await connection.execute(
        select(*(api_key.c[name] for name in columns)).where(api_key.c.id == key_id)
    )
    row = rows.one_or_none()
    if row is None:
        return None
    return StoredKey(
        row.id,
        row.partner_id,
        bytes(row.hash),
        frozenset(row.permissions),
        row.expires_at,
        row.revoked_at,
        partner_active,
    )


async def note_use(connection: AsyncConnection, key_id: str, now: datetime) -> None:
    """Remember about when a key was last used, to the minute."""
    stale = or_(api_key.c.last_used_at.is_(None), api_key.c.last_used_at < now - _COARSE)
    await connection.execute(update(api_key).where(api_key.c.id == key_id, stale).values(last_used_at=now))


async def revoke(connection: AsyncConnection, partner_id: UUID, key_id: str, now: datetime) -> None:
    """Close a key for good; closing it again changes nothing. Refuses `api_key_not_found`."""
    known = await connection.scalar(
        update(api_key)
        .where(api_key.c.id == key_id, api_key.c.partner_id == partner_id)
        .values(revoked_at=func.coalesce(api_key.c.revoked_at, now))
        .returning(api_key.c.id)
    )
    if known is None:
        raise ApiKeyError("api_key_not_found", "The partner has no such key.")
