"""Plan work for an instant, or take it off the agenda."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.agenda import repository
from shared.agenda.domain import Due


async def plan_work(connection: AsyncConnection, entries: Sequence[Due]) -> None:
    """Done at its instant if this transaction commits. The same kind and subject again moves the entry."""
    if entries:
        await repository.put(connection, entries)


async def cancel_work(connection: AsyncConnection, kind: str, subjects: Collection[UUID]) -> None:
    """Nothing of this kind will be done for these subjects."""
    if subjects:
        await repository.remove(connection, kind, subjects)


async def entries_of(connection: AsyncConnection, kind: str, subjects: Collection[UUID]) -> list[Due]:
    """The entries of this kind that there are for these subjects."""
    return await repository.planned(connection, [(kind, subject) for subject in subjects])


async def is_planned(connection: AsyncConnection, kind: str, subject_id: UUID) -> bool:
    """Whether there is such an entry."""
    return bool(await repository.planned(connection, [(kind, subject_id)]))
