"""Plan work for an instant, or take it off the agenda."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.agenda import repository
from services.leads.agenda.domain import Due
from services.leads.record.repository import Beside


async def plan_work(connection: AsyncConnection, entries: Sequence[Due]) -> None:
    """Done at its instant if this transaction commits. The same kind and subject again moves the entry."""
    if entries:
        await repository.put(connection, entries)


def planned_beside(entries: Sequence[Due]) -> Beside:
    """The same for new records, whose ids are the subjects: written by the statement that writes them."""
    return repository.beside(entries)


def planned_again_beside(entries: Sequence[Due]) -> Beside:
    """The same for changed records, which may have an entry of the kind already: that one is moved."""
    return repository.again_beside(entries)


def planned_about(entries: Sequence[Due]) -> Beside:
    """Work about changed records, written by the statement that writes them. Each entry has a subject of its
    own and names the record as `record_id` in its payload: it never waits for one that is just being done."""
    return repository.about_beside(entries)


async def cancel_work(connection: AsyncConnection, kind: str, subjects: Collection[UUID]) -> None:
    """Nothing of this kind will be done for these subjects."""
    if subjects:
        await repository.remove(connection, kind, subjects)


async def is_planned(connection: AsyncConnection, kind: str, subject_id: UUID) -> bool:
    """Whether there is such an entry."""
    return bool(await repository.planned(connection, [(kind, subject_id)]))
