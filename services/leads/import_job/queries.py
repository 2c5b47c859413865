"""Lists of imports and of their rows, and how an import is shown."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Subquery, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.import_job.domain import KINDS, ROW_STATUSES, STATUSES, UNDONE, ImportJob, rows_per_second
from services.leads.import_job.schemas import ImportOut, RowOut
from services.leads.import_job.tables import import_job, import_row
from services.leads.record.domain import field_names
from shared.contracts.periods import Period
from shared.web.listing import Field, Listing

_AT_ONCE = 1000
_MADE_OF_OTHERS = ("file", "rows_processed", "rows_per_second")

IMPORTS = Listing(
    name="imports",
    table=import_job,
    default_sort="-created_at",
    fields={
        "id": Field(import_job.c.id, "uuid", sortable=True),
        "kind": Field(import_job.c.kind, "enum", values=KINDS),
        "status": Field(import_job.c.status, "enum", values=STATUSES),
        "owner_id": Field(import_job.c.owner_id, "uuid"),
        "campaign": Field(import_job.c.campaign, "text"),
        "created_at": Field(import_job.c.created_at, "datetime", sortable=True),
        "started_at": Field(import_job.c.started_at, "datetime"),
        "handed_over_at": Field(import_job.c.handed_over_at, "datetime"),
    },
    columns=list(import_job.c),
    item_fields=tuple(ImportOut.model_fields),
)
ROWS = Listing(
    name="import_rows",
    table=import_row,
    default_sort="number",
    fields={
        "number": Field(import_row.c.number, "int", sortable=True),
        "status": Field(import_row.c.status, "enum", values=ROW_STATUSES),
        "undone": Field(import_row.c.undone, "enum", values=UNDONE),
        "record_id": Field(import_row.c.record_id, "uuid"),
        "quarantine_id": Field(import_row.c.quarantine_id, "uuid"),
    },
    columns=[import_row.c[name] for name in RowOut.model_fields],
    item_fields=tuple(RowOut.model_fields),
    id_field="number",
)


def shown_import(job: ImportJob, now: datetime) -> dict[str, Any]:
    """The import as ImportOut."""
    shown = {name: getattr(job, name) for name in ImportOut.model_fields if name not in _MADE_OF_OTHERS}
    shown["file"] = {"name": job.file_name, "bytes": job.file_bytes, "sha256": job.file_sha256}
    shown["rows_processed"] = job.rows_done
    shown["rows_per_second"] = rows_per_second(job, now)
    return ImportOut.model_validate(shown).model_dump(mode="json", exclude={"options"}) | {
        "options": dict(job.options)
    }


def shown_imports(now: datetime) -> Any:
    """A row of the list as ImportOut."""

    def shown(row: Row[Any]) -> Mapping[str, Any]:
        columns = row._mapping
        return shown_import(ImportJob(**{name: columns[name] for name in field_names(ImportJob)}), now)

    return shown


def shown_rows(job: ImportJob) -> Any:
    """A row of the list of rows as RowOut, its cells under the names of their columns."""
    names = [column["name"] for column in job.columns]

    def shown(row: Row[Any]) -> Mapping[str, Any]:
        columns = row._mapping
        item = {name: columns[name] for name in RowOut.model_fields if name not in ("cells", "errors")}
        item["errors"] = [without_mark(error) for error in columns["errors"]]
        return {**item, "cells": dict(zip(names, columns["cells"], strict=False))}

    return shown


def without_mark(error: Mapping[str, Any]) -> dict[str, Any]:
    """An error as it is shown."""
    return {name: value for name, value in error.items() if name != "reading"}


async def refused_rows(
    connection: AsyncConnection, job_id: UUID
) -> AsyncIterator[tuple[Sequence[Any], Sequence[Mapping[str, Any]], UUID | None]]:
    """Cells, errors and quarantine entry of every refused row, in order, read a thousand at a time."""
    row = import_row.c
    last = 0
    while True:
        found = (
            await connection.execute(
                select(row.number, row.cells, row.errors, row.quarantine_id)
                .where(row.job_id == job_id, row.status == "rejected", row.number > last)
                .order_by(row.number)
                .limit(_AT_ONCE)
            )
        ).all()
        for number, cells, errors, waiting in found:
            last = number
            yield cells, errors, waiting
        if len(found) < _AT_ONCE:
            return


def handed_over_leads(period: Period | None = None) -> Subquery:
    """`import_id`, `campaign`, `handed_over_at` and `lead_id` of each lead that an import for a campaign made
    and nobody took back, those handed over in the period or all."""
    job, row = import_job.c, import_row.c
    query = (
        select(job.id.label("import_id"), job.campaign, job.handed_over_at, row.record_id.label("lead_id"))
        .join(import_row, row.job_id == job.id)
        .where(
            job.kind == "leads",
            job.campaign.is_not(None),
            job.handed_over_at.is_not(None),
            row.record_id.is_not(None),
            row.became == "created",
            row.undone.is_(None),
        )
    )
    if period is not None:
        query = query.where(job.handed_over_at >= period.starts_at, job.handed_over_at < period.ends_at)
    return query.subquery("handed_over")
