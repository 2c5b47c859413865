"""Models to and from their table."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.record_table import RecordTable
from services.leads.score_model.grading import THE_GRADING, Grading
from services.leads.score_model.tables import scoring_model as table
from services.leads.score_model.tables import scoring_settings
from services.leads.setting_history.use_cases.keep_history import history_of

MOST = 200
_DESCRIBED = [column for column in table.c if column.name != "numbers"]


GRADINGS = RecordTable(scoring_settings, Grading, {}, history_of("scoring_settings"))


async def find_current(connection: AsyncConnection) -> tuple[int, str, int] | None:
    """Version and state of the model in service, else of the newest training, and the version of the
    grading; None when nothing was trained."""
    grading = select(scoring_settings.c.version).where(scoring_settings.c.id == THE_GRADING).scalar_subquery()
    query = select(table.c.version, table.c.state, grading.label("grading"))
    newest = query.order_by(table.c.active.desc(), table.c.version.desc()).limit(1)
    row = (await connection.execute(newest)).first()
    return None if row is None else (row.version, row.state, row.grading)


async def find_numbers(connection: AsyncConnection, version: int) -> dict[str, Any] | None:
    """The model itself, as JSON."""
    found: dict[str, Any] | None = await connection.scalar(
        select(table.c.numbers).where(table.c.version == version)
    )
    return found


async def describe(connection: AsyncConnection, version: int | None = None) -> dict[str, Any] | None:
    """Everything about a model but its numbers: of this version, else the one in service, else the newest."""
    query = select(*_DESCRIBED).order_by(table.c.active.desc(), table.c.version.desc()).limit(1)
    if version is not None:
        query = query.where(table.c.version == version)
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else dict(row)


async def describe_all(connection: AsyncConnection) -> list[dict[str, Any]]:
    """The newest 200, newest first."""
    rows = await connection.execute(select(*_DESCRIBED).order_by(table.c.version.desc()).limit(MOST))
    return [dict(row) for row in rows.mappings()]


async def newest(connection: AsyncConnection) -> dict[str, Any] | None:
    """What the newest training came to, in service or not."""
    query = select(*_DESCRIBED).order_by(table.c.version.desc()).limit(1)
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else dict(row)


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> int:
    """A new model under the next version, which is answered. Not in service yet."""
    following = select(func.coalesce(func.max(table.c.version), 0) + 1).scalar_subquery()
    new = insert(table).values(version=following, active=False, **values).returning(table.c.version)
    version: int = (await connection.execute(new)).scalar_one()
    return version


async def put_in_service(connection: AsyncConnection, version: int) -> None:
    """This model and no other is in service."""
    await connection.execute(update(table).where(table.c.active).values(active=False))
    await connection.execute(update(table).where(table.c.version == version).values(active=True))


async def note(connection: AsyncConnection, version: int, text: str) -> None:
    """Why the model is or is not in service."""
    await connection.execute(update(table).where(table.c.version == version).values(note=text))
