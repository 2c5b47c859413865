"""Tickets in the database: any process may redeem what another gave out."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.feed.tables import stream_ticket


async def put_ticket(
    connection: AsyncConnection, token_hash: bytes, credential: Any, *, expires_at: datetime, now: datetime
) -> None:
    """Keep a ticket's hash; those that are over go."""
    await connection.execute(delete(stream_ticket).where(stream_ticket.c.expires_at < now))
    await connection.execute(
        insert(stream_ticket).values(hash=token_hash, credential=credential, expires_at=expires_at)
    )


async def take_ticket(connection: AsyncConnection, token_hash: bytes, now: datetime) -> Any | None:
    """What the ticket stands for; it is gone afterwards."""
    return await connection.scalar(
        delete(stream_ticket)
        .where(stream_ticket.c.hash == token_hash, stream_ticket.c.expires_at > now)
        .returning(stream_ticket.c.credential)
    )
