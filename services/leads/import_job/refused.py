"""The refused rows as a file, ready to be corrected and uploaded again."""

import csv
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from services.leads.import_job import queries
from services.leads.import_job.domain import ImportJob
from shared.persistence.database import Database

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


async def refused_file(database: Database, job: ImportJob) -> AsyncIterator[bytes]:
    """The lines of the file, with its own delimiter."""
    delimiter = job.found.get("delimiter") or ","
    names = [column["name"] for column in job.columns]
    yield (_BOM + _line([*names, "error"], delimiter)).encode()
    async with database.reading() as connection:
        async for cells, errors in queries.refused_rows(connection, job.id):
            padded = [*cells, *[None] * (len(names) - len(cells))]
            yield _line([*padded[: len(names)], _said(errors)], delimiter).encode()


def _said(errors: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(f"{e['column']}: {e['detail']}" if e["column"] else e["detail"] for e in errors)


def _line(cells: Sequence[Any], delimiter: str) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter).writerow([harmless(cell) for cell in cells])
    return line.getvalue()


def harmless(cell: Any) -> Any:
    """What a spreadsheet would take for a formula, as a text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
