"""How long the snapshots of days are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "snapshot_rule",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("daily_days", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot_rule")),
        sa.CheckConstraint("id = 1", name=op.f("ck_snapshot_rule_one_row")),
    )


def downgrade() -> None:
    op.drop_table("snapshot_rule")
