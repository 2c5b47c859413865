"""`payment`: the parts in which deals are paid; `payment_plan`: the version of each deal's schedule."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    Uuid,
    text,
)

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

payment_plan = Table(
    "payment_plan",
    metadata,
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), primary_key=True),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
)

payment = Table(
    "payment",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("deal_id", Uuid, ForeignKey("payment_plan.deal_id", ondelete="CASCADE"), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("amount", Numeric, nullable=False),
    Column("paid_amount", Numeric, nullable=False),
    Column("currency", Text, nullable=False),
    Column("paid_at", Instant),
    Column("note", Text),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("(paid_at IS NULL) = (paid_amount = 0) AND paid_amount >= 0", name="paid"),
    Index("ix_payment_deal_id", "deal_id"),
    Index("ix_payment_due_on_id", "due_on", "id"),
    Index("ix_payment_unpaid", "due_on", "id", postgresql_where=text("paid_amount < amount")),
)
