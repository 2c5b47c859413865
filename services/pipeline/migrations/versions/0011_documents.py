"""The papers of deals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_since", INSTANT, nullable=False),
        sa.Column("number", sa.Text()),
        sa.Column("title", sa.Text()),
        sa.Column("link", sa.Text()),
        sa.Column("owner_id", sa.Uuid()),
        sa.Column("dated_on", sa.Date()),
        sa.Column("recorded_by", sa.Text()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "type IN ('offer', 'contract', 'order', 'invoice', 'other')", name=op.f("ck_document_type")
        ),
        sa.CheckConstraint("status IN ('draft', 'sent', 'signed', 'void')", name=op.f("ck_document_status")),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_document_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index("ix_document_deal_id_created_at", "document", ["deal_id", "created_at"])
    op.create_index("ix_document_owner_id_created_at_id", "document", ["owner_id", "created_at", "id"])
    op.create_index("ix_document_created_at_id", "document", ["created_at", "id"])


def downgrade() -> None:
    op.drop_table("document")
