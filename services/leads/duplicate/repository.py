"""Pairs and scans to and from their tables."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Uuid, and_, any_, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.duplicate.domain import Candidate
from services.leads.duplicate.tables import duplicate_candidate as table
from services.leads.duplicate.tables import duplicate_scan
from services.leads.record.domain import field_names
from shared.persistence.bulk import insert_rows

_FIELDS = field_names(Candidate)
_RENEWED = ("score", "rule_id", "rule", "reasons", "updated_at")


async def put(connection: AsyncConnection, candidates: Sequence[Candidate]) -> dict[tuple[UUID, UUID], UUID]:
    """Keep the pairs, by ids the open ones' ids. A pair that was decided stays as it is."""
    pairs = {(each.a_id, each.b_id): each for each in candidates}
    if not pairs:
        return {}
    rows = [_row(pairs[pair]) for pair in sorted(pairs)]
    new = insert_rows(table, rows)
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["a_id", "b_id"],
            set_={**{name: new.excluded[name] for name in _RENEWED}, "version": table.c.version + 1},
            where=and_(
                table.c.status == "open",
                or_(table.c.score != new.excluded.score, table.c.rule_id != new.excluded.rule_id),
            ),
        )
    )
    wanted = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    found = await connection.execute(
        select(table.c.id, table.c.a_id, table.c.b_id).where(
            table.c.a_id == any_(literal(wanted[0], ARRAY(Uuid))),
            table.c.b_id == any_(literal(wanted[1], ARRAY(Uuid))),
            table.c.status == "open",
        )
    )
    return {(row.a_id, row.b_id): row.id for row in found if (row.a_id, row.b_id) in pairs}


async def find(connection: AsyncConnection, candidate_id: UUID, *, lock: bool = False) -> Candidate | None:
    """The pair, if there is one of this id."""
    query = select(*(table.c[name] for name in _FIELDS)).where(table.c.id == candidate_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().first()
    return None if row is None else Candidate(**row)


async def save(connection: AsyncConnection, candidate: Candidate) -> None:
    """Write the next version of a locked pair."""
    await connection.execute(update(table).where(table.c.id == candidate.id).values(_row(candidate)))


async def linked_to(connection: AsyncConnection, lead_id: UUID) -> set[UUID]:
    """The contacts and accounts that pairs say a lead is of."""
    query = select(table.c.b_id).where(table.c.a_id == lead_id, table.c.status == "linked")
    return set((await connection.execute(query)).scalars())


async def settle(
    connection: AsyncConnection,
    losers: Collection[UUID],
    merge_id: UUID,
    *,
    by: str | None,
    now: datetime,
) -> None:
    """Open pairs with a record that was merged into another are decided by that merge."""
    gone = literal(sorted(losers), ARRAY(Uuid))
    await connection.execute(
        update(table)
        .where(or_(table.c.a_id == any_(gone), table.c.b_id == any_(gone)), table.c.status == "open")
        .values(
            status="merged",
            merge_id=merge_id,
            decided_at=now,
            decided_by=by,
            updated_at=now,
            version=table.c.version + 1,
        )
    )


async def unsettle(connection: AsyncConnection, merge_id: UUID, *, now: datetime) -> None:
    """The pairs a merge decided wait again."""
    await connection.execute(
        update(table)
        .where(table.c.merge_id == merge_id)
        .values(
            status="open",
            merge_id=None,
            decided_at=None,
            decided_by=None,
            updated_at=now,
            version=table.c.version + 1,
        )
    )


async def start_scan(connection: AsyncConnection, scan: Mapping[str, Any]) -> RowMapping:
    """The new scan, or the one that is running."""
    new = insert(duplicate_scan).values(**scan).on_conflict_do_nothing()
    await connection.execute(new)
    running = select(duplicate_scan).where(duplicate_scan.c.status == "running").limit(1)
    return (await connection.execute(running)).mappings().one()


async def find_scan(connection: AsyncConnection, scan_id: UUID, *, lock: bool = False) -> RowMapping | None:
    """The scan, if there is one of this id."""
    query = select(duplicate_scan).where(duplicate_scan.c.id == scan_id)
    return (await connection.execute(query.with_for_update() if lock else query)).mappings().first()


async def advance_scan(connection: AsyncConnection, scan_id: UUID, values: Mapping[str, Any]) -> None:
    """Where the scan is now."""
    await connection.execute(update(duplicate_scan).where(duplicate_scan.c.id == scan_id).values(**values))


def _row(candidate: Candidate) -> dict[str, Any]:
    return {name: getattr(candidate, name) for name in _FIELDS}
