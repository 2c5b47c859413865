"""Sums of a prediction are kept by owner, by product and for all, beside those by owner and product."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_COARSER = """
WITH point AS (
    SELECT run_id, kind, {owner} AS owner_id, {product} AS product_id, place, sum(wins[place]) AS wins,
        sum(mean[place]) AS mean, sum(square[place]) AS square, sum(own[place]) AS own, sum(deals) AS deals
    FROM prediction_sum, generate_subscripts(wins, 1) AS place
    WHERE cut = 'owner_product'
    GROUP BY 1, 2, 3, 4, 5
)
INSERT INTO prediction_sum (run_id, kind, cut, owner_id, product_id, deals, wins, mean, square, own)
SELECT run_id, kind, '{cut}', owner_id, product_id, max(deals), array_agg(wins ORDER BY place),
    array_agg(mean ORDER BY place), array_agg(square ORDER BY place), array_agg(own ORDER BY place)
FROM point GROUP BY run_id, kind, owner_id, product_id
"""


def upgrade() -> None:
    op.execute("ALTER TABLE prediction_sum ADD COLUMN cut text NOT NULL DEFAULT 'owner_product'")
    op.execute("ALTER TABLE prediction_sum ALTER COLUMN cut DROP DEFAULT")
    for cut, owner, product in (
        ("owner", "owner_id", "NULL::uuid"),
        ("product", "NULL::uuid", "product_id"),
        ("all", "NULL::uuid", "NULL::uuid"),
    ):
        op.execute(_COARSER.format(cut=cut, owner=owner, product=product))
    op.execute("DROP INDEX ix_prediction_sum_run_id")
    op.execute("CREATE INDEX ix_prediction_sum_run_id ON prediction_sum (run_id, cut)")


def downgrade() -> None:
    op.execute("DELETE FROM prediction_sum WHERE cut <> 'owner_product'")
    op.execute("ALTER TABLE prediction_sum DROP COLUMN cut")
    op.execute("CREATE INDEX ix_prediction_sum_run_id ON prediction_sum (run_id)")
