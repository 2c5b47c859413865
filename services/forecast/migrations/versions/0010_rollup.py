"""What each deal counts as, added up in cells."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_UUIDS = ("owner_id", "product_id", "territory_id")


def upgrade() -> None:
    op.create_table(
        "counted_deal",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("bucket", sa.Text()),
        sa.Column("closes_on", sa.Date()),
        *(sa.Column(name, sa.Uuid()) for name in _UUIDS),
        sa.Column("pipeline_id", sa.Uuid(), nullable=False),
        sa.Column("stage_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("source", sa.Text()),
        sa.Column("probability", sa.Numeric(9, 8)),
        sa.Column("amount", sa.Numeric(18, 4)),
        sa.Column("currency", sa.Text()),
        sa.Column("base_amount", sa.Numeric(18, 4)),
        sa.Column("base_currency", sa.Text()),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_counted_deal")),
        postgresql_with={"fillfactor": 90},
    )
    for columns in (["closes_on"], ["owner_id", "closes_on"]):
        op.create_index(
            f"ix_counted_deal_{'_'.join(columns)}",
            "counted_deal",
            columns,
            postgresql_where=sa.text("bucket IS NOT NULL"),
        )
    op.create_table(
        "rollup_cell",
        sa.Column("cut", sa.Text(), nullable=False),
        sa.Column("month", sa.Date()),
        *(sa.Column(name, sa.Uuid()) for name in _UUIDS),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("base_currency", sa.Text()),
        sa.Column("deals", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("weighted", sa.Numeric(), nullable=False),
        sa.Column("without_probability", sa.Integer(), nullable=False),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index(
        "uq_rollup_cell_key",
        "rollup_cell",
        ["cut", "month", *_UUIDS, "bucket", "base_currency"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "rollup_state",
        sa.Column("id", sa.SmallInteger(), nullable=False, autoincrement=False),
        sa.Column("time_zone", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_state")),
        sa.CheckConstraint("id = 1", name=op.f("ck_rollup_state_one_row")),
    )
    # Reports read the ledger until the worker has counted the deals that are there.
    op.execute("""
        INSERT INTO rollup_state (id, time_zone) SELECT 1, (
            SELECT time_zone FROM known_organisation WHERE NOT EXISTS (SELECT FROM deal_now) LIMIT 1)
    """)
    op.execute("""
        INSERT INTO agenda_entry (kind, subject_id, due_at, payload, attempts)
        SELECT 'rollup.remake', '0192a000-0000-7000-8000-000000000001', now(), '{}', 0
        WHERE EXISTS (SELECT FROM deal_now)
    """)
    op.create_index(
        "ix_deal_now_account_id",
        "deal_now",
        ["account_id"],
        postgresql_where=sa.text("account_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_deal_now_account_id", "deal_now")
    op.execute("DELETE FROM agenda_entry WHERE kind = 'rollup.remake'")
    for table in ("rollup_state", "rollup_cell", "counted_deal"):
        op.drop_table(table)
