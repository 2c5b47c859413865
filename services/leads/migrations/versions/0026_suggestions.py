"""Suggested leads; the plan and the days of audiences."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_TABLE = "lead_suggestion"


def upgrade() -> None:
    op.add_column("audience", sa.Column("plan", sa.Text()))
    for name in ("starts_on", "ends_on"):
        op.add_column("audience", sa.Column(name, sa.Date()))
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("archived_at", _INSTANT),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("network", "external_id", "author", "text", "mentioned")
        ),
        sa.Column("posted_at", _INSTANT, nullable=False),
        *(sa.Column(name, sa.Text()) for name in ("url", "company", "email", "phone", "country")),
        sa.Column("features", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("relevance", sa.Numeric(5, 4)),
        sa.Column("relevance_state", sa.Text(), nullable=False),
        sa.Column("judged_on", sa.Integer()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("decided_at", _INSTANT),
        sa.Column("decided_by", sa.Text()),
        sa.Column("reject_reason", sa.Text()),
        sa.Column("lead_id", sa.Uuid()),
        sa.CheckConstraint(
            "status IN ('open', 'accepted', 'rejected')", name=op.f("ck_lead_suggestion_status_known")
        ),
        sa.CheckConstraint(
            "relevance_state IN ('not_judged', 'insufficient_history', 'ok')",
            name=op.f("ck_lead_suggestion_relevance_state_known"),
        ),
        sa.CheckConstraint(
            "(status = 'open') = (decided_at IS NULL)", name=op.f("ck_lead_suggestion_decided_whole")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_suggestion")),
    )
    op.create_index(f"uq_{_TABLE}_network_external_id", _TABLE, ["network", "external_id"], unique=True)
    op.create_index(f"ix_{_TABLE}_status_relevance", _TABLE, ["status", "relevance", "id"])
    op.create_index(f"ix_{_TABLE}_posted_at_id", _TABLE, ["posted_at", "id"])
    op.create_index(
        f"ix_{_TABLE}_decided_at_id",
        _TABLE,
        ["decided_at", "id"],
        postgresql_where=sa.text("status <> 'open'"),
    )
    op.create_index(
        f"ix_{_TABLE}_search",
        _TABLE,
        [sa.text("(coalesce(author, '') || ' ' || coalesce(text, '')) gin_trgm_ops")],
        postgresql_using="gin",
    )


def downgrade() -> None:
    op.drop_table(_TABLE)
    for name in ("ends_on", "starts_on", "plan"):
        op.drop_column("audience", name)
