"""Imports, the pieces of their files and their rows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STATUSES = ("uploaded", "previewed", "running", "done", "failed", "undoing", "undone", "cancelled")
_ROW_STATUSES = ("pending", "created", "updated", "unchanged", "duplicate", "quarantined", "rejected")


def _one_of(table: str, column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}_known"))


def _instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "import_job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        _instant("created_at", nullable=False),
        _instant("updated_at", nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("identity", postgresql.JSONB(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("kind", "status", "file_name", "file_sha256", "on_existing")
        ),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, postgresql.JSONB(), nullable=False)
            for name in (
                *("options", "found", "columns", "head", "mapping", "suggested_mapping", "problems"),
                *("counts", "undone"),
            )
        ),
        sa.Column("dry_run", sa.Boolean()),
        sa.Column("campaign", sa.Text()),
        sa.Column("rows_total", sa.Integer()),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("row_cursor", sa.Integer(), nullable=False),
        *(
            _instant(name)
            for name in (
                *("started_at", "ended_at", "handed_over_at", "undone_at", "read_at", "forgotten_at"),
            )
        ),
        _one_of("import_job", "kind", ("leads", "accounts", "contacts", "activities")),
        _one_of("import_job", "status", _STATUSES),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_job")),
    )
    op.create_index("ix_import_job_created_at_id", "import_job", ["created_at", "id"])
    op.create_index("ix_import_job_owner_id_created_at_id", "import_job", ["owner_id", "created_at", "id"])
    op.create_index("ix_import_job_file_sha256", "import_job", ["file_sha256"])
    op.create_table(
        "import_part",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["import_job.id"], name=op.f("fk_import_part_job_id_import_job"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "position", name=op.f("pk_import_part")),
    )
    op.create_table(
        "import_row",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cells", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("became", sa.Text()),
        sa.Column("record_id", sa.Uuid()),
        sa.Column("record_version", sa.Integer()),
        sa.Column("changes", postgresql.JSONB()),
        sa.Column("errors", postgresql.JSONB(), nullable=False),
        sa.Column("undone", sa.Text()),
        sa.Column("kept", postgresql.JSONB()),
        _one_of("import_row", "status", _ROW_STATUSES),
        _one_of("import_row", "undone", ("archived", "restored", "partly", "left")),
        sa.ForeignKeyConstraint(
            ["job_id"], ["import_job.id"], name=op.f("fk_import_row_job_id_import_job"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_import_row")),
    )
    op.create_index("ix_import_row_job_id_status_number", "import_row", ["job_id", "status", "number"])
    op.create_index(
        "ix_import_row_job_id_record_id",
        "import_row",
        ["job_id", "record_id"],
        postgresql_where=sa.text("record_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("import_row")
    op.drop_table("import_part")
    op.drop_table("import_job")
