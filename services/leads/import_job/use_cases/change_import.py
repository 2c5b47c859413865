"""A person decides about an import: how it is read and mapped, when it starts, stops, or is taken back."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.column_mapping.schemas import READ_BY, ImportOptions
from services.leads.import_job import repository
from services.leads.import_job.conversions import check_mapping
from services.leads.import_job.domain import READ, RUN, UNDO, ImportJob
from services.leads.import_job.schemas import ImportPatch
from services.leads.import_job.scope import visible
from services.leads.import_job.use_cases.look_at_file import look_at, suggested
from services.leads.import_job.use_cases.read_file import whole_file
from services.leads.import_job.use_cases.receive_file import seen
from services.leads.record.domain import Change
from services.leads.record.schemas import read
from services.leads.record.use_cases.change_record import check_seen
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.identity import Identity


async def load_import(
    connection: AsyncConnection, identity: Identity, job_id: UUID, *, lock: bool = False
) -> ImportJob:
    """The import. Refuses with `import_not_found` when it is not there or not the caller's to see."""
    return await repository.find(connection, job_id, visible(identity), lock=lock)


async def edit_import(
    connection: AsyncConnection,
    identity: Identity,
    job_id: UUID,
    patch: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> ImportJob:
    """The import with the patch merged in; the file is read anew when it is to be read differently.

    Needs a transaction. Refuses a mapping that does not fit, and anything once it has started.
    """
    job = await load_import(connection, identity, job_id, lock=True)
    body = read(ImportPatch, patch)
    merged = {**job.options, **(patch.get("options") or {})}
    options = read(ImportOptions, {name: value for name, value in merged.items() if value is not None})
    values: dict[str, Any] = {
        "options": options.model_dump(mode="json", exclude_unset=True),
        "campaign": options.campaign,
    }
    if body.on_existing is not None:
        values["on_existing"] = body.on_existing
    mapping = dict(job.mapping)
    read_anew = any(job.options.get(name) != values["options"].get(name) for name in READ_BY)
    if read_anew:
        values |= await _looked_at_again(connection, job, options)
        mapping = {
            column: mapping.get(column, {"field": guess})
            for column, guess in values["suggested_mapping"].items()
        }
    for column, rule in (body.mapping or {}).items():
        mapping[column] = rule.model_dump(mode="json", exclude_unset=True)
    columns = [column["name"] for column in values.get("columns", job.columns)]
    if body.mapping is not None or not read_anew:
        check_mapping(job.kind, columns, mapping, options)
    job = await _save(connection, job, job.edit({**values, "mapping": mapping}, now=now), seen_version)
    if read_anew:
        await repository.forget_rows(connection, job.id)
        await plan_work(connection, [Due(READ, job.id, now)])
    return job


async def start_import(
    connection: AsyncConnection,
    identity: Identity,
    job_id: UUID,
    *,
    dry_run: bool,
    seen_version: int | None,
    now: datetime,
) -> ImportJob:
    """The import, running as the caller. Refuses an incomplete mapping. Needs a transaction."""
    job = await load_import(connection, identity, job_id, lock=True)
    change = job.start(identity.model_dump(mode="json"), dry_run=dry_run, now=now)
    options = ImportOptions.model_validate(job.options)
    check_mapping(job.kind, [column["name"] for column in job.columns], job.mapping, options)
    job = await _save(connection, job, change, seen_version)
    if job.read_at is None:
        await plan_work(connection, [Due(READ, job.id, now)])
    else:
        await plan_work(connection, [Due(RUN, job.id, now)])
    return job


async def cancel_import(
    connection: AsyncConnection, identity: Identity, job_id: UUID, *, seen_version: int | None, now: datetime
) -> ImportJob:
    """The import, stopped; what it has written stays. Needs a transaction."""
    job = await load_import(connection, identity, job_id, lock=True)
    return await _save(connection, job, job.cancel(now=now), seen_version)


async def undo_import(
    connection: AsyncConnection, identity: Identity, job_id: UUID, *, seen_version: int | None, now: datetime
) -> ImportJob:
    """The import, being taken back. Needs a transaction."""
    job = await load_import(connection, identity, job_id, lock=True)
    job = await _save(connection, job, job.undo(now=now), seen_version)
    await plan_work(connection, [Due(UNDO, job.id, now)])
    return job


async def _looked_at_again(
    connection: AsyncConnection, job: ImportJob, options: ImportOptions
) -> dict[str, Any]:
    file = await whole_file(connection, job.id)
    try:
        look = await asyncio.to_thread(look_at, file, options)
    finally:
        file.close()
    guess = suggested(job.kind, look, options)
    again = {"status": "uploaded", "rows_read": 0, "read_at": None}
    return {**seen(look), "suggested_mapping": guess, "problems": list(look.problems), **again}


async def _save(
    connection: AsyncConnection, job: ImportJob, change: Change[ImportJob] | None, seen_version: int | None
) -> ImportJob:
    if change is None:
        return job
    if seen_version is not None:
        await check_seen(job, change, seen_version)
    return await repository.save(connection, job, change)
