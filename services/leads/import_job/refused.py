"""The refused rows as a file, ready to be corrected and uploaded again."""

import csv
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from services.leads.import_job import queries
from services.leads.import_job.domain import RESENT, ImportJob
from shared.persistence.database import Database

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ERROR = "error"
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


async def refused_file(database: Database, job: ImportJob) -> AsyncIterator[bytes]:
    """The lines of the file, with its own delimiter; beside each what is wrong, and the entry of quarantine
    that is resolved when the line is loaded again."""
    delimiter = job.found.get("delimiter") or ","
    own = [place for place, column in enumerate(job.columns) if not _ours(job, column["name"])]
    names = [job.columns[place]["name"] for place in own]
    yield (_BOM + _line([*names, _ERROR, RESENT], delimiter)).encode()
    async with database.reading() as connection:
        async for cells, errors, waiting in queries.refused_rows(connection, job.id):
            said = [cells[place] if place < len(cells) else None for place in own]
            yield _line([*said, _said(errors), waiting], delimiter).encode()


def _ours(job: ImportJob, name: str) -> bool:
    """Whether the column was added here to a file that is sent again."""
    return name in (_ERROR, RESENT) and not job.mapping.get(name, {}).get("field")


def _said(errors: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(f"{e['column']}: {e['detail']}" if e["column"] else e["detail"] for e in errors)


def _line(cells: Sequence[Any], delimiter: str) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter).writerow([harmless(cell) for cell in cells])
    return line.getvalue()


def harmless(cell: Any) -> Any:
    """What a spreadsheet would take for a formula, as a text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
