"""What cannot be used as it is, or should not be, waits until somebody decides. Nothing is dropped."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.intake import repository
from services.leads.intake.domain import Kept


async def keep_in_quarantine(
    connection: AsyncConnection, kept: Sequence[Kept], *, now: datetime
) -> list[UUID]:
    """The new entries' ids in order, for every door but partners: a push goes through `receive_push`, which
    keeps one open entry for each of a partner's references."""
    return await repository.keep(connection, kept, now)


async def what_became_of(
    connection: AsyncConnection, entries: Sequence[UUID]
) -> dict[UUID, tuple[str, UUID | None]]:
    """Status (open, released, discarded) and lead of each entry."""
    return await repository.states(connection, entries) if entries else {}
