"""Rows of files that waited here were sent again: what came in by that waits no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.intake import repository
from services.leads.intake.scope import visible
from shared.contracts.identity import Identity


@dataclass(frozen=True, slots=True)
class Resent:
    """`entry_id` waited; `record_id` is what came of it now, None when it was refused again."""

    entry_id: UUID
    record_id: UUID | None


async def settle_resent(
    connection: AsyncConnection,
    identity: Identity,
    resent: Sequence[Resent],
    import_id: UUID,
    *,
    now: datetime,
) -> None:
    """Of the open entries the caller may decide about: released when a record came of them, else discarded
    for the one that waits now. One statement. Entries of other doors and others' entries stay."""
    if not resent:
        return
    again = f"Sent again with import {import_id}, where it waits now."
    rows = [
        {
            "id": each.entry_id,
            "status": "discarded" if each.record_id is None else "released",
            "record_id": each.record_id,
            "discard_reason": again if each.record_id is None else None,
        }
        for each in {each.entry_id: each for each in resent}.values()
    ]
    await repository.settle(connection, rows, visible(identity), identity.sub, now)
