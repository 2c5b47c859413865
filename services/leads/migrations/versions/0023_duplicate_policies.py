"""What happens with duplicates by source, and what a lead in quarantine looks like."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_OF_ALL_OTHERS = "01a00000-0000-7000-8000-000000000101"


def upgrade() -> None:
    policy = op.create_table(
        "duplicate_policy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("source", sa.Text()),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("min_score", sa.SmallInteger(), nullable=False),
        sa.Column("pairs", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint(
            "action IN ('allow', 'flag', 'merge', 'block')", name=op.f("ck_duplicate_policy_action_known")
        ),
        sa.CheckConstraint("min_score BETWEEN 0 AND 100", name=op.f("ck_duplicate_policy_score_of_100")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_policy")),
    )
    op.create_index(
        "uq_duplicate_policy_source",
        "duplicate_policy",
        [sa.text("(coalesce(lower(source), ''))")],
        unique=True,
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    insert = sa.text(
        f"INSERT INTO {policy.name} (id, version, field_versions, action, min_score, pairs, created_at,"
        " updated_at) VALUES (CAST(:id AS uuid), 1, '{}', 'flag', 0,"
        " '{lead-lead,lead-contact,lead-account}', now(), now())"
    )
    op.get_bind().execute(insert, {"id": _OF_ALL_OTHERS})
    op.add_column(
        "quarantine", sa.Column("duplicates", postgresql.JSONB(), nullable=False, server_default="[]")
    )


def downgrade() -> None:
    op.drop_column("quarantine", "duplicates")
    op.drop_table("duplicate_policy")
