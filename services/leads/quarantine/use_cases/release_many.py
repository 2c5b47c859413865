"""Many entries of the quarantine become leads at once, each by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.intake import repository
from services.leads.intake.domain import MOST_RELEASED, EntryFilter
from services.leads.intake.scope import visible
from services.leads.quarantine.use_cases.decide_quarantine import release_entry
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity


@dataclass(frozen=True, slots=True)
class Released:
    """What became of one entry: its lead, or the refusal."""

    id: UUID
    lead_id: UUID | None = None
    refusal: DomainError | None = None


async def release_many(
    connection: AsyncConnection,
    identity: Identity,
    ids: Sequence[UUID],
    *,
    now: datetime,
    allow_duplicate: bool = False,
) -> list[Released]:
    """In the order of the ids. One that cannot be released leaves the others alone. Needs a transaction."""
    done: dict[UUID, Released] = {}
    for entry_id in sorted(set(ids)):
        try:
            async with connection.begin_nested():
                entry = await release_entry(
                    connection,
                    identity,
                    entry_id,
                    seen_version=None,
                    now=now,
                    allow_duplicate=allow_duplicate,
                )
        except DomainError as refusal:
            done[entry_id] = Released(entry_id, refusal=refusal)
        else:
            done[entry_id] = Released(entry_id, entry.lead_id)
    return [done[entry_id] for entry_id in ids]


async def waiting_entries(
    connection: AsyncConnection, identity: Identity, among: EntryFilter
) -> tuple[list[UUID], bool]:
    """The oldest open entries of the filter, and whether there are more than can be released at once."""
    ids = await repository.open_ids(connection, among, visible(identity), most=MOST_RELEASED + 1)
    return ids[:MOST_RELEASED], len(ids) > MOST_RELEASED
