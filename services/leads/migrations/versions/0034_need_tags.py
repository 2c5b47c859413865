"""The catalogue of need tags, and needs of accounts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("lead_need", sa.Column("account_id", sa.Uuid()))
    op.alter_column("lead_need", "lead_id", nullable=True)
    op.create_check_constraint(
        op.f("ck_lead_need_of_one"), "lead_need", "(lead_id IS NULL) <> (account_id IS NULL)"
    )
    op.create_index(
        "ix_lead_need_account_id",
        "lead_need",
        ["account_id", "created_at"],
        postgresql_where=sa.text("account_id IS NOT NULL"),
    )
    op.create_table(
        "need_tag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("archived_at", _INSTANT),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_tag")),
    )
    op.create_index(
        "uq_need_tag_key", "need_tag", ["key"], unique=True, postgresql_where=sa.text("archived_at IS NULL")
    )
    op.create_table(
        "need_settings",
        sa.Column("sole", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("only_known_tags", sa.Boolean(), nullable=False),
        sa.CheckConstraint("sole", name=op.f("ck_need_settings_one_row")),
        sa.PrimaryKeyConstraint("sole", name=op.f("pk_need_settings")),
    )


def downgrade() -> None:
    op.drop_table("need_settings")
    op.drop_table("need_tag")
    op.execute("DELETE FROM lead_need WHERE lead_id IS NULL")
    op.drop_index("ix_lead_need_account_id", "lead_need")
    op.drop_constraint(op.f("ck_lead_need_of_one"), "lead_need")
    op.alter_column("lead_need", "lead_id", nullable=False)
    op.drop_column("lead_need", "account_id")
