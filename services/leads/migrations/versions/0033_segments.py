"""Market segments of leads and accounts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "segment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("archived_at", _INSTANT),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("condition", sa.Text()),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
    )
    op.create_index(
        "uq_segment_key", "segment", ["key"], unique=True, postgresql_where=sa.text("archived_at IS NULL")
    )
    for table in ("lead", "account"):
        for column in ("segment", "segment_by"):
            op.add_column(table, sa.Column(column, sa.Text()))
        op.create_index(
            f"ix_{table}_segment_id",
            table,
            ["segment", "id"],
            postgresql_where=sa.text("segment IS NOT NULL"),
        )


def downgrade() -> None:
    for table in ("account", "lead"):
        op.drop_index(f"ix_{table}_segment_id", table)
        for column in ("segment_by", "segment"):
            op.drop_column(table, column)
    op.drop_table("segment")
