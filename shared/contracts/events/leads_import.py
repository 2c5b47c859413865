"""Topic `leads.import`: files of records on their way in. Figures only: no names of files, no cells."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.event import Event

ImportKind = Literal["leads", "accounts", "contacts", "activities"]
ImportStatus = Literal["uploaded", "previewed", "running", "done", "failed", "undoing", "undone", "cancelled"]


class RowsByResult(BaseModel):
    """Rows by what became of them; after a dry run, what would have become of them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0
    quarantined: int = 0
    rejected: int = 0


class RecordsTakenBack(BaseModel):
    """Records by how they were taken back: put away, all fields back, some fields, left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    archived: int = 0
    restored: int = 0
    partly: int = 0
    left: int = 0


class ImportState(Event):
    """An import after the change. `rows_total` is null while the file does not say; its owner uploaded it."""

    import_id: UUID
    kind: ImportKind
    status: ImportStatus
    owner_id: UUID
    created_at: datetime
    dry_run: bool | None = None
    rows_total: int | None = None
    rows_read: int = 0
    rows_processed: int = 0
    counts: RowsByResult = RowsByResult()
    undone: RecordsTakenBack = RecordsTakenBack()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    undone_at: datetime | None = None


class ImportUploaded(ImportState):
    """A file came in."""

    type: ClassVar[str] = "leads.import.uploaded"


class ImportChanged(ImportState):
    """It is read or mapped otherwise, its rows are ready, a row was released, or its file was deleted."""

    type: ClassVar[str] = "leads.import.changed"


class ImportStarted(ImportState):
    """It runs, for good or as a dry run."""

    type: ClassVar[str] = "leads.import.started"


class ImportProgressed(ImportState):
    """Another hundredth of it is read, loaded or taken back."""

    type: ClassVar[str] = "leads.import.progressed"


class ImportEnded(ImportState):
    """All rows are done."""

    type: ClassVar[str] = "leads.import.ended"


class ImportFailed(ImportState):
    """It cannot be done."""

    type: ClassVar[str] = "leads.import.failed"


class ImportCancelled(ImportState):
    """Somebody stopped it; what it has written stays."""

    type: ClassVar[str] = "leads.import.cancelled"


class ImportUndoStarted(ImportState):
    """What it has written is being taken back."""

    type: ClassVar[str] = "leads.import.undo_started"


class ImportUndone(ImportState):
    """Everything that could be taken back is."""

    type: ClassVar[str] = "leads.import.undone"


EVENTS = (
    ImportUploaded,
    ImportChanged,
    ImportStarted,
    ImportProgressed,
    ImportEnded,
    ImportFailed,
    ImportCancelled,
    ImportUndoStarted,
    ImportUndone,
)
