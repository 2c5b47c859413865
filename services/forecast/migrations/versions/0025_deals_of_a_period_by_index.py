"""What cells do not tell apart is added up out of one index, without the deals themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_COVERED = (
    *("deal_id", "owner_id", "product_id", "territory_id", "pipeline_id", "stage_id", "stage", "source"),
    *("bucket", "probability", "amount", "currency", "base_amount", "base_currency"),
)


def upgrade() -> None:
    _index(_COVERED)
    op.execute("ALTER TABLE counted_deal SET (autovacuum_vacuum_scale_factor = 0.02)")


def downgrade() -> None:
    op.execute("ALTER TABLE counted_deal RESET (autovacuum_vacuum_scale_factor)")
    _index(())


def _index(covered: tuple[str, ...]) -> None:
    op.drop_index("ix_counted_deal_closes_on", "counted_deal")
    op.create_index(
        "ix_counted_deal_closes_on",
        "counted_deal",
        ["closes_on"],
        postgresql_where=sa.text("bucket IS NOT NULL"),
        postgresql_include=covered,
    )
