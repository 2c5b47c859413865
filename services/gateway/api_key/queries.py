"""Reads of keys: everything but the hash."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.api_key.tables import api_key

_SHOWN = [column for column in api_key.c if column.name != "hash"]


async def keys_of(connection: AsyncConnection, partner_id: UUID) -> list[dict[str, Any]]:
    """A partner's keys, newest first, at most 100."""
    rows = await connection.execute(
        select(*_SHOWN)
        .where(api_key.c.partner_id == partner_id)
        .order_by(api_key.c.created_at.desc(), api_key.c.id)
        .limit(100)
    )
    return [dict(row) for row in rows.mappings()]
