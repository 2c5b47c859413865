"""Territories are known, leads say theirs, and targets are set for territories and countries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_AIMS = ["team_id", "owner_id", "product_id"]


def upgrade() -> None:
    op.create_table(
        "known_territory",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid()),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("account_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("territory_id", name=op.f("pk_known_territory")),
    )
    op.add_column("lead_now", sa.Column("territory_id", sa.Uuid()))
    op.create_index(
        "ix_lead_now_account_id",
        "lead_now",
        ["account_id", "created_at"],
        postgresql_where=sa.text("account_id IS NOT NULL AND territory_id IS NOT NULL"),
    )
    op.add_column("target", sa.Column("territory_id", sa.Uuid()))
    op.add_column("target", sa.Column("country", sa.Text()))
    _aimed_at([*_AIMS, "territory_id", "country"])


def downgrade() -> None:
    op.execute("DELETE FROM target WHERE num_nonnulls(territory_id, country) > 0")
    _aimed_at(_AIMS)
    op.drop_column("target", "country")
    op.drop_column("target", "territory_id")
    op.drop_index("ix_lead_now_account_id", "lead_now")
    op.drop_column("lead_now", "territory_id")
    op.drop_table("known_territory")


def _aimed_at(aims: list[str]) -> None:
    op.drop_constraint(op.f("ck_target_one_aim"), "target")
    op.create_check_constraint(op.f("ck_target_one_aim"), "target", f"num_nonnulls({', '.join(aims)}) <= 1")
    op.drop_index("uq_target_span_aim", "target")
    op.create_index(
        "uq_target_span_aim",
        "target",
        ["starts_on", "ends_on", *aims],
        unique=True,
        postgresql_where=sa.text("NOT withdrawn"),
        postgresql_nulls_not_distinct=True,
    )
