"""Territories, products and families are adjusted as teams and members are; a territory has a manager."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_NEW = ("territory_id", "product_family", "product_id")


def upgrade() -> None:
    op.add_column("known_territory", sa.Column("manager_id", sa.Uuid()))
    op.add_column("adjustment", sa.Column("territory_id", sa.Uuid()))
    op.add_column("adjustment", sa.Column("product_family", sa.Text()))
    op.add_column("adjustment", sa.Column("product_id", sa.Uuid()))
    _of(("team_id", "owner_id", *_NEW))


def downgrade() -> None:
    """Adjustments of what is not known any more are gone, and their states with them."""
    op.execute("ALTER TABLE adjustment_state DISABLE TRIGGER kept")
    gone = "SELECT id FROM adjustment WHERE num_nonnulls(territory_id, product_family, product_id) > 0"
    op.execute(f"DELETE FROM adjustment_state WHERE adjustment_id IN ({gone})")
    op.execute(f"DELETE FROM adjustment WHERE id IN ({gone})")
    op.execute("ALTER TABLE adjustment_state ENABLE TRIGGER kept")
    _of(("team_id", "owner_id"))
    for name in _NEW:
        op.drop_column("adjustment", name)
    op.drop_column("known_territory", "manager_id")


def _of(names: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_adjustment_one_node"), "adjustment")
    op.create_check_constraint(
        op.f("ck_adjustment_one_node"), "adjustment", f"num_nonnulls({', '.join(names)}) <= 1"
    )
    op.drop_index("uq_adjustment_place", "adjustment")
    op.create_index(
        "uq_adjustment_place",
        "adjustment",
        ["starts_on", "ends_on", *names, "rollup", "figure", "side"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
