"""An import runs in pieces: each in the transaction that takes it off the agenda, so a row counts once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import true
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.channel_catalogue.use_cases.name_channels import fresh_catalogue
from services.leads.column_mapping.conversion import Conversion
from services.leads.import_job import repository
from services.leads.import_job.conversions import conversion_of
from services.leads.import_job.domain import FILE_KEPT, FORGET, RESENT, ROWS_AT_ONCE, RUN, ImportJob
from services.leads.import_job.repository import RowResult
from services.leads.import_job.use_cases.load_rows import SourceRow, load_rows, read_bodies
from services.leads.intake.domain import Kept
from services.leads.intake.use_cases.keep_in_quarantine import keep_in_quarantine
from services.leads.intake.use_cases.settle_resent import Resent, settle_resent
from services.leads.tables import ORGANISATION
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.errors import FieldError
from shared.contracts.identity import Identity
from shared.messaging.failures import is_transient
from shared.observability import context
from shared.organisation.queries import load_organisation


async def run_imports(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """For the agenda: the next piece of each import, and the one after it."""
    for entry in entries:
        context.correlation_id.set(entry.correlation_id or "-")
        await _run_piece(connection, entry.subject_id, now)


async def _run_piece(connection: AsyncConnection, job_id: UUID, now: datetime) -> None:
    job = await repository.find(connection, job_id, true(), lock=True)
    if job.status != "running" or job.read_at is None:
        return
    context.actor.set(Identity.model_validate(job.identity).sub)
    rows = await repository.rows_after(connection, job.id, job.row_cursor, ROWS_AT_ONCE)
    done: dict[str, Any] = {}
    if rows:
        await fresh_catalogue(connection)
        organisation = await load_organisation(connection, ORGANISATION)
        conversion = conversion_of(job, ZoneInfo(organisation.calendar.time_zone))
        results = await _load(connection, job, conversion, rows, now)
        if not job.dry_run:
            results = await _kept(connection, job, results, now)
            await _settle_resent(connection, job, rows, results, now)
        await repository.write_results(connection, job.id, results)
        counts = Counter(job.counts) + Counter(result.status for result in results)
        done = {"row_cursor": rows[-1][0], "counts": dict(counts)}
    if len(rows) == ROWS_AT_ONCE:
        await repository.save(connection, job, job.progress(now=now, **done))
        await plan_work(connection, [Due(RUN, job.id, now)])
        return
    await repository.save(connection, job, job.end(now=now, **done))
    await plan_work(connection, [Due(FORGET, job.id, now + FILE_KEPT)])


async def _load(
    connection: AsyncConnection,
    job: ImportJob,
    conversion: Conversion,
    rows: Sequence[SourceRow],
    now: datetime,
) -> list[RowResult]:
    """All at once; when the database refuses that, one by one, so that one row never holds up the rest."""
    try:
        return await _tried(connection, job, conversion, rows, now)
    except DBAPIError as error:
        if is_transient(error):
            raise
    results = []
    for row in rows:
        try:
            results += await _tried(connection, job, conversion, [row], now)
        except DBAPIError as error:
            if is_transient(error):
                raise
            refusal = {"column": None, "value": None, "code": "invalid", "detail": "It cannot be stored."}
            payload = read_bodies(job, conversion, [row]).sent[row[0]]
            faults = [FieldError("", "invalid", refusal["detail"] or "")]
            results.append(RowResult(row[0], "rejected", errors=[refusal], payload=payload, faults=faults))
    return results


async def _kept(
    connection: AsyncConnection, job: ImportJob, results: Sequence[RowResult], now: datetime
) -> list[RowResult]:
    """Rejected rows that can be corrected wait in quarantine."""
    faulty = [result for result in results if result.payload is not None]
    entries = [
        Kept(
            door="import",
            source_id=job.id,
            payload=result.payload or {},
            errors=result.faults,
            record_kind=job.kind,
            row_number=result.number,
            owner_id=job.owner_id,
        )
        for result in faulty
    ]
    ids = await keep_in_quarantine(connection, entries, now=now)
    kept = {result.number: entry_id for result, entry_id in zip(faulty, ids, strict=True)}
    return [replace(result, quarantine_id=kept.get(result.number)) for result in results]


async def _settle_resent(
    connection: AsyncConnection,
    job: ImportJob,
    rows: Sequence[SourceRow],
    results: Sequence[RowResult],
    now: datetime,
) -> None:
    """Rows that were refused in an earlier file and came in now wait there no more; those that were refused
    again wait here only."""
    place = next((at for at, column in enumerate(job.columns) if column["name"] == RESENT), None)
    if place is None:
        return
    named = {number: _id_in(cells, place) for number, cells, _ in rows}
    resent = [
        Resent(entry_id, None if result.status == "rejected" else result.record_id)
        for result in results
        if (entry_id := named[result.number]) is not None
        and (result.record_id is not None or result.quarantine_id is not None)
    ]
    await settle_resent(connection, Identity.model_validate(job.identity), resent, job.id, now=now)


def _id_in(cells: Sequence[Any], place: int) -> UUID | None:
    try:
        return UUID(str(cells[place]).strip()) if place < len(cells) else None
    except ValueError:
        return None


async def _tried(
    connection: AsyncConnection,
    job: ImportJob,
    conversion: Conversion,
    rows: Sequence[SourceRow],
    now: datetime,
) -> list[RowResult]:
    """In a savepoint. A dry run does the same and takes it back, keeping only what would have become."""
    async with connection.begin_nested() as savepoint:
        results = await load_rows(connection, job, conversion, rows, now)
        if job.dry_run:
            await savepoint.rollback()
    return [_without_record(each) for each in results] if job.dry_run else results


def _without_record(result: RowResult) -> RowResult:
    """A record that was not made has no id."""
    kept = None if result.became == "created" else result.record_id
    return RowResult(result.number, result.status, None, kept, errors=result.errors)
