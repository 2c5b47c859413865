"""How often an import says how far it has got."""

from datetime import UTC, datetime
from uuid import UUID

from services.leads.import_job.domain import ROWS_AT_ONCE, ImportJob

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


def a_job(rows: int | None) -> ImportJob:
    return ImportJob(
        id=UUID(int=1), owner_id=UUID(int=2), identity={}, kind="leads", file_name="leads.csv",
        file_bytes=1, file_sha256="0", created_at=NOW, updated_at=NOW, status="running", rows_total=rows,
    )  # fmt: skip


def times_told(job: ImportJob, pieces: int) -> int:
    told = 0
    for number in range(1, pieces + 1):
        step = job.progress(now=NOW, counts={"created": number * ROWS_AT_ONCE})
        told += step.event is not None
        job = step.after
    return told


def test_a_long_import_tells_of_each_hundredth_once() -> None:
    assert times_told(a_job(400 * ROWS_AT_ONCE), 400) == 100


def test_a_short_import_tells_of_each_piece() -> None:
    assert times_told(a_job(4 * ROWS_AT_ONCE), 3) == 3


def test_while_the_length_is_unknown_each_piece_is_told() -> None:
    assert times_told(a_job(None), 3) == 3
