"""Where it all came from was taken back: what still waits of it will never become anything."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.intake import repository
from shared.observability import context


async def discard_source(connection: AsyncConnection, source_id: UUID, reason: str, *, now: datetime) -> None:
    """The open entries of this source are discarded for this reason."""
    await repository.discard_open(connection, source_id, reason, context.actor.get(), now)
