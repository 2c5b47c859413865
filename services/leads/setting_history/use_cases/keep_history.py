"""What is done to settings is kept with them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.domain import Draft, R
from services.leads.record.repository import Beside
from services.leads.setting_history import repository
from services.leads.tables import SOURCE
from shared.observability.causes import event_context


def history_of(setting: str) -> Callable[[Sequence[Draft[R]]], Sequence[Beside]]:
    """`with_each` of the RecordTable of a setting: every step is written with it, whoever makes it."""

    def steps(drafts: Sequence[Draft[R]]) -> Sequence[Beside]:
        return repository.beside(setting, drafts, event_context(SOURCE))

    return steps


async def note_step(
    connection: AsyncConnection,
    setting: str,
    setting_id: UUID,
    *,
    version: int,
    what: str,
    changes: Mapping[str, tuple[Any, Any]],
    now: datetime,
) -> None:
    """One step of a setting that is kept otherwise. Needs the transaction that changes it."""
    row = {"setting": setting, "setting_id": setting_id, "version": version, "at": now}
    step = {**row, "what": what, "changes": dict(changes)}
    await repository.add(connection, step, event_context(SOURCE))
