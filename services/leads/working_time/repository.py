"""The organisation's hours, and the closed days, to and from their tables."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.record_table import RecordTable
from services.leads.setting_history.use_cases.keep_history import history_of
from services.leads.working_time.domain import WorkingHours
from services.leads.working_time.schemas import ClosedDayOut
from services.leads.working_time.tables import closed_day, working_hours
from shared.persistence.bulk import insert_rows

HOURS = RecordTable(working_hours, WorkingHours, {}, history_of("working_hours"))
THE_HOURS = UUID("01900000-0000-7000-8000-000000000001")
"""The one row, which is there from the first migration on."""


async def close(connection: AsyncConnection, days: Sequence[ClosedDayOut]) -> set[date]:
    """Close these days; answers those that were not closed before."""
    if not days:
        return set()
    new = insert_rows(closed_day, [day.model_dump() for day in days]).on_conflict_do_nothing()
    return set(await connection.scalars(new.returning(closed_day.c.day)))


async def open_again(connection: AsyncConnection, day: date) -> str | None:
    """What the closed day was called; None when it was none."""
    gone = delete(closed_day).where(closed_day.c.day == day).returning(closed_day.c.name)
    name: str | None = await connection.scalar(gone)
    return name
