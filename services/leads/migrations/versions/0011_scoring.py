"""Models, trainings, and how leads were scored over time."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lead", sa.Column("score_version", sa.Integer()))
    op.create_table(
        "lead_score",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model_version", sa.Integer()),
        sa.Column("score", sa.Numeric(6, 5)),
        sa.Column("grade", sa.Text()),
        sa.Column("fit_points", sa.Integer()),
        sa.Column("engagement_points", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_score")),
    )
    op.create_index("ix_lead_score_lead_id_at_id", "lead_score", ["lead_id", "at", "id"])
    op.create_table(
        "scoring_model",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("positive", sa.Integer(), nullable=False),
        sa.Column("negative", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("learned_until", sa.Text()),
        sa.Column("note", sa.Text(), nullable=False),
        *(sa.Column(name, postgresql.JSONB()) for name in ("figures", "split", "rival", "numbers")),
        sa.CheckConstraint(
            "state IN ('ok', 'insufficient_history')", name=op.f("ck_scoring_model_state_known")
        ),
        sa.CheckConstraint(
            "(state = 'ok') = (numbers IS NOT NULL)", name=op.f("ck_scoring_model_numbers_of_trained")
        ),
        sa.CheckConstraint("NOT active OR state = 'ok'", name=op.f("ck_scoring_model_active_is_trained")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_scoring_model")),
    )
    op.create_index(
        "uq_scoring_model_active",
        "scoring_model",
        ["active"],
        unique=True,
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "scoring_training",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Text()),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("version", sa.Integer()),
        sa.Column("fingerprint", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_scoring_training_status_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_training")),
    )
    op.create_index(
        "uq_scoring_training_unfinished",
        "scoring_training",
        [sa.text("(true)")],
        unique=True,
        postgresql_where=sa.text("status IN ('queued', 'running')"),
    )


def downgrade() -> None:
    for table in ("scoring_training", "scoring_model", "lead_score"):
        op.drop_table(table)
    op.drop_column("lead", "score_version")
