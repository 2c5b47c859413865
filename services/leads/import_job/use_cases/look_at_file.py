"""A first look at an uploaded file: how it is written, its columns, its first rows."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import IO, Any

from services.leads.column_mapping.schemas import ImportOptions
from services.leads.column_mapping.suggestion import suggest
from services.leads.import_job.domain import KindName
from services.leads.import_job.kinds import IMPORTED
from services.leads.import_job.repository import reading_fault
from services.leads.spreadsheet.domain import MOST_BYTES, Reading, Row, too_large
from services.leads.spreadsheet.use_cases.open_spreadsheet import open_spreadsheet

HEAD_ROWS = 20
_LOOKED_AT = 200
_SAMPLES = 5
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Look:
    """What was found, ready to be kept."""

    found: Mapping[str, Any]
    columns: Sequence[Mapping[str, Any]]
    head: Sequence[Sequence[Any]]
    problems: Sequence[str]
    rows: int | None


def look_at(file: IO[bytes], options: ImportOptions) -> Look:
    """Blocks: to be run in a thread. Refuses what is no spreadsheet, too large, or not as the options say."""
    reading = Reading(options.delimiter, options.encoding, options.sheet, options.header_row)
    spreadsheet = open_spreadsheet(file, reading)
    found = spreadsheet.found
    rows = list(islice(spreadsheet.rows(), _LOOKED_AT))
    described = {name: value for name, value in asdict(found).items() if name not in ("header", "problems")}
    return Look(
        found=described,
        columns=[
            {"name": name, "samples": _samples(rows, position)} for position, name in enumerate(found.header)
        ],
        head=[[row.number, row.cells, _fault(row)] for row in rows[:HEAD_ROWS]],
        problems=found.problems,
        rows=spreadsheet.count(),
    )


def measure(file: IO[bytes]) -> tuple[int, str]:
    """Bytes and SHA-256. Refuses more than may be."""
    file.seek(0)
    digest = hashlib.sha256()
    size = 0
    while block := file.read(_BLOCK):
        size += len(block)
        digest.update(block)
    if size > MOST_BYTES:
        raise too_large("bytes", MOST_BYTES)
    return size, digest.hexdigest()


def suggested(kind: KindName, look: Look, options: ImportOptions) -> dict[str, Any]:
    """The likely field of each column. A column of ids is one only when it is said whose they are."""
    fields = set(IMPORTED[kind].shapes)
    if options.source_system is None:
        fields.discard("external_id")
    samples = {column["name"]: column["samples"] for column in look.columns}
    return dict(suggest(samples, fields, IMPORTED[kind].synonyms))


def _samples(rows: Sequence[Row], position: int) -> list[Any]:
    cells = (row.cells[position] for row in rows if position < len(row.cells))
    return list(islice(dict.fromkeys(cell for cell in cells if cell not in (None, "")), _SAMPLES))


def _fault(row: Row) -> dict[str, Any] | None:
    return None if row.fault is None else reading_fault(row)
