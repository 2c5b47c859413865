"""`/v1/imports`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response
from starlette.responses import StreamingResponse

from services.leads.import_job import queries
from services.leads.import_job.domain import ImportJob
from services.leads.import_job.forms import FORM, read_form
from services.leads.import_job.refused import refused_file
from services.leads.import_job.schemas import ImportOut, ImportPatch, Preview, RowOut, Start
from services.leads.import_job.scope import visible
from services.leads.import_job.tables import import_row
from services.leads.import_job.use_cases.change_import import (
    cancel_import,
    edit_import,
    load_import,
    start_import,
    undo_import,
)
from services.leads.import_job.use_cases.preview_import import preview_import
from services.leads.import_job.use_cases.receive_file import receive_file
from services.leads.record import answers
from services.leads.record.schemas import raw
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, ServiceDatabase, Transaction

router = ServiceRouter(prefix="/v1/imports", tags=["imports"])
_READ = permission("imports:read")
_WRITE = permission("imports:write")


@router.post(
    "", response_model=ImportOut, status_code=201, openapi_extra=_WRITE | FORM, summary="Upload a file"
)
async def post_import(request: Request, connection: Transaction, caller: Caller, now: Now) -> Response:
    """`multipart/form-data`: `file` (CSV or XLSX, up to 50 MiB and 200,000 rows), `kind`, and where wanted
    `mapping` and `options` as JSON, `on_existing`, `dry_run`. 201 with Location and ETag.

    The answer names encoding, delimiter, columns with samples, and a suggested mapping. With `dry_run` it
    starts at once, else on `start`. Rows are found again by `source_system` and `external_id`; where no
    column holds ids, by file and row, so that the same file loaded again changes nothing. Problems: 413
    `import_too_large`, `body_too_large`; 415; 422 `file_unreadable`, `validation_failed` with pointers.
    """
    async with read_form(request) as form:
        job = await receive_file(
            connection, caller, form.file, form.wanted, file_name=form.file_name, now=now
        )
    return answers.one(queries.shown_import(job, now), created_at="/v1/imports")


@router.get(
    "", response_model=Page[ImportOut], openapi_extra=_READ | queries.IMPORTS.openapi, summary="Imports"
)
async def list_imports(request: Request, connection: Reading, caller: Caller, now: Now) -> Response:
    """Newest first. A rep sees the own ones."""
    shown = queries.shown_imports(now)
    return await queries.IMPORTS.answer(connection, request, where=[visible(caller)], to_item=shown)


@router.get("/{import_id}", response_model=ImportOut, openapi_extra=_READ, summary="One import")
async def get_import(import_id: UUID, connection: Reading, caller: Caller, now: Now) -> Response:
    """With its progress and its ETag. Problems: 404 `import_not_found`."""
    return _one(await load_import(connection, caller, import_id), now)


@router.patch(
    "/{import_id}", response_model=ImportOut, openapi_extra=_WRITE, summary="Change mapping or options"
)
async def patch_import(
    *,
    import_id: UUID,
    body: Annotated[raw(ImportPatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch, before it has run. The file is read anew when it is to be read differently.

    Problems: 404; 409 `import_state`; 412; 422 with a pointer for each unknown column (`unknown_column`) or
    field (`unknown_field`), field filled twice (`mapped_twice`) or not at all (`required`); 428.
    """
    job = await edit_import(connection, caller, import_id, body, seen_version=seen, now=now)
    return _one(job, now)


@router.get("/{import_id}/preview", response_model=Preview, openapi_extra=_READ, summary="The first rows")
async def get_preview(import_id: UUID, connection: Reading, caller: Caller) -> Response:
    """The first 20 rows as they would be sent, with what is wrong with them. What only the database knows
    (owners, ids taken) a dry run says. Problems: 404 `import_not_found`."""
    job = await load_import(connection, caller, import_id)
    shown = {"items": await preview_import(connection, job)}
    return Response(json_body.dumps(shown), media_type="application/json")


@router.post("/{import_id}/start", response_model=ImportOut, openapi_extra=_WRITE, summary="Start an import")
async def post_start(
    *,
    import_id: UUID,
    body: Start = Start(),
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """It runs in the worker, as the caller: a rep's new records are the rep's own. With `dry_run` nothing is
    written and it can be started again. One that was cancelled goes on where it stopped.

    Problems: 404; 409 `import_state`; 412; 422 (the mapping is incomplete); 428.
    """
    job = await start_import(connection, caller, import_id, dry_run=body.dry_run, seen_version=seen, now=now)
    return _one(job, now)


@router.post("/{import_id}/cancel", response_model=ImportOut, openapi_extra=_WRITE, summary="Stop an import")
async def post_cancel(
    import_id: UUID, connection: Transaction, caller: Caller, now: Now, seen: IfMatchOrAny
) -> Response:
    """What it has written stays; it can go on or be undone. Problems: 404; 409 `import_state`; 412; 428."""
    job = await cancel_import(connection, caller, import_id, seen_version=seen, now=now)
    return _one(job, now)


@router.post("/{import_id}/undo", response_model=ImportOut, openapi_extra=_WRITE, summary="Undo an import")
async def post_undo(
    import_id: UUID, connection: Transaction, caller: Caller, now: Now, seen: IfMatchOrAny
) -> Response:
    """Records it made are archived, unless a person has changed them since; fields it changed get their
    earlier values back where they still hold what it wrote. `GET .../rows?undone=left` says what was left
    and why. Possible for 30 days after its end. Problems: 404; 409 `import_state`; 412; 428.
    """
    job = await undo_import(connection, caller, import_id, seen_version=seen, now=now)
    return _one(job, now)


@router.get(
    "/{import_id}/rows",
    response_model=Page[RowOut],
    openapi_extra=_READ | queries.ROWS.openapi,
    summary="What became of the rows",
)
async def list_rows(request: Request, import_id: UUID, connection: Reading, caller: Caller) -> Response:
    """Rows the last run has done, in the order of the file: result, record, errors by column, cells."""
    job = await load_import(connection, caller, import_id)
    where = [import_row.c.job_id == job.id, import_row.c.number <= job.row_cursor]
    return await queries.ROWS.answer(connection, request, where=where, to_item=queries.shown_rows(job))


@router.get(
    "/{import_id}/errors.csv",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    openapi_extra=_READ,
    summary="The refused rows",
)
async def get_errors(import_id: UUID, database: ServiceDatabase, caller: Caller) -> Response:
    """CSV in UTF-8: the columns of the file and two more, `error` and `quarantine_id`; to be corrected and
    uploaded again. What comes in by that waits in quarantine no more; what is wrong again waits once.

    Cells that a spreadsheet would take for a formula begin with an apostrophe, which is dropped again when
    the file is read. Problems: 404 `import_not_found`.
    """
    async with database.reading() as connection:
        job = await load_import(connection, caller, import_id)
    name = f'attachment; filename="errors-{job.id}.csv"'
    return StreamingResponse(
        refused_file(database, job),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": name},
    )


def _one(job: ImportJob, now: Now) -> Response:
    return answers.one(queries.shown_import(job, now))
