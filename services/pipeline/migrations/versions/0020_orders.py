"""What customers order."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("sales_order_number")))
    op.create_table(
        "sales_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("counter_sale", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("account_said", sa.Uuid()),
        sa.Column("deal_id", sa.Uuid()),
        sa.Column("taken_by", sa.Uuid()),
        sa.Column("visit_id", sa.Uuid()),
        sa.Column("ordered_at", INSTANT, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total", sa.Numeric(), nullable=False),
        sa.Column("base_currency", sa.Text(), nullable=False),
        sa.Column("base_total", sa.Numeric(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("cancelled_at", INSTANT),
        sa.Column("cancel_reason", sa.Text()),
        sa.Column("source_system", sa.Text()),
        sa.Column("external_id", sa.Text()),
        sa.Column("recorded_by", sa.Text()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("status IN ('taken', 'cancelled')", name=op.f("ck_sales_order_status")),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_sales_order_cancelled_at")
        ),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_sales_order_deal_id_deal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_order")),
    )
    op.create_index("uq_sales_order_number", "sales_order", ["number"], unique=True)
    op.create_index(
        "uq_sales_order_source_system_external_id",
        "sales_order",
        ["source_system", "external_id"],
        unique=True,
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index("ix_sales_order_ordered_at_id", "sales_order", ["ordered_at", "id"])
    op.create_index("ix_sales_order_account_id", "sales_order", ["account_id"])
    op.create_index("ix_sales_order_deal_id", "sales_order", ["deal_id"])
    op.create_index("ix_sales_order_taken_by_ordered_at_id", "sales_order", ["taken_by", "ordered_at", "id"])
    op.create_index(
        "ix_sales_order_visit_id",
        "sales_order",
        ["visit_id"],
        postgresql_where=sa.text("visit_id IS NOT NULL"),
    )
    op.create_table(
        "sales_order_line",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Uuid()),
        sa.Column("description", sa.Text()),
        sa.Column("quantity", sa.Numeric(), nullable=False),
        sa.Column("unit_price", sa.Numeric(), nullable=False),
        sa.Column("discount", sa.Numeric(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_sales_order_line_quantity")),
        sa.CheckConstraint("discount BETWEEN 0 AND 1", name=op.f("ck_sales_order_line_discount")),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["sales_order.id"],
            name=op.f("fk_sales_order_line_order_id_sales_order"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_sales_order_line_product_id_product")
        ),
        sa.PrimaryKeyConstraint("order_id", "position", name=op.f("pk_sales_order_line")),
    )
    op.create_index("ix_sales_order_line_product_id", "sales_order_line", ["product_id"])


def downgrade() -> None:
    op.drop_table("sales_order_line")
    op.drop_table("sales_order")
    op.execute(sa.schema.DropSequence(sa.Sequence("sales_order_number")))
