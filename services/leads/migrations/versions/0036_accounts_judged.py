"""Accounts say whether they are the right customer and whether to pursue them."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("target_customer", sa.Boolean()))
    op.add_column(
        "account", sa.Column("do_not_pursue", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    op.execute(
        "UPDATE account SET do_not_pursue = true FROM do_not_pursue AS mark"
        " WHERE mark.kind = 'account' AND mark.subject_id = account.id AND mark.ended_at IS NULL"
    )
    op.execute(
        "UPDATE account SET target_customer = CASE"
        " WHEN false IN (test.need_unmet, test.can_meet, test.profitable) THEN false"
        " WHEN test.need_unmet AND test.can_meet AND test.profitable THEN true END"
        " FROM (SELECT DISTINCT ON (subject_id) * FROM fit_test WHERE kind = 'account'"
        " ORDER BY subject_id, assessed_at DESC, id DESC) AS test WHERE test.subject_id = account.id"
    )


def downgrade() -> None:
    op.drop_column("account", "do_not_pursue")
    op.drop_column("account", "target_customer")
