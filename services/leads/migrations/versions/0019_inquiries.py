"""Inquiries, our own mail domains, and what a new lead must have."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_LINKS = ("lead_id", "contact_id", "account_id", "activity_id", "quarantine_id", "owner_id")


def upgrade() -> None:
    op.create_table(
        "inquiry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("source_system", sa.Text()),
        sa.Column("external_id", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text()) for name in ("ignored_because", "email", "phone", "subject", "text")),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        *(sa.Column(name, sa.Uuid()) for name in _LINKS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
    )
    op.create_index(
        "uq_inquiry_source_system_external_id",
        "inquiry",
        ["source_system", "external_id"],
        unique=True,
        postgresql_where=sa.text("source_system IS NOT NULL"),
    )
    op.create_index("ix_inquiry_at_id", "inquiry", ["at", "id"])
    op.create_index("ix_inquiry_owner_id_at_id", "inquiry", ["owner_id", "at", "id"])
    op.create_index(
        "ix_inquiry_lead_id", "inquiry", ["lead_id"], postgresql_where=sa.text("lead_id IS NOT NULL")
    )
    _one_row("inquiry_settings", "own_mail_domains")
    _one_row("lead_form", "mandatory")


def _one_row(name: str, texts: str) -> None:
    op.create_table(
        name,
        sa.Column("sole", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(texts, postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("sole", name=op.f(f"pk_{name}")),
        sa.CheckConstraint("sole", name=op.f(f"ck_{name}_one_row")),
    )


def downgrade() -> None:
    for name in ("lead_form", "inquiry_settings", "inquiry"):
        op.drop_table(name)
