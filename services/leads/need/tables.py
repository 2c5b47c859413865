"""Needs of leads and accounts, the tags that name them, and what products answer."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.leads.record.columns import record_columns
from services.leads.tables import metadata
from shared.persistence.types import Instant

lead_need = Table(
    "lead_need",
    metadata,
    *record_columns(),
    Column("lead_id", Uuid),
    Column("account_id", Uuid),
    Column("words", Text, nullable=False),
    Column("tags", ARRAY(Text), nullable=False),
    Column("urgency", Text),
    Column("current_solution", Text),
    Column("recorded_by", Text, nullable=False),
    CheckConstraint("(lead_id IS NULL) <> (account_id IS NULL)", name="of_one"),
    Index("ix_lead_need_lead_id", "lead_id", "created_at"),
    Index(
        "ix_lead_need_account_id",
        "account_id",
        "created_at",
        postgresql_where=text("account_id IS NOT NULL"),
    ),
    Index("ix_lead_need_tags", "tags", postgresql_using="gin"),
)

product_need = Table(
    "product_need",
    metadata,
    Column("product_id", Uuid, primary_key=True),
    Column("tags", ARRAY(Text), nullable=False),
    Column("updated_at", Instant, nullable=False),
)

need_tag = Table(
    "need_tag",
    metadata,
    *record_columns(),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("active", Boolean, nullable=False),
    Index("uq_need_tag_key", "key", unique=True, postgresql_where=text("archived_at IS NULL")),
)

# One row: whether only tags of the catalogue may be used.
need_settings = Table(
    "need_settings",
    metadata,
    Column("sole", Boolean, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("only_known_tags", Boolean, nullable=False),
    CheckConstraint("sole", name="one_row"),
)
