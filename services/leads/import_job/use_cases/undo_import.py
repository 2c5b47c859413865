"""What an import has written is taken back, in pieces, as far as nobody has changed it since."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.import_job import repository
from services.leads.import_job.domain import FILE_KEPT, FORGET, ROWS_AT_ONCE, UNDO
from services.leads.import_job.kinds import IMPORTED
from services.leads.intake.use_cases.discard_source import discard_source
from services.leads.record.use_cases.take_back import Loaded, TakenBack
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.identity import Identity
from shared.observability import context


async def undo_imports(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """For the agenda: the next records of each import that is being undone."""
    for entry in entries:
        context.correlation_id.set(entry.correlation_id or "-")
        await _undo_piece(connection, entry.subject_id, now)


async def _undo_piece(connection: AsyncConnection, job_id: UUID, now: datetime) -> None:
    job = await repository.find(connection, job_id, true(), lock=True)
    if job.status != "undoing":
        return
    context.actor.set(Identity.model_validate(job.identity).sub)
    records = await repository.records_to_undo(connection, job.id, ROWS_AT_ONCE)
    done: dict[str, Any] = {}
    if records:
        writes = await repository.writes_of(connection, job.id, records)
        taken = await IMPORTED[job.kind].take_back(connection, loads_of(writes), now=now)
        await repository.mark_undone(connection, job.id, [_mark(each) for each in taken])
        done = {"undone": dict(Counter(job.undone) + Counter(each.how for each in taken))}
    if len(records) == ROWS_AT_ONCE:
        await repository.save(connection, job, job.progress(now=now, **done))
        await plan_work(connection, [Due(UNDO, job.id, now)])
        return
    await repository.save(connection, job, job.end_undo(now=now, **done))
    await discard_source(connection, job.id, "The import was undone.", now=now)
    await plan_work(connection, [Due(FORGET, job.id, now + FILE_KEPT)])


def loads_of(writes: Sequence[tuple[UUID, str, int, Mapping[str, Any]]]) -> list[Loaded]:
    """What all rows together did to each record: of each field what was before the first, after the last."""
    versions: dict[UUID, set[int]] = {}
    created: set[UUID] = set()
    fields: dict[UUID, dict[str, tuple[Any, Any]]] = {}
    for record, became, version, changes in writes:
        versions.setdefault(record, set()).add(version)
        if became == "created":
            created.add(record)
        changed = fields.setdefault(record, {})
        for name, (before, after) in changes.items():
            changed[name] = (changed[name][0] if name in changed else before, after)
    return [
        Loaded(record, record in created, frozenset(versions[record]), fields[record]) for record in versions
    ]


def _mark(taken: TakenBack) -> dict[str, Any]:
    kept = None if taken.why is None else {"why": taken.why, "fields": taken.kept}
    return {"record_id": taken.record_id, "undone": taken.how, "kept": kept}


async def forget_files(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """For the agenda: files and rows of imports that ended long ago are deleted; one at work is kept."""
    for entry in entries:
        job = await repository.find(connection, entry.subject_id, true(), lock=True)
        if job.status in ("running", "undoing"):
            await plan_work(connection, [Due(FORGET, job.id, now + FILE_KEPT)])
            continue
        await repository.forget(connection, job.id)
        await repository.save(connection, job, job.forget(now=now))
