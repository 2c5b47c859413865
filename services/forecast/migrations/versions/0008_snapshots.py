"""How the forecast stood, kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_late", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("periods", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("fiscal_year_start_month", sa.SmallInteger(), nullable=False),
        sa.Column("asked_by", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
    )
    op.create_index("ix_snapshot_taken_at_id", "snapshot", ["taken_at", "id"])
    op.create_index(
        "uq_snapshot_day", "snapshot", ["day"], unique=True, postgresql_where=sa.text("day IS NOT NULL")
    )
    op.create_table(
        "snapshot_figure",
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid()),
        sa.Column("product_id", sa.Uuid()),
        sa.Column("month", sa.Date()),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("deals", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("weighted", sa.Numeric(), nullable=False),
        sa.Column("without_probability", sa.Integer(), nullable=False),
        sa.Column("without_amount", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshot.id"],
            name=op.f("fk_snapshot_figure_snapshot_id_snapshot"),
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_snapshot_figure_snapshot_id", "snapshot_figure", ["snapshot_id"])
    op.create_table(
        "snapshot_owner",
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("team_path", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshot.id"],
            name=op.f("fk_snapshot_owner_snapshot_id_snapshot"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "owner_id", name=op.f("pk_snapshot_owner")),
    )


def downgrade() -> None:
    op.drop_table("snapshot_owner")
    op.drop_table("snapshot_figure")
    op.drop_table("snapshot")
