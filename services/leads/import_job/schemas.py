"""Bodies and answers of imports."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.leads.column_mapping.schemas import ImportOptions, Mapped
from services.leads.import_job.domain import KindName, OnExisting, RowStatus, Status, Undone
from services.leads.record.schemas import Strict


class NewImport(Strict):
    """The form beside the file. Without `mapping` the suggested one holds. `dry_run`, when given, starts the
    import at once: true only reports what would become of each row; left out, it waits for `start`."""

    kind: KindName
    mapping: Mapped | None = None
    options: ImportOptions = ImportOptions()
    on_existing: OnExisting = "update"
    dry_run: bool | None = None


class ImportPatch(Strict):
    """A merge patch: rules by column (null: the column is ignored), options by name (null: found out)."""

    mapping: Mapped | None = None
    options: dict[str, Any] | None = None
    on_existing: OnExisting | None = None


class Start(Strict):
    """`dry_run`: report what would become of each row, write no record."""

    dry_run: bool = False


class FileOut(BaseModel):
    """The uploaded file."""

    name: str
    bytes: int
    sha256: str


class SheetOut(BaseModel):
    """One sheet of a workbook."""

    name: str
    hidden: bool


class FoundOut(BaseModel):
    """How the file is written, as found or as the options say. `header_row` 0: it has no header."""

    format: Literal["csv", "xlsx"]
    header_row: int
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    sheets: list[SheetOut]


class ColumnOut(BaseModel):
    """One column: its name, and up to 5 different values of it."""

    name: str
    samples: list[Any]


class RowCounts(BaseModel):
    """Rows by what became of them (after a dry run: would have become)."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0
    quarantined: int = 0
    rejected: int = 0


class UndoCounts(BaseModel):
    """Records by how they were taken back: put away; all fields back; some fields; left alone."""

    archived: int = 0
    restored: int = 0
    partly: int = 0
    left: int = 0


class ImportOut(BaseModel):
    """An import. `rows_total`: rows with anything in them; null while a workbook does not say.
    `rows_per_second`: processed rows of the last run by the time it has taken; null before.
    `handed_over_at`: when it first ran for good, which is when a campaign's leads were handed over."""

    id: UUID
    version: int
    kind: KindName
    status: Status
    owner_id: UUID
    file: FileOut
    found: FoundOut
    columns: list[ColumnOut]
    mapping: dict[str, Any]
    suggested_mapping: dict[str, str | None]
    options: ImportOptions
    on_existing: OnExisting
    problems: list[str]
    dry_run: bool | None
    campaign: str | None
    rows_total: int | None
    rows_read: int
    rows_processed: int
    counts: RowCounts
    rows_per_second: float | None
    undone: UndoCounts
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    handed_over_at: datetime | None
    undone_at: datetime | None
    forgotten_at: datetime | None = Field(description="When the file and its rows were deleted.")


class CellErrorOut(BaseModel):
    """What is wrong: with the cell of a column, or with the whole row when `column` is null."""

    column: str | None
    value: Any
    code: str
    detail: str


class PreviewRow(BaseModel):
    """A row as it would be sent to the API of its kind."""

    number: int
    body: dict[str, Any]
    errors: list[CellErrorOut]


class Preview(BaseModel):
    """The first rows."""

    items: list[PreviewRow]


class RowOut(BaseModel):
    """One row and what became of it. `cells`: by column as in the file. `quarantine_id`: where a rejected row
    waits to be corrected and released. `kept`: what undoing left alone."""

    number: int
    status: RowStatus
    record_id: UUID | None
    errors: list[CellErrorOut]
    cells: dict[str, Any]
    quarantine_id: UUID | None
    undone: Undone | None
    kept: dict[str, Any] | None
