"""Comments on deals, and requests for help with them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "deal_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mentioned_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("edited_at", INSTANT),
        sa.Column("archived_at", INSTANT),
        *_kept("deal_comment"),
    )
    op.create_index("ix_deal_comment_deal_id_created_at", "deal_comment", ["deal_id", "created_at"])
    op.create_table(
        "help_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_by", sa.Text()),
        sa.Column("answered_at", INSTANT),
        sa.Column("closed_by", sa.Text()),
        sa.Column("closed_at", INSTANT),
        *_kept("help_request"),
        sa.CheckConstraint("status IN ('open', 'answered', 'closed')", name=op.f("ck_help_request_status")),
    )
    op.create_index("ix_help_request_deal_id_created_at", "help_request", ["deal_id", "created_at"])
    op.create_index("ix_help_request_status_created_at_id", "help_request", ["status", "created_at", "id"])


def _kept(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f(f"fk_{table}_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def downgrade() -> None:
    op.drop_table("help_request")
    op.drop_table("deal_comment")
