"""Risks of deals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "deal_risk",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("likelihood", sa.SmallInteger(), nullable=False),
        sa.Column("impact", sa.SmallInteger(), nullable=False),
        sa.Column("mitigation", sa.Text()),
        sa.Column("accountable_id", sa.Uuid()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_deal_risk_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.CheckConstraint("likelihood BETWEEN 1 AND 5", name=op.f("ck_deal_risk_likelihood")),
        sa.CheckConstraint("impact BETWEEN 1 AND 5", name=op.f("ck_deal_risk_impact")),
        sa.CheckConstraint(
            "status IN ('open', 'mitigated', 'occurred', 'closed')", name=op.f("ck_deal_risk_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_risk")),
    )
    op.create_index("ix_deal_risk_deal_id_created_at", "deal_risk", ["deal_id", "created_at"])
    op.create_index("ix_deal_risk_status_created_at", "deal_risk", ["status", "created_at"])


def downgrade() -> None:
    op.drop_table("deal_risk")
