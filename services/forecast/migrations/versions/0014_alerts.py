"""Alerts with their history; from when on a gap is worth one, and when each was looked at."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("team_id", sa.Uuid()),
        sa.Column("owner_id", sa.Uuid()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("figure", sa.Numeric(), nullable=False),
        sa.Column("limit", sa.Numeric(), nullable=False),
        sa.Column("amount", sa.Numeric()),
        sa.Column("currency", sa.Text()),
        sa.Column("cause", postgresql.JSONB()),
        sa.Column("words", sa.Text()),
        sa.Column("suggestion", sa.Text(), nullable=False),
        sa.Column("told", sa.Numeric(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("assigned_to", sa.Uuid()),
        sa.Column("snoozed_until", _INSTANT),
        sa.Column("acknowledged_by", sa.Uuid()),
        sa.Column("acknowledged_at", _INSTANT),
        sa.Column("resolution", sa.Text()),
        sa.Column("resolved_at", _INSTANT),
        sa.Column("cleared", sa.Boolean(), nullable=False),
        sa.Column("issue_id", sa.Uuid()),
        sa.Column("issue_status", sa.Text()),
        sa.Column("leak", postgresql.JSONB()),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("measured_at", _INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'acknowledged', 'resolved')", name=op.f("ck_alert_status")),
        sa.CheckConstraint("num_nonnulls(team_id, owner_id) <= 1", name=op.f("ck_alert_one_node")),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name=op.f("ck_alert_amount")),
        sa.CheckConstraint(
            "(status = 'resolved') = (resolved_at IS NOT NULL)", name=op.f("ck_alert_resolved_at")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("key", name=op.f("uq_alert_key")),
    )
    op.create_index("ix_alert_created_at_id", "alert", ["created_at", "id"])
    op.create_index(
        "ix_alert_waiting", "alert", ["kind", "ends_on"], postgresql_where=sa.text("status <> 'resolved'")
    )
    op.create_table(
        "alert_entry",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid()),
        sa.Column("note", sa.Text()),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("figure", sa.Numeric(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_alert_entry_alert_id_alert"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("alert_id", "version", name=op.f("pk_alert_entry")),
    )
    op.create_table(
        "gap_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("method", sa.Text()),
        sa.Column("share", sa.Numeric(), nullable=False),
        sa.Column("critical", sa.Numeric(), nullable=False),
        sa.Column("minimum", sa.Numeric(), nullable=False),
        sa.Column("from_share", sa.Numeric(), nullable=False),
        sa.Column("clears_at", sa.Numeric(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.CheckConstraint(
            "share > 0 AND critical >= share AND minimum >= 0", name=op.f("ck_gap_rule_limits")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_rule")),
    )
    op.create_index(
        "uq_gap_rule_team_id", "gap_rule", ["team_id"], unique=True, postgresql_nulls_not_distinct=True
    )
    op.create_index("ix_gap_rule_created_at_id", "gap_rule", ["created_at", "id"])
    # The rule of all is there from the beginning; it is changed, never missing.
    op.execute("""
        INSERT INTO gap_rule (id, active, period, share, critical, minimum, from_share, clears_at, version,
            created_at, updated_at)
        VALUES ('00000000-0000-7000-8000-000000000001', true, 'quarter', 0.1, 0.2, 0, 0.2, 0.8, 1,
            now(), now())
    """)
    op.create_table(
        "gap_check",
        sa.Column("node", sa.Uuid(), nullable=False),
        sa.Column("starts_at", _INSTANT, nullable=False),
        sa.Column("limit_amount", sa.Numeric(), nullable=False),
        sa.Column("checked_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_gap_check")),
    )


def downgrade() -> None:
    for table in ("gap_check", "gap_rule", "alert_entry", "alert"):
        op.drop_table(table)
