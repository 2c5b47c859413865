"""Interventions in deals, and what they set: priority and limits to the amount."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_LIMITS = (
    "(limit_currency IS NULL) = (least_amount IS NULL AND most_amount IS NULL) "
    "AND (least_amount <= most_amount) IS NOT FALSE"
)


def upgrade() -> None:
    op.add_column("deal", sa.Column("priority", sa.Text(), nullable=False, server_default="normal"))
    op.add_column("deal", sa.Column("least_amount", sa.Numeric()))
    op.add_column("deal", sa.Column("most_amount", sa.Numeric()))
    op.add_column("deal", sa.Column("limit_currency", sa.Text()))
    for name, rule in (("priority", "priority IN ('low', 'normal', 'high', 'urgent')"), ("limits", _LIMITS)):
        op.execute(f"ALTER TABLE deal ADD CONSTRAINT ck_deal_{name} CHECK ({rule}) NOT VALID")
        op.execute(f"ALTER TABLE deal VALIDATE CONSTRAINT ck_deal_{name}")
    op.create_table(
        "intervention",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("intervened_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_intervention_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intervention")),
    )
    op.create_index("ix_intervention_deal_id_created_at", "intervention", ["deal_id", "created_at"])


def downgrade() -> None:
    op.drop_table("intervention")
    for name in ("limits", "priority"):
        op.drop_constraint(op.f(f"ck_deal_{name}"), "deal")
    for name in ("limit_currency", "most_amount", "least_amount", "priority"):
        op.drop_column("deal", name)
