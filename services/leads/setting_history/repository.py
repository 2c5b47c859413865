"""Steps to their table."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.domain import Draft, R, field_names
from services.leads.record.repository import Beside, rows_beside
from services.leads.setting_history.tables import setting_step
from shared.contracts.envelope import EventContext
from shared.contracts.ids import new_id
from shared.persistence.bulk import insert_rows

_OF_EVERY_RECORD = ("id", "version", "field_versions", "created_at", "updated_at")


def beside(setting: str, drafts: Sequence[Draft[R]], context: EventContext) -> list[Beside]:
    """The steps of these drafts, each written when its setting is."""
    rows = [
        {
            "id": new_id(),
            "setting": setting,
            "setting_id": step.after.id,
            "version": step.after.version,
            "at": step.at,
            "what": step.what,
            "by": context.actor,
            "correlation_id": context.correlation_id,
            "changes": step.fields if draft.before is not None else _from_the_start(step.after),
        }
        for draft in drafts
        for step in draft.steps
    ]
    return [rows_beside(setting_step, rows, record="setting_id")] if rows else []


async def add(connection: AsyncConnection, row: Mapping[str, Any], context: EventContext) -> None:
    """One step by itself."""
    told = {"by": context.actor, "correlation_id": context.correlation_id}
    await connection.execute(insert_rows(setting_step, [{"id": new_id(), **row, **told}]))


def _from_the_start(setting: Any) -> dict[str, tuple[None, Any]]:
    kind: Any = type(setting)
    names = (name for name in field_names(kind) if name not in _OF_EVERY_RECORD)
    said = {name: getattr(setting, name) for name in names}
    return {name: (None, value) for name, value in said.items() if value is not None}
