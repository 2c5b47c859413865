"""When deals are to be paid, and what has been paid."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "payment_plan",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_payment_plan_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_payment_plan")),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("paid_amount", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("paid_at", INSTANT),
        sa.Column("note", sa.Text()),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_amount")),
        sa.CheckConstraint(
            "(paid_at IS NULL) = (paid_amount = 0) AND paid_amount >= 0", name=op.f("ck_payment_paid")
        ),
        sa.ForeignKeyConstraint(
            ["deal_id"],
            ["payment_plan.deal_id"],
            name=op.f("fk_payment_deal_id_payment_plan"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
    )
    op.create_index("ix_payment_deal_id", "payment", ["deal_id"])
    op.create_index("ix_payment_due_on_id", "payment", ["due_on", "id"])


def downgrade() -> None:
    op.drop_table("payment")
    op.drop_table("payment_plan")
