"""`sales_order` and `sales_order_line`: what customers have ordered. `order` is a word of SQL."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    Text,
    Uuid,
    text,
)

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

order_number = Sequence("sales_order_number", metadata=metadata)

sales_order = Table(
    "sales_order",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("number", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("counter_sale", Boolean, nullable=False),
    Column("account_id", Uuid),
    Column("account_said", Uuid),
    Column("deal_id", Uuid, ForeignKey("deal.id")),
    Column("taken_by", Uuid),
    Column("visit_id", Uuid),
    Column("ordered_at", Instant, nullable=False),
    Column("currency", Text, nullable=False),
    Column("total", Numeric, nullable=False),
    Column("base_currency", Text, nullable=False),
    Column("base_total", Numeric, nullable=False),
    Column("note", Text),
    Column("cancelled_at", Instant),
    Column("cancel_reason", Text),
    Column("source_system", Text),
    Column("external_id", Text),
    Column("recorded_by", Text),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("status IN ('taken', 'cancelled')", name="status"),
    CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_at"),
    Index("uq_sales_order_number", "number", unique=True),
    Index(
        "uq_sales_order_source_system_external_id",
        "source_system",
        "external_id",
        unique=True,
        postgresql_where=text("external_id IS NOT NULL"),
    ),
    Index("ix_sales_order_ordered_at_id", "ordered_at", "id"),
    Index("ix_sales_order_account_id", "account_id"),
    Index("ix_sales_order_deal_id", "deal_id"),
    Index("ix_sales_order_taken_by_ordered_at_id", "taken_by", "ordered_at", "id"),
    Index("ix_sales_order_visit_id", "visit_id", postgresql_where=text("visit_id IS NOT NULL")),
)

sales_order_line = Table(
    "sales_order_line",
    metadata,
    Column("order_id", Uuid, ForeignKey("sales_order.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("product_id", Uuid, ForeignKey("product.id")),
    Column("description", Text),
    Column("quantity", Numeric, nullable=False),
    Column("unit_price", Numeric, nullable=False),
    Column("discount", Numeric, nullable=False),
    Column("amount", Numeric, nullable=False),
    PrimaryKeyConstraint("order_id", "position"),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("discount BETWEEN 0 AND 1", name="discount"),
    Index("ix_sales_order_line_product_id", "product_id"),
)
