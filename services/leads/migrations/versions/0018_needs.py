"""Audiences with the leads that belong to them; needs of leads and what products answer."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_TEXTS = postgresql.ARRAY(sa.Text())


def _record() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("archived_at", _INSTANT),
    ]


def upgrade() -> None:
    op.create_table(
        "audience",
        *_record(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience")),
    )
    op.create_table(
        "lead_audience",
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("audience_id", sa.Uuid(), nullable=False),
        sa.Column("fits", sa.Boolean(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("lead_id", "audience_id", name=op.f("pk_lead_audience")),
    )
    op.create_index("ix_lead_audience_audience_id", "lead_audience", ["audience_id", "lead_id"])
    op.create_table(
        "lead_need",
        *_record(),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("tags", _TEXTS, nullable=False),
        sa.Column("urgency", sa.Text()),
        sa.Column("current_solution", sa.Text()),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_need")),
    )
    op.create_index("ix_lead_need_lead_id", "lead_need", ["lead_id", "created_at"])
    op.create_index("ix_lead_need_tags", "lead_need", ["tags"], postgresql_using="gin")
    op.create_table(
        "product_need",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("tags", _TEXTS, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_product_need")),
    )


def downgrade() -> None:
    for table in ("product_need", "lead_need", "lead_audience", "audience"):
        op.drop_table(table)
