"""What clocks showed and where cards lay is kept, so that the past answers with it."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "deal_clock", sa.Column("reckoned_at", INSTANT, server_default=sa.text("now()"), nullable=False)
    )
    op.create_table(
        "deal_clock_past",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("deal_version", sa.Integer(), server_default="0", nullable=False),
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
        sa.Column("reckoned_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.Column("valid_to", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_deal_clock_past_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("deal_id", "reckoned_at", name=op.f("pk_deal_clock_past")),
    )
    op.add_column(
        "deal_place", sa.Column("placed_at", INSTANT, server_default=sa.text("now()"), nullable=False)
    )
    op.alter_column("deal_place", "placed_at", server_default=None)
    op.add_column(
        "deal_place", sa.Column("valid_to", INSTANT, server_default=sa.text("'infinity'"), nullable=False)
    )
    op.drop_constraint(op.f("pk_deal_place"), "deal_place")
    op.create_primary_key(op.f("pk_deal_place"), "deal_place", ["deal_id", "placed_at"])
    op.create_index(
        "ix_deal_place_now", "deal_place", ["deal_id"], postgresql_where=sa.text("valid_to = 'infinity'")
    )


def downgrade() -> None:
    op.execute("DELETE FROM deal_place WHERE valid_to <> 'infinity'")
    op.drop_index("ix_deal_place_now", "deal_place")
    op.drop_constraint(op.f("pk_deal_place"), "deal_place")
    op.create_primary_key(op.f("pk_deal_place"), "deal_place", ["deal_id"])
    op.drop_column("deal_place", "valid_to")
    op.drop_column("deal_place", "placed_at")
    op.drop_table("deal_clock_past")
    op.drop_column("deal_clock", "reckoned_at")
