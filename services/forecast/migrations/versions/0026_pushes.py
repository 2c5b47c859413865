"""Statements that put off the close of an open deal say by how many days."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_PUSHES = """
UPDATE deal_fact SET pushed_days = found.days
FROM (
    SELECT deal_id, sequence, part, expected_close - lag(expected_close) OVER told AS days,
        status = 'open' AND lag(status) OVER told = 'open' AS stays_open
    FROM deal_fact WINDOW told AS (PARTITION BY deal_id ORDER BY sequence, part)
) AS found
WHERE found.stays_open AND found.days > 0 AND deal_fact.deal_id = found.deal_id
    AND deal_fact.sequence = found.sequence AND deal_fact.part = found.part
"""


def upgrade() -> None:
    op.add_column("deal_fact", sa.Column("pushed_days", sa.Integer()))
    op.execute(_PUSHES)
    op.create_index(
        "ix_deal_fact_pushed",
        "deal_fact",
        ["valid_from"],
        postgresql_where=sa.text("pushed_days IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_deal_fact_pushed", "deal_fact")
    op.drop_column("deal_fact", "pushed_days")
