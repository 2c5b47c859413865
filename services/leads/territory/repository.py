"""Territories, their versions and assignments to and from their tables."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, exists, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.record_table import RecordTable
from services.leads.territory.domain import Territory
from services.leads.territory.tables import territory, territory_assignment, territory_version

TERRITORIES = RecordTable(territory, Territory, {})
_row, _edition, _work = territory.c, territory_version.c, territory_assignment.c
_COPIED = tuple(
    name for name in TERRITORIES.columns if name not in ("id", "edition", "version", "field_versions")
)


async def find_version(connection: AsyncConnection, number: int, *, lock: bool = False) -> RowMapping | None:
    """One version of the territories."""
    query = select(territory_version).where(_edition.number == number)
    rows = await connection.execute(query.with_for_update() if lock else query)
    return rows.mappings().first()


async def active_number(connection: AsyncConnection) -> int:
    """The version that decides."""
    found = await connection.scalar(select(_edition.number).where(_edition.status == "active"))
    return int(found or 0)


async def count_activations(connection: AsyncConnection) -> int:
    """How many versions have decided so far, the active one included."""
    ever = select(func.count()).select_from(territory_version).where(_edition.status != "draft")
    return int(await connection.scalar(ever) or 0)


async def is_in_any_version(connection: AsyncConnection, territory_id: UUID) -> bool:
    """Whether there is or was such a territory, drafts included."""
    there = exists(select(_row.id).where(_row.territory_id == territory_id))
    return bool(await connection.scalar(select(there)))


async def newest_draft(connection: AsyncConnection) -> int | None:
    """The draft made last."""
    found: int | None = await connection.scalar(
        select(func.max(_edition.number)).where(_edition.status == "draft")
    )
    return found


async def copy_active(connection: AsyncConnection, note: str | None, now: datetime) -> RowMapping:
    """A new draft with everything that the active version has."""
    active = await active_number(connection)
    last = await connection.scalar(select(func.max(_edition.number)))
    number = int(last or 0) + 1
    new = insert(territory_version).values(number=number, status="draft", note=note, created_at=now)
    rows = await connection.execute(new.returning(territory_version))
    made: RowMapping = rows.mappings().one()
    copies = select(
        func.gen_random_uuid(),
        literal(number),
        literal(1),
        func.jsonb_build_object(),
        *(_row[name] for name in _COPIED),
    ).where(_row.edition == active, _row.archived_at.is_(None))
    columns = ["id", "edition", "version", "field_versions", *_COPIED]
    await connection.execute(insert(territory).from_select(columns, copies, include_defaults=False))
    return made


async def activate(connection: AsyncConnection, number: int, now: datetime) -> None:
    """This version decides from now on; the one before is kept."""
    await connection.execute(
        update(territory_version).where(_edition.status == "active").values(status="archived")
    )
    await connection.execute(
        update(territory_version).where(_edition.number == number).values(status="active", activated_at=now)
    )


async def of_version(connection: AsyncConnection, number: int) -> list[Territory]:
    """The territories of a version."""
    return await TERRITORIES.find_where(connection, _row.edition == number, _row.archived_at.is_(None))


async def workers_at(connection: AsyncConnection, now: datetime) -> dict[UUID, tuple[UUID, ...]]:
    """Who works each territory at this instant."""
    rows = await connection.execute(
        select(_work.territory_id, _work.member_id)
        .where(_work.starts_at <= now, or_(_work.ends_at.is_(None), _work.ends_at > now))
        .order_by(_work.territory_id, _work.member_id)
    )
    found: dict[UUID, tuple[UUID, ...]] = {}
    for row in rows:
        found[row.territory_id] = (*found.get(row.territory_id, ()), row.member_id)
    return found


async def add_assignment(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    """Somebody works a territory."""
    await connection.execute(insert(territory_assignment).values(**row))


async def end_assignment(
    connection: AsyncConnection, territory_id: UUID, assignment_id: UUID, now: datetime
) -> bool:
    """It ends now, and stays in the history; whether it was there and had not ended."""
    gone = await connection.execute(
        update(territory_assignment)
        .where(
            _work.id == assignment_id,
            _work.territory_id == territory_id,
            or_(_work.ends_at.is_(None), _work.ends_at > now),
        )
        .values(ends_at=func.greatest(_work.starts_at, now))
    )
    return bool(gone.rowcount)
