"""A file is uploaded: looked at, kept in pieces, and read by the worker from then on."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.import_job import repository
from services.leads.import_job.conversions import check_mapping
from services.leads.import_job.domain import FILE_KEPT, FORGET, READ, ImportJob, ImportJobError, uploaded
from services.leads.import_job.schemas import NewImport
from services.leads.import_job.scope import visible
from services.leads.import_job.use_cases.look_at_file import Look, look_at, measure, suggested
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id


async def receive_file(
    connection: AsyncConnection,
    identity: Identity,
    file: IO[bytes],
    wanted: NewImport,
    *,
    file_name: str,
    now: datetime,
) -> ImportJob:
    """The new import; with `dry_run` given it starts at once. Needs a transaction.

    Refuses `file_unreadable`, `import_too_large`, and a mapping or options that do not fit the file.
    """
    if identity.member_id is None:
        raise ImportJobError("forbidden", "Only a member imports files.")
    size, sha256 = await asyncio.to_thread(measure, file)
    look = await asyncio.to_thread(look_at, file, wanted.options)
    guess = suggested(wanted.kind, look, wanted.options)
    again = await repository.same_file(connection, sha256, visible(identity))
    job = ImportJob(
        id=new_id(),
        owner_id=identity.member_id,
        identity=identity.model_dump(mode="json"),
        kind=wanted.kind,
        file_name=file_name[:200],
        file_bytes=size,
        file_sha256=sha256,
        created_at=now,
        updated_at=now,
        options=wanted.options.model_dump(mode="json", exclude_unset=True),
        mapping=_kept(wanted.mapping, guess),
        suggested_mapping=guess,
        on_existing=wanted.on_existing,
        campaign=wanted.options.campaign,
        problems=[*look.problems, *_said_of(again)],
        **seen(look),
    )
    if wanted.mapping is not None or wanted.dry_run is not None:
        check_mapping(job.kind, [column["name"] for column in job.columns], job.mapping, wanted.options)
    steps = [uploaded(job)]
    if wanted.dry_run is not None:
        steps.append(job.start(job.identity, dry_run=wanted.dry_run, now=now))
        job = steps[-1].after
    await repository.add(connection, steps)
    await _keep(connection, job, file)
    await plan_work(connection, [Due(READ, job.id, now), Due(FORGET, job.id, now + FILE_KEPT)])
    return job


def _kept(mapping: Mapping[str, Any] | None, guess: Mapping[str, Any]) -> dict[str, Any]:
    """The rules as given, else as guessed, in their long form."""
    if mapping is None:
        return {column: {"field": field} for column, field in guess.items()}
    return {column: rule.model_dump(mode="json", exclude_unset=True) for column, rule in mapping.items()}


def seen(look: Look) -> dict[str, Any]:
    """What the look found, by the fields of an import."""
    return {"found": look.found, "columns": look.columns, "head": look.head, "rows_total": look.rows}


def _said_of(again: tuple[UUID, datetime] | None) -> list[str]:
    if again is None:
        return []
    return [f"The same file was uploaded at {again[1]:%Y-%m-%d %H:%M} UTC as import {again[0]}."]


async def _keep(connection: AsyncConnection, job: ImportJob, file: IO[bytes]) -> None:
    file.seek(0)
    position = 0
    while block := await asyncio.to_thread(file.read, repository.PART_BYTES):
        await repository.add_part(connection, job.id, position, block)
        position += 1
