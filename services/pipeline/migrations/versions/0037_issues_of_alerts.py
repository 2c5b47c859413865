"""An issue may be opened for an alert: of each alert one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("issue", sa.Column("alert_id", sa.Uuid()))
    op.add_column("issue", sa.Column("alert_status", sa.Text()))
    op.add_column("issue", sa.Column("leak", postgresql.JSONB()))
    op.create_index(
        "uq_issue_alert_id",
        "issue",
        ["alert_id"],
        unique=True,
        postgresql_where=sa.text("alert_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("uq_issue_alert_id", "issue")
    for column in ("leak", "alert_status", "alert_id"):
        op.drop_column("issue", column)
