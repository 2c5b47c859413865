"""Web forms and what comes in by them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "web_form",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=False)
            for name in ("created_at", "updated_at")
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("previous_key", sa.Text()),
        sa.Column("previous_key_until", sa.DateTime(timezone=True)),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("language", sa.Text(), nullable=False),
        *(sa.Column(name, postgresql.JSONB(), nullable=False) for name in ("fields", "fixed", "consents")),
        sa.Column("double_opt_in", sa.Boolean(), nullable=False),
        sa.Column("confirm_within_hours", sa.Integer(), nullable=False),
        sa.Column("honeypot", sa.Text(), nullable=False),
        sa.Column("frame_ancestors", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("redirect_url", sa.Text()),
        sa.Column("thank_you", sa.Text()),
        sa.Column("daily_limit", sa.Integer()),
        sa.Column("largest_bytes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_form")),
    )
    op.create_index("uq_web_form_key", "web_form", ["key"], unique=True)
    op.create_index(
        "ix_web_form_previous_key",
        "web_form",
        ["previous_key"],
        postgresql_where=sa.text("previous_key IS NOT NULL"),
    )
    op.create_index("ix_web_form_created_at_id", "web_form", ["created_at", "id"])
    op.create_table(
        "form_submission",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("sent_once", sa.Text()),
        sa.Column("payload", postgresql.JSONB()),
        sa.Column("beside", postgresql.JSONB()),
        sa.Column("email", sa.Text()),
        sa.Column("spam_score", sa.SmallInteger(), nullable=False),
        sa.Column("lead_id", sa.Uuid()),
        sa.Column("quarantine_id", sa.Uuid()),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_submission")),
    )
    op.create_index(
        "ix_form_submission_form_id_received_at_id",
        "form_submission",
        ["form_id", "received_at", "id"],
    )
    op.create_index("uq_form_submission_sent_once", "form_submission", ["sent_once"], unique=True)


def downgrade() -> None:
    op.drop_table("form_submission")
    op.drop_table("web_form")
