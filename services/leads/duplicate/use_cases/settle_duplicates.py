"""A merge decides pairs, and undoing it opens them again."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.duplicate import repository
from shared.observability import context


async def settle_duplicates(
    connection: AsyncConnection, losers: Collection[UUID], merge_id: UUID, *, now: datetime
) -> None:
    """The open pairs of which one is part of another record now."""
    await repository.settle(connection, losers, merge_id, by=context.actor.get(), now=now)


async def unsettle_duplicates(connection: AsyncConnection, merge_id: UUID, *, now: datetime) -> None:
    """They wait again."""
    await repository.unsettle(connection, merge_id, now=now)
