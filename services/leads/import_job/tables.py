"""Imports, the bytes of their files, and their rows."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.leads.import_job.domain import KINDS, ROW_STATUSES, STATUSES, UNDONE
from services.leads.tables import metadata
from shared.persistence.types import Instant


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


import_job = Table(
    "import_job",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("owner_id", Uuid, nullable=False),
    Column("identity", JSONB, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("file_bytes", BigInteger, nullable=False),
    Column("file_sha256", Text, nullable=False),
    *(
        Column(name, JSONB, nullable=False)
        for name in (
            *("options", "found", "columns", "head", "mapping", "suggested_mapping", "problems"),
            *("counts", "undone"),
        )
    ),
    Column("on_existing", Text, nullable=False),
    Column("dry_run", Boolean),
    Column("campaign", Text),
    Column("rows_total", Integer),
    Column("rows_read", Integer, nullable=False),
    Column("row_cursor", Integer, nullable=False),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Column("handed_over_at", Instant),
    Column("undone_at", Instant),
    Column("read_at", Instant),
    Column("forgotten_at", Instant),
    _one_of("kind", KINDS),
    _one_of("status", STATUSES),
    Index("ix_import_job_created_at_id", "created_at", "id"),
    Index("ix_import_job_owner_id_created_at_id", "owner_id", "created_at", "id"),
    Index("ix_import_job_file_sha256", "file_sha256"),
)

# The bytes of the file in pieces, until some time after the end.
import_part = Table(
    "import_part",
    metadata,
    Column("job_id", Uuid, ForeignKey("import_job.id", ondelete="CASCADE")),
    Column("position", Integer),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("job_id", "position"),
)

# One row of the file and what became of it. `changes`: [before, after] of what it changed in its record;
# `record_version`: the version of the record it wrote; `undone`: how it was taken back, `kept` what was not.
import_row = Table(
    "import_row",
    metadata,
    Column("job_id", Uuid, ForeignKey("import_job.id", ondelete="CASCADE")),
    Column("number", Integer),
    Column("cells", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("became", Text),
    Column("record_id", Uuid),
    Column("record_version", Integer),
    Column("changes", JSONB),
    Column("errors", JSONB, nullable=False),
    Column("quarantine_id", Uuid),
    Column("undone", Text),
    Column("kept", JSONB),
    PrimaryKeyConstraint("job_id", "number"),
    _one_of("status", ROW_STATUSES),
    _one_of("undone", UNDONE),
    Index("ix_import_row_job_id_status_number", "job_id", "status", "number"),
    Index(
        "ix_import_row_job_id_record_id",
        "job_id",
        "record_id",
        postgresql_where=text("record_id IS NOT NULL"),
    ),
)
