"""What is not paid yet is found by when it is due."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_payment_unpaid", "payment", ["due_on", "id"], postgresql_where=sa.text("paid_amount < amount")
    )


def downgrade() -> None:
    op.drop_index("ix_payment_unpaid", "payment")
