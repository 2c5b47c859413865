"""Stages that deals jumped over."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    none = sa.text("'{}'")
    op.add_column(
        "deal_passage", sa.Column("skipped", postgresql.ARRAY(sa.Uuid()), nullable=False, server_default=none)
    )
    op.create_index(
        "ix_deal_passage_skipped", "deal_passage", ["deal_id"], postgresql_where=sa.text("skipped <> '{}'")
    )


def downgrade() -> None:
    op.drop_index("ix_deal_passage_skipped", "deal_passage")
    op.drop_column("deal_passage", "skipped")
