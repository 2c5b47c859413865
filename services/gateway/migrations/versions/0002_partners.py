"""Partners have a kind, a contract, a territory, products, contacts and a programme."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_LISTS = ("product_ids", "contact_ids")
_LINKS = ("program_id", "territory_id")
_DAYS = ("contract_starts_on", "contract_ends_on")


def upgrade() -> None:
    op.add_column("partner", sa.Column("kind", sa.Text(), nullable=False, server_default="partner"))
    for name in _LINKS:
        op.add_column("partner", sa.Column(name, sa.Uuid()))
    for name in _LISTS:
        empty = sa.text("'{}'")
        op.add_column(
            "partner",
            sa.Column(name, postgresql.ARRAY(sa.Uuid()), nullable=False, server_default=empty),
        )
    for name in _DAYS:
        op.add_column("partner", sa.Column(name, sa.Date()))
    kinds = "kind IN ('partner', 'dealer', 'distributor')"
    op.create_check_constraint(op.f("ck_partner_kind_known"), "partner", kinds)


def downgrade() -> None:
    op.drop_constraint(op.f("ck_partner_kind_known"), "partner")
    for name in ("kind", *_LINKS, *_LISTS, *_DAYS):
        op.drop_column("partner", name)
