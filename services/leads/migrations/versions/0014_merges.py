"""Merges, and what is needed to undo them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("winner_id", sa.Uuid(), nullable=False),
        sa.Column("loser_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("choices", postgresql.JSONB(), nullable=False),
        sa.Column("written", postgresql.JSONB(), nullable=False),
        sa.Column("moved", postgresql.JSONB(), nullable=False),
        sa.Column("not_restored", postgresql.JSONB(), nullable=False),
        sa.Column("winner_version", sa.Integer(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.Text()),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.Column("undone_by", sa.Text()),
        sa.CheckConstraint("kind IN ('lead', 'contact', 'account')", name=op.f("ck_merge_kind_known")),
        sa.CheckConstraint("status IN ('done', 'undone')", name=op.f("ck_merge_status_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )
    op.create_index("ix_merge_merged_at_id", "merge", ["merged_at", "id"])
    op.create_index("ix_merge_winner_id", "merge", ["winner_id"])
    for name in ("account_id", "contact_id"):
        op.create_index(f"ix_lead_{name}", "lead", [name], postgresql_where=sa.text(f"{name} IS NOT NULL"))
    op.create_index(
        "ix_known_deal_account_id",
        "known_deal",
        ["account_id"],
        postgresql_where=sa.text("account_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_known_deal_account_id", "known_deal")
    for name in ("account_id", "contact_id"):
        op.drop_index(f"ix_lead_{name}", "lead")
    op.drop_table("merge")
