"""What will come: runs, chances of deals, sums of them, trials in the past."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _curve(name: str) -> sa.Column[list[float]]:
    return sa.Column(name, postgresql.ARRAY(sa.Double()), nullable=False)


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "prediction_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("requested_at", instant, nullable=False),
        sa.Column("requested_by", sa.Text()),
        sa.Column("as_of", instant),
        sa.Column("of_past", sa.Boolean(), nullable=False),
        sa.Column("finished_at", instant),
        sa.Column("day", sa.Date()),
        sa.Column("currency", sa.Text()),
        sa.Column("state", sa.Text()),
        sa.Column("missing", postgresql.JSONB()),
        sa.Column("has_rows", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("grid", postgresql.ARRAY(sa.Date())),
        sa.Column("blend", postgresql.JSONB()),
        sa.Column("factors", postgresql.JSONB()),
        sa.Column("quality", postgresql.JSONB()),
        sa.Column("first_won_on", sa.Date()),
        sa.Column("won_by_day", postgresql.ARRAY(sa.Double())),
        sa.Column("deals_learned_from", sa.Integer()),
        sa.Column("closings", sa.Integer()),
        sa.Column("open_deals", sa.Integer()),
        sa.Column("known_until", instant),
        sa.Column("seconds", sa.Double()),
        sa.Column("walk_seconds", sa.Double()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prediction_run")),
    )
    op.create_index(
        "uq_prediction_run_under_way",
        "prediction_run",
        ["status"],
        unique=True,
        postgresql_where=sa.text("status = 'queued'"),
    )
    op.create_index("ix_prediction_run_requested_at", "prediction_run", ["requested_at", "id"])
    op.create_index(
        "ix_prediction_run_kept", "prediction_run", ["as_of"], postgresql_where=sa.text("has_rows")
    )
    op.create_table(
        "prediction_deal",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Uuid()),
        sa.Column("product_id", sa.Uuid()),
        sa.Column("chance", postgresql.ARRAY(sa.REAL()), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("in_quarter", sa.Double(), nullable=False),
        sa.Column("worth", sa.Double(), nullable=False),
        sa.Column("square", sa.Double(), nullable=False),
        sa.Column("expected_value", sa.Double(), nullable=False),
        sa.Column("expected_close", sa.Date()),
        sa.Column("levels", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("effects", postgresql.ARRAY(sa.REAL()), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "deal_id", name=op.f("pk_prediction_deal")),
    )
    op.create_index(
        "ix_prediction_deal_expected_value", "prediction_deal", ["run_id", "expected_value", "deal_id"]
    )
    op.create_table(
        "prediction_sum",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid()),
        sa.Column("product_id", sa.Uuid()),
        sa.Column("deals", sa.Integer(), nullable=False),
        *(_curve(name) for name in ("wins", "mean", "square", "own")),
    )
    op.create_index("ix_prediction_sum_run_id", "prediction_sum", ["run_id"])
    op.create_table(
        "prediction_trial",
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("closings", sa.Integer(), nullable=False),
        sa.Column("reckoned_at", instant, nullable=False),
        sa.Column("trial", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("starts_on", "ends_on", name=op.f("pk_prediction_trial")),
    )


def downgrade() -> None:
    for table in ("prediction_trial", "prediction_sum", "prediction_deal", "prediction_run"):
        op.drop_table(table)
