"""A setting there is one of is set, and what it was is kept."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.sole_setting import SoleSetting
from services.leads.setting_history.use_cases.keep_history import note_step

THE_ONE = UUID(int=0)
"""What stands for it in the history."""


async def set_sole(
    connection: AsyncConnection,
    setting: SoleSetting,
    thing: str,
    value: Any,
    *,
    seen_version: int | None,
    now: datetime,
) -> int:
    """The new version. Refuses with `version_conflict`. Needs a transaction."""
    _, before = await setting.read(connection)
    version = await setting.write(connection, value, seen_version)
    if value != before:
        await note_step(
            connection,
            thing,
            THE_ONE,
            version=version,
            what="changed",
            changes={setting.name: (before, value)},
            now=now,
        )
    return version
