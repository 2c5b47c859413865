"""Tags, next step, recurring amounts, own fields, and why and where a deal ended."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ADDED = (
    ("next_step", sa.Text()),
    ("next_step_at", INSTANT),
    ("description", sa.Text()),
    ("recurring_amount", sa.Numeric()),
    ("recurring_currency", sa.Text()),
    ("recurring_period", sa.Text()),
    ("term_months", sa.Integer()),
    ("loss_reason_id", sa.Uuid()),
    ("loss_note", sa.Text()),
    ("lost_in_stage_id", sa.Uuid()),
    ("win_reason", sa.Text()),
    ("win_reason_id", sa.Uuid()),
)


def upgrade() -> None:
    op.add_column(
        "deal", sa.Column("tags", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'"))
    )
    op.add_column(
        "deal",
        sa.Column(
            "custom",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            server_default=sa.text("'{}'::jsonb"),
        ),
    )
    for name, kind in ADDED:
        op.add_column("deal", sa.Column(name, kind))
    op.create_check_constraint(
        op.f("ck_deal_recurring_amount"),
        "deal",
        "(recurring_amount IS NULL) = (recurring_currency IS NULL) "
        "AND (recurring_amount IS NULL) = (recurring_period IS NULL)",
    )
    op.create_check_constraint(
        op.f("ck_deal_recurring_period"), "deal", "recurring_period IN ('month', 'quarter', 'year')"
    )
    op.create_index("ix_deal_tags", "deal", ["tags"], postgresql_using="gin")
    op.execute("UPDATE deal SET lost_in_stage_id = stage_id WHERE status = 'lost'")


def downgrade() -> None:
    op.drop_index("ix_deal_tags", "deal")
    for name, _ in reversed(ADDED):
        op.drop_column("deal", name)
    op.drop_column("deal", "custom")
    op.drop_column("deal", "tags")
