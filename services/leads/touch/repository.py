"""Touches to and from their table."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, FromClause, RowMapping, Uuid, any_, exists, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.repository import Beside, rows_beside, rows_of
from services.leads.touch.domain import Touch
from services.leads.touch.tables import lead_touch as table
from shared.persistence.bulk import insert_rows

_COLUMNS = tuple(column.name for column in table.columns)
_PARAMETER = "new_ways"
_COUNTED = 100


@dataclass(frozen=True, slots=True)
class NewWays:
    """Touches by a way the lead has not come by yet, of leads that are written."""

    def build(self, written: CTE) -> CTE:
        """The insert beside the leads."""
        rows = rows_of(table, _PARAMETER)
        return _by_new_ways(rows, rows.c.lead_id.in_(select(written.c.id))).cte("new_ways_beside")


def beside(touches: Sequence[Touch]) -> Beside:
    """Touches written with the leads they are about."""
    return rows_beside(table, [touch.row() for touch in touches], record="lead_id")


def new_ways_beside(touches: Sequence[Touch]) -> Beside:
    """The same, those left out by whose way the lead came before."""
    return Beside(NewWays(), {_PARAMETER: [touch.row() for touch in touches]})


async def add(connection: AsyncConnection, touches: Sequence[Touch]) -> None:
    """Touches of leads that are there."""
    await connection.execute(insert_rows(table, [touch.row() for touch in touches]))


async def add_new_ways(connection: AsyncConnection, touches: Sequence[Touch]) -> None:
    """The same, those left out by whose way the lead came before."""
    rows = rows_of(table, _PARAMETER)
    await connection.execute(_by_new_ways(rows), {_PARAMETER: [touch.row() for touch in touches]})


async def of_lead(connection: AsyncConnection, lead_id: UUID) -> Sequence[RowMapping]:
    """The first 1,000 touches of a lead, oldest first."""
    query = select(table).where(table.c.lead_id == lead_id).order_by(table.c.at, table.c.id).limit(1000)
    return (await connection.execute(query)).mappings().all()


def _by_new_ways(rows: FromClause, *conditions: ColumnElement[bool]) -> Insert:
    known = table.alias("known")
    seen = exists().where(known.c.lead_id == rows.c.lead_id, known.c.fingerprint == rows.c.fingerprint)
    chosen = select(*(rows.c[name] for name in _COLUMNS)).where(~seen, *conditions)
    return insert(table).from_select(list(_COLUMNS), chosen, include_defaults=False)


async def times_of(
    connection: AsyncConnection, lead_ids: Collection[UUID], kinds: Collection[str]
) -> list[tuple[UUID, str, datetime]]:
    """Lead, kind and time of these leads' touches of these kinds, the newest 100 of each lead."""
    place = func.row_number().over(partition_by=table.c.lead_id, order_by=table.c.at.desc())
    found = (
        select(table.c.lead_id, table.c.kind, table.c.at, place.label("place"))
        .where(
            table.c.lead_id == any_(literal(sorted(lead_ids), ARRAY(Uuid))), table.c.kind.in_(sorted(kinds))
        )
        .subquery()
    )
    rows = await connection.execute(
        select(found.c.lead_id, found.c.kind, found.c.at).where(found.c.place <= _COUNTED)
    )
    return [(row.lead_id, row.kind, row.at) for row in rows]
