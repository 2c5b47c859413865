"""Active or passive, direct or indirect: the type of each sale."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_PAIRS = {"sale_approach": ("active", "passive"), "sale_channel": ("direct", "indirect")}


def upgrade() -> None:
    for name, values in _PAIRS.items():
        op.add_column("deal", sa.Column(name, sa.Text()))
        allowed = ", ".join(f"'{value}'" for value in values)
        op.execute(f"ALTER TABLE deal ADD CONSTRAINT ck_deal_{name} CHECK ({name} IN ({allowed})) NOT VALID")
        op.execute(f"ALTER TABLE deal VALIDATE CONSTRAINT ck_deal_{name}")
    op.create_index(
        "ix_deal_account_id_closed_at_id",
        "deal",
        ["account_id", "closed_at", "id"],
        postgresql_where=sa.text("status = 'won'"),
    )


def downgrade() -> None:
    op.drop_index("ix_deal_account_id_closed_at_id", "deal")
    for name in _PAIRS:
        op.drop_column("deal", name)
