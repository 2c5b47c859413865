"""Channels and campaigns, and what deals brought."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_CHANNELS = ("call", "email", "social", "web", "platform", "meeting", "partner", "other")


def _record_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("archived_at", _INSTANT),
    ]


def upgrade() -> None:
    op.add_column("known_deal", sa.Column("base_amount", sa.Numeric(18, 4)))
    op.add_column("known_deal", sa.Column("base_currency", sa.Text()))
    op.add_column("known_deal", sa.Column("closed_at", _INSTANT))
    op.create_table(
        "channel",
        *_record_columns(),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
    )
    op.create_index("uq_channel_key", "channel", ["key"], unique=True)
    for number, key in enumerate(_CHANNELS):
        op.execute(
            "INSERT INTO channel (id, version, field_versions, created_at, updated_at, key, name, active)"
            f" VALUES ('01900000-0000-7000-8000-0000000001{number:02}', 1, '{{}}', now(), now(),"
            f" '{key}', '{key.capitalize()}', true)"
        )
    op.create_table(
        "campaign",
        *_record_columns(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text()),
        sa.Column("audience", sa.Text()),
        sa.Column("product", sa.Text()),
        sa.Column("goal", sa.Text()),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        *(sa.Column(name, sa.Numeric(18, 4)) for name in ("budget_amount", "cost_amount")),
        *(sa.Column(name, sa.Text()) for name in ("budget_currency", "cost_currency")),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_index(
        "uq_campaign_name",
        "campaign",
        [sa.text("lower(name)")],
        unique=True,
        postgresql_where=sa.text("archived_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("campaign")
    op.drop_table("channel")
    for column in ("closed_at", "base_currency", "base_amount"):
        op.drop_column("known_deal", column)
