"""Deals have clocks, stays are due, close dates are counted; activities of deals are known."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
_NOW = ("overdue_at", "rotten_at", "close_overdue_at")


def upgrade() -> None:
    op.add_column("deal", sa.Column("first_expected_close", sa.Date()))
    for name in ("close_pushes", "close_days_pushed"):
        op.add_column("deal", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.execute("ALTER TABLE deal DISABLE TRIGGER USER")
    op.execute("UPDATE deal SET first_expected_close = expected_close WHERE expected_close IS NOT NULL")
    op.execute("ALTER TABLE deal ENABLE TRIGGER USER")
    op.add_column("deal_passage", sa.Column("due_at", INSTANT))
    op.add_column(
        "deal_passage", sa.Column("reckoned", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(
        "ix_deal_passage_due_at", "deal_passage", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL")
    )
    _clocks()
    _activities()
    op.execute("""
        INSERT INTO agenda_entry (kind, subject_id, due_at, payload, attempts)
        VALUES ('deal.sweep', gen_random_uuid(), now(), '{"stage_id": null, "after": null}', 0)
    """)


def _clocks() -> None:
    op.create_table(
        "deal_clock",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("stage_entered_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("overdue_at", INSTANT),
        sa.Column("stage_told", sa.Boolean(), nullable=False),
        sa.Column("touched_at", INSTANT),
        sa.Column("touched_kind", sa.Text()),
        sa.Column("touched_id", sa.Uuid()),
        sa.Column("touched_by", sa.Uuid()),
        sa.Column("snoozed_until", INSTANT),
        sa.Column("rots_at", INSTANT),
        sa.Column("rotten_at", INSTANT),
        sa.Column("close_over_at", INSTANT),
        sa.Column("close_overdue_at", INSTANT),
        sa.Column("close_told", sa.Date()),
        sa.Column("alarm_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_deal_clock_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_deal_clock")),
    )
    op.create_index("ix_deal_clock_due_at", "deal_clock", ["due_at", "deal_id"])
    for name in _NOW:
        there = sa.text(f"{name} IS NOT NULL")
        op.create_index(f"ix_deal_clock_{name}", "deal_clock", [name], postgresql_where=there)


def _activities() -> None:
    op.create_table(
        "deal_activity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("planned_at", INSTANT),
        sa.Column("done_at", INSTANT),
        sa.Column("by", sa.Uuid()),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_activity")),
    )
    for name in ("done", "planned"):
        there = sa.text(f"{name}_at IS NOT NULL")
        op.create_index(
            f"ix_deal_activity_{name}", "deal_activity", ["deal_id", f"{name}_at"], postgresql_where=there
        )


def downgrade() -> None:
    op.execute("DELETE FROM agenda_entry WHERE kind IN ('deal.changed', 'deal.sweep', 'deal.alarm')")
    op.drop_table("deal_activity")
    op.drop_table("deal_clock")
    op.drop_index("ix_deal_passage_due_at", "deal_passage")
    op.drop_column("deal_passage", "reckoned")
    op.drop_column("deal_passage", "due_at")
    for name in ("close_days_pushed", "close_pushes", "first_expected_close"):
        op.drop_column("deal", name)
