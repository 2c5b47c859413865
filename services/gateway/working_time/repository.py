"""Steps to their table."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.organisation.domain import Organisation
from services.gateway.working_time.tables import working_time_step
from shared.contracts.envelope import EventContext
from shared.contracts.ids import new_id
from shared.persistence.bulk import insert_rows


async def note_step(
    connection: AsyncConnection,
    after: Organisation,
    what: str,
    changes: Mapping[str, tuple[Any, Any]],
    *,
    now: datetime,
    context: EventContext,
) -> None:
    """What was done, and by whom."""
    row = {
        "id": new_id(),
        "version": after.version,
        "at": now,
        "what": what,
        "by": context.actor,
        "correlation_id": context.correlation_id,
        "changes": dict(changes),
    }
    await connection.execute(insert_rows(working_time_step, [row]))
