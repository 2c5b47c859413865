"""Territories in versions, and who works which."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "territory_version",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("activated_at", _INSTANT),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_territory_version")),
    )
    op.create_index(
        "uq_territory_version_active",
        "territory_version",
        ["status"],
        unique=True,
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_table(
        "territory",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("archived_at", _INSTANT),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid()),
        sa.Column("manager_id", sa.Uuid()),
        sa.Column("criteria", postgresql.JSONB(), nullable=False),
        sa.Column("market_size", sa.Integer()),
        sa.Column("workload_hours", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory")),
    )
    op.create_index(
        "uq_territory_edition_territory_id", "territory", ["edition", "territory_id"], unique=True
    )
    op.create_table(
        "territory_assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory_assignment")),
    )
    op.create_index(
        "ix_territory_assignment_territory_id_starts_at_id",
        "territory_assignment",
        ["territory_id", "starts_at", "id"],
    )
    op.create_index("ix_territory_assignment_member_id", "territory_assignment", ["member_id"])
    op.execute("INSERT INTO territory_version (number, status, created_at) VALUES (1, 'active', now())")


def downgrade() -> None:
    for table in ("territory_assignment", "territory", "territory_version"):
        op.drop_table(table)
