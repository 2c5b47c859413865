"""The rows of an uploaded file are read into the database, in steps, so that a run can go on at any row."""

import asyncio
import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import IO
from uuid import UUID

from sqlalchemy import true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.import_job import repository
from services.leads.import_job.domain import READ, RUN, ImportJob
from services.leads.spreadsheet.domain import MOST_ROWS, Reading, Row, SpreadsheetError
from services.leads.spreadsheet.use_cases.open_spreadsheet import open_spreadsheet
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work

ROWS_A_STEP = 5000
_BROKEN = (SyntaxError, ValueError, LookupError, EOFError, zipfile.BadZipFile, zlib.error)


@dataclass(slots=True)
class _OpenFile:
    """A file between two steps: read up to `position` rows."""

    key: tuple[UUID, str]
    file: IO[bytes]
    rows: Iterator[Row]
    position: int = 0

    def take(self, skip: int) -> list[Row]:
        """The next rows after the first `skip` ones."""
        for _ in islice(self.rows, max(skip - self.position, 0)):
            self.position += 1
        taken = list(islice(self.rows, ROWS_A_STEP))
        self.position += len(taken)
        return taken


class FileReader:
    """Reads a step at a time; keeps the file open from one step to the next while it is the same one."""

    def __init__(self) -> None:
        self._open: _OpenFile | None = None

    async def read_step(self, connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
        """For the agenda: the next rows of each import, and the step after it."""
        for entry in entries:
            await self._step(connection, entry.subject_id, now)

    async def _step(self, connection: AsyncConnection, job_id: UUID, now: datetime) -> None:
        job = await repository.find(connection, job_id, true(), lock=True)
        if job.read_at is not None or job.status not in ("uploaded", "running"):
            return
        try:
            rows = await self._rows(connection, job)
        except (SpreadsheetError, *_BROKEN) as error:
            self._close()
            why = error.detail if isinstance(error, SpreadsheetError) else type(error).__name__
            read = job.rows_read
            await repository.save(
                connection, job, job.fail(f"Not readable after {read:,} rows: {why}", now=now)
            )
            return
        if job.rows_read + len(rows) > MOST_ROWS:
            self._close()
            why = f"Up to {MOST_ROWS:,} rows are taken; split the file."
            await repository.save(connection, job, job.fail(why, now=now))
            return
        await repository.add_rows(connection, job.id, rows)
        await self._go_on(connection, job, len(rows), now)

    async def _go_on(self, connection: AsyncConnection, job: ImportJob, read: int, now: datetime) -> None:
        rows_read = job.rows_read + read
        if read == ROWS_A_STEP:
            await repository.save(connection, job, job.progress(now=now, rows_read=rows_read))
            await plan_work(connection, [Due(READ, job.id, now)])
            return
        self._close()
        job = await repository.save(connection, job, job.read(rows_read, now=now))
        if job.status == "running":
            await plan_work(connection, [Due(RUN, job.id, now)])

    async def _rows(self, connection: AsyncConnection, job: ImportJob) -> list[Row]:
        reading = reading_of(job)
        key = (job.id, json.dumps([job.found, job.file_sha256], sort_keys=True))
        opened = self._open
        if opened is None or opened.key != key or opened.position > job.rows_read:
            self._close()
            file = await whole_file(connection, job.id)
            spreadsheet = await asyncio.to_thread(open_spreadsheet, file, reading)
            opened = self._open = _OpenFile(key, file, spreadsheet.rows())
        return await asyncio.to_thread(opened.take, job.rows_read)

    def _close(self) -> None:
        if self._open is not None:
            self._open.file.close()
            self._open = None


def reading_of(job: ImportJob) -> Reading:
    """How the file was found to be written, so that it is read the same way again."""
    found = job.found
    return Reading(
        delimiter=found.get("delimiter"),
        encoding=found.get("encoding"),
        sheet=found.get("sheet"),
        header_row=found.get("header_row"),
    )


async def whole_file(connection: AsyncConnection, job_id: UUID) -> IO[bytes]:
    """The file of its pieces, on disk. The caller closes it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the caller
    async for part in repository.parts(connection, job_id):
        file.write(part)
    return file
