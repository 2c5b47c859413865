"""Imports, the pieces of their files and their rows, to and from their tables."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, any_, delete, insert, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.import_job.domain import ImportJob, ImportJobError, RowStatus
from services.leads.import_job.tables import import_job, import_part, import_row
from services.leads.record.domain import Change, Draft
from services.leads.record.record_table import RecordTable
from services.leads.spreadsheet.domain import Row
from services.leads.tables import SOURCE
from shared.contracts.errors import FieldError
from shared.observability.causes import event_context
from shared.persistence.bulk import insert_rows, recordset

JOBS = RecordTable(import_job, ImportJob, {})
PART_BYTES = 1024 * 1024
_RESULT = ("status", "became", "record_id", "record_version", "changes", "errors", "quarantine_id")


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row. Of a rejected one that can be corrected `payload` is what it says and `faults`
    what is wrong with that: both go into quarantine."""

    number: int
    status: RowStatus
    became: str | None = None
    record_id: UUID | None = None
    record_version: int | None = None
    changes: Mapping[str, Any] | None = None
    errors: Sequence[Mapping[str, Any]] = field(default_factory=list)
    payload: Mapping[str, Any] | None = None
    faults: Sequence[FieldError] = ()
    quarantine_id: UUID | None = None


async def find(
    connection: AsyncConnection, job_id: UUID, within: ColumnElement[bool], *, lock: bool = False
) -> ImportJob:
    """The import. Refuses with `import_not_found`."""
    job = await JOBS.find(connection, job_id, within, lock=lock)
    if job is None:
        raise ImportJobError("import_not_found", "There is no such import.")
    return job


async def add(connection: AsyncConnection, steps: Sequence[Change[ImportJob]]) -> None:
    """A new import, after these steps."""
    await JOBS.insert_new(connection, [Draft(None, tuple(steps))], event_context(SOURCE))


async def save(connection: AsyncConnection, before: ImportJob, change: Change[ImportJob]) -> ImportJob:
    """Its next version. The row must be locked."""
    await JOBS.save(connection, [Draft(before, (change,))], event_context(SOURCE))
    return change.after


async def add_part(connection: AsyncConnection, job_id: UUID, position: int, content: bytes) -> None:
    """One piece of the file."""
    await connection.execute(insert(import_part).values(job_id=job_id, position=position, content=content))


async def parts(connection: AsyncConnection, job_id: UUID) -> AsyncIterator[bytes]:
    """The file, piece by piece."""
    part = import_part.c
    position = 0
    while True:
        one = select(part.content).where(part.job_id == job_id, part.position == position)
        content = await connection.scalar(one)
        if content is None:
            return
        yield content
        position += 1


async def forget(connection: AsyncConnection, job_id: UUID) -> None:
    """Delete the file and the rows."""
    await connection.execute(delete(import_part).where(import_part.c.job_id == job_id))
    await forget_rows(connection, job_id)


async def forget_rows(connection: AsyncConnection, job_id: UUID) -> None:
    """Delete the rows, to be read anew."""
    await connection.execute(delete(import_row).where(import_row.c.job_id == job_id))


async def add_rows(connection: AsyncConnection, job_id: UUID, rows: Sequence[Row]) -> None:
    """Rows as they were read."""
    if rows:
        await connection.execute(
            insert_rows(
                import_row,
                [
                    {
                        "job_id": job_id,
                        "number": row.number,
                        "cells": row.cells,
                        "status": "pending",
                        "errors": [reading_fault(row)] if row.fault is not None else [],
                    }
                    for row in rows
                ],
            )
        )


def reading_fault(row: Row) -> dict[str, Any]:
    """The fault of a row as an error of its report."""
    fault = row.fault
    return {
        "column": None,
        "value": None,
        "code": "" if fault is None else fault.code,
        "detail": "" if fault is None else fault.detail,
        "reading": True,
    }


async def rows_after(
    connection: AsyncConnection, job_id: UUID, number: int, most: int
) -> Sequence[tuple[int, list[Any], list[Mapping[str, Any]]]]:
    """The next rows: number, cells, and what was found wrong when they were read."""
    row = import_row.c
    found = await connection.execute(
        select(row.number, row.cells, row.errors)
        .where(row.job_id == job_id, row.number > number)
        .order_by(row.number)
        .limit(most)
    )
    return [(number, cells, [e for e in errors if e.get("reading")]) for number, cells, errors in found]


async def write_results(connection: AsyncConnection, job_id: UUID, results: Sequence[RowResult]) -> None:
    """What became of the rows, in one statement."""
    rows = [{name: getattr(result, name) for name in ("number", *_RESULT)} for result in results]
    given = recordset(import_row, rows)
    await connection.execute(
        update(import_row)
        .where(import_row.c.job_id == job_id, import_row.c.number == given.c.number)
        .values({name: given.c[name] for name in _RESULT})
    )


async def settle_row(connection: AsyncConnection, job_id: UUID, result: RowResult) -> None:
    """What became of a row after all; where it waited stays known."""
    known = {name: getattr(result, name) for name in _RESULT if name != "quarantine_id"}
    mine = (import_row.c.job_id == job_id, import_row.c.number == result.number)
    await connection.execute(update(import_row).where(*mine).values(known))


async def records_to_undo(connection: AsyncConnection, job_id: UUID, most: int) -> list[UUID]:
    """Records the job wrote that have not been taken back yet."""
    row = import_row.c
    found = await connection.scalars(
        select(row.record_id)
        .where(
            row.job_id == job_id,
            row.record_id.is_not(None),
            row.became.in_(("created", "updated")),
            row.undone.is_(None),
        )
        .distinct()
        .limit(most)
    )
    return [record_id for record_id in found if record_id is not None]


async def writes_of(
    connection: AsyncConnection, job_id: UUID, record_ids: Collection[UUID]
) -> Sequence[tuple[UUID, str, int, Mapping[str, Any]]]:
    """What the job's rows did to these records, first row first: record, became, version, changes."""
    row = import_row.c
    wanted = any_(literal(sorted(record_ids), ARRAY(Uuid)))
    found = await connection.execute(
        select(row.record_id, row.became, row.record_version, row.changes)
        .where(row.job_id == job_id, row.record_id == wanted, row.became.in_(("created", "updated")))
        .order_by(row.number)
    )
    return [(record, became, version, changes or {}) for record, became, version, changes in found]


async def mark_undone(connection: AsyncConnection, job_id: UUID, marks: Sequence[Mapping[str, Any]]) -> None:
    """How the rows of each record were taken back, in one statement. Keys: record_id, undone, kept."""
    given = recordset(import_row, marks)
    await connection.execute(
        update(import_row)
        .where(import_row.c.job_id == job_id, import_row.c.record_id == given.c.record_id)
        .values(undone=given.c.undone, kept=given.c.kept)
    )


async def same_file(
    connection: AsyncConnection, sha256: str, within: ColumnElement[bool]
) -> tuple[UUID, datetime] | None:
    """The newest import of the same bytes: its id and when it came."""
    job = import_job.c
    found = await connection.execute(
        select(job.id, job.created_at)
        .where(job.file_sha256 == sha256, within)
        .order_by(job.created_at.desc())
        .limit(1)
    )
    row = found.first()
    return None if row is None else (row.id, row.created_at)
