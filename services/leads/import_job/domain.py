"""What may happen to an import, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, get_args
from uuid import UUID

from services.leads.record.domain import Change, advanced, before_and_after, differing
from shared.contracts.errors import DomainError
from shared.contracts.events.leads_import import (
    ImportCancelled,
    ImportChanged,
    ImportEnded,
    ImportFailed,
    ImportKind,
    ImportProgressed,
    ImportStarted,
    ImportState,
    ImportStatus,
    ImportUndone,
    ImportUndoStarted,
    ImportUploaded,
)

KindName = ImportKind
Status = ImportStatus
RowStatus = Literal["pending", "created", "updated", "unchanged", "duplicate", "quarantined", "rejected"]
Undone = Literal["archived", "restored", "partly", "left"]
OnExisting = Literal["update", "skip", "reject"]
KINDS: tuple[KindName, ...] = get_args(KindName)
STATUSES: tuple[Status, ...] = get_args(Status)
ROW_STATUSES: tuple[RowStatus, ...] = get_args(RowStatus)
UNDONE: tuple[Undone, ...] = get_args(Undone)

READ, RUN, UNDO, FORGET = "import.read", "import.run", "import.undo", "import.forget"
"""The kinds of agenda entries of an import."""
ROWS_AT_ONCE = 500
RESENT = "quarantine_id"
"""The column by which a row that was refused before says where it waits."""
FILE_KEPT = timedelta(days=30)
_PUBLIC = tuple(
    name for name in ImportState.model_fields if name not in ("import_id", "rows_processed", "changed")
)
_STARTABLE = ("uploaded", "previewed", "cancelled")


class ImportJobError(DomainError):
    """A rule of imports said no."""


@dataclass(frozen=True, slots=True)
class ImportJob:
    """One file and what becomes of it. `identity`: the claims of whoever started it, as it runs by.

    `counts` holds rows by result of the last run, `row_cursor` the number of the last row it did; `rows_read`
    how many rows are ready, all of them once `read_at` is set. `dry_run` is None until it was started.
    `forgotten_at`: the file and its rows are no longer kept.
    """

    id: UUID
    owner_id: UUID
    identity: Mapping[str, Any]
    kind: KindName
    file_name: str
    file_bytes: int
    file_sha256: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    status: Status = "uploaded"
    options: Mapping[str, Any] = field(default_factory=dict)
    found: Mapping[str, Any] = field(default_factory=dict)
    columns: Sequence[Mapping[str, Any]] = ()
    head: Sequence[Sequence[Any]] = ()
    mapping: Mapping[str, Any] = field(default_factory=dict)
    suggested_mapping: Mapping[str, Any] = field(default_factory=dict)
    problems: Sequence[str] = ()
    on_existing: OnExisting = "update"
    dry_run: bool | None = None
    campaign: str | None = None
    rows_total: int | None = None
    rows_read: int = 0
    row_cursor: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    undone: Mapping[str, int] = field(default_factory=dict)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    handed_over_at: datetime | None = None
    undone_at: datetime | None = None
    read_at: datetime | None = None
    forgotten_at: datetime | None = None

    @property
    def archived_at(self) -> None:
        """An import is not put away."""
        return

    @property
    def rows_done(self) -> int:
        """How many rows the last run has done."""
        return sum(self.counts.values())

    def edit(self, values: Mapping[str, Any], *, now: datetime) -> Change["ImportJob"] | None:
        """Another mapping or other options; None when nothing differs. Refuses once it has run."""
        if self.status not in ("uploaded", "previewed"):
            raise self._refused("edited")
        changes = differing(self, values)
        return self._step(ImportChanged, changes, now) if changes else None

    def start(self, identity: Mapping[str, Any], *, dry_run: bool, now: datetime) -> Change["ImportJob"]:
        """It runs, by this identity. One that was cancelled goes on where it stopped."""
        if (
            self.forgotten_at is not None
            or self.status not in _STARTABLE
            or (self.status == "cancelled" and (dry_run or self.dry_run))
        ):
            raise self._refused("started")
        goes_on = self.status == "cancelled"
        changes = {
            "status": "running",
            "identity": identity,
            "dry_run": dry_run,
            "started_at": now,
            "ended_at": None,
            "row_cursor": self.row_cursor if goes_on else 0,
            "counts": self.counts if goes_on else {},
        }
        if not dry_run and self.handed_over_at is None:
            changes["handed_over_at"] = now
        return self._step(ImportStarted, changes, now)

    def cancel(self, *, now: datetime) -> Change["ImportJob"]:
        """It stops; what it has written stays until it is undone."""
        if self.status not in ("uploaded", "previewed", "running"):
            raise self._refused("cancelled")
        return self._step(ImportCancelled, {"status": "cancelled", "ended_at": now}, now)

    def progress(self, *, now: datetime, **done: Any) -> Change["ImportJob"]:
        """So much of it is done, and more follows. Told of when that is another hundredth of the rows."""
        step = self._step(ImportProgressed, done, now)
        told = self.rows_total is None or step.after._hundredths != self._hundredths
        return step if told else replace(step, event=None)

    def read(self, rows: int, *, now: datetime) -> Change["ImportJob"]:
        """All its rows are ready, so many."""
        status = "previewed" if self.status == "uploaded" else self.status
        changes = {"status": status, "read_at": now, "rows_read": rows, "rows_total": rows}
        return self._step(ImportChanged, changes, now)

    def end(self, *, now: datetime, **done: Any) -> Change["ImportJob"]:
        """All rows are done. After a dry run it is as before, with the counts of what would have been."""
        status = "previewed" if self.dry_run else "done"
        return self._step(ImportEnded, {"status": status, "ended_at": now, **done}, now)

    def check_kept(self) -> None:
        """Refuses when what it has written is or was taken back."""
        if self.status in ("undoing", "undone"):
            raise self._refused("added to")

    def let_in(self, status: RowStatus, *, now: datetime) -> Change["ImportJob"]:
        """A row that was rejected became this after all."""
        counts = dict(self.counts)
        counts["rejected"] = counts.get("rejected", 0) - 1
        counts[status] = counts.get(status, 0) + 1
        return self._step(ImportChanged, {"counts": counts}, now)

    def fail(self, why: str, *, now: datetime) -> Change["ImportJob"]:
        """It cannot be done, and why."""
        changes = {"status": "failed", "ended_at": now, "problems": [*self.problems, why]}
        return self._step(ImportFailed, changes, now)

    def undo(self, *, now: datetime) -> Change["ImportJob"]:
        """What it has written is taken back from now on."""
        written = self.status in ("done", "cancelled") and self.dry_run is False
        if not written or self.forgotten_at is not None:
            raise self._refused("undone")
        return self._step(ImportUndoStarted, {"status": "undoing", "undone": {}}, now)

    def end_undo(self, *, now: datetime, **done: Any) -> Change["ImportJob"]:
        """Everything that could be taken back is."""
        return self._step(ImportUndone, {"status": "undone", "undone_at": now, **done}, now)

    def forget(self, *, now: datetime) -> Change["ImportJob"]:
        """The file and its rows are deleted; the counts stay."""
        changes = {"forgotten_at": now, "head": (), "columns": (), "problems": ()}
        return self._step(ImportChanged, changes, now)

    @property
    def _hundredths(self) -> tuple[int, ...]:
        """How much of it is read, loaded and taken back."""
        done = (self.rows_read, self.rows_done, sum(self.undone.values()))
        return tuple(100 * rows // (self.rows_total or 1) for rows in done)

    def _step(
        self, kind: type[ImportState], changes: Mapping[str, Any], now: datetime
    ) -> Change["ImportJob"]:
        after = advanced(self, now, changes)
        event = kind(**public_state(after), changed=tuple(changes))
        what = kind.type.rsplit(".", 1)[1]
        return Change(after, what, now, before_and_after(self, changes), event)

    def _refused(self, wanted: str) -> ImportJobError:
        return ImportJobError("import_state", f"The import is {self.status}; it cannot be {wanted}.")


def uploaded(job: ImportJob) -> Change[ImportJob]:
    """The import as it comes in."""
    return Change(job, "uploaded", job.created_at, {}, ImportUploaded(**public_state(job)))


def public_state(job: ImportJob) -> dict[str, Any]:
    """What others may know of it: nothing of what stands in the file."""
    return {"import_id": job.id, "rows_processed": job.rows_done} | {
        name: getattr(job, name) for name in _PUBLIC
    }


def rows_per_second(job: ImportJob, now: datetime) -> float | None:
    """Rows done in the last run per second it has taken; None before it has taken any time."""
    if job.started_at is None or not job.rows_done:
        return None
    seconds = ((job.ended_at or now) - job.started_at).total_seconds()
    return round(job.rows_done / seconds, 1) if seconds > 0 else None
