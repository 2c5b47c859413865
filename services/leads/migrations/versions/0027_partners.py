"""Partners as they are told of, and partner programmes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "known_partner",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("program_id", sa.Uuid()),
        sa.Column("territory_id", sa.Uuid()),
        sa.Column("contract_starts_on", sa.Date()),
        sa.Column("contract_ends_on", sa.Date()),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_partner")),
    )
    op.create_index(
        "ix_known_partner_program_id",
        "known_partner",
        ["program_id"],
        postgresql_where=sa.text("program_id IS NOT NULL"),
    )
    op.create_table(
        "partner_program",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        *(sa.Column(name, _INSTANT, nullable=False) for name in ("created_at", "updated_at")),
        sa.Column("archived_at", _INSTANT),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text()),
        sa.Column("tiers", postgresql.JSONB(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_program")),
    )
    op.create_index(
        "uq_partner_program_name",
        "partner_program",
        [sa.text("lower(name)")],
        unique=True,
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_index(
        "ix_known_deal_won_closed_at",
        "known_deal",
        ["closed_at"],
        postgresql_where=sa.text("status = 'won'"),
    )


def downgrade() -> None:
    op.drop_index("ix_known_deal_won_closed_at", "known_deal")
    op.drop_table("partner_program")
    op.drop_table("known_partner")
