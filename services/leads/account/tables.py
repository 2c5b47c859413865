"""Accounts."""

from sqlalchemy import CheckConstraint, Column, Float, Index, Integer, Table, Text, Uuid, text

from services.leads.record.columns import (
    AMOUNT,
    origin_columns,
    record_columns,
    record_constraints,
    text_index,
)
from services.leads.tables import metadata

SEARCHED = ("name", "website")

account = Table(
    "account",
    metadata,
    *record_columns(),
    *origin_columns(),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("industry", Text),
    Column("country", Text),
    Column("website", Text),
    Column("phone", Text),
    Column("employees", Integer),
    Column("revenue_amount", AMOUNT),
    Column("revenue_currency", Text),
    Column("notes", Text),
    Column("latitude", Float),
    Column("longitude", Float),
    *(Column(name, Text) for name in ("segment", "segment_by")),
    Column("parent_id", Uuid),
    Column("owner_id", Uuid),
    Column("merged_into", Uuid),
    *record_constraints("account"),
    CheckConstraint("(revenue_amount IS NULL) = (revenue_currency IS NULL)", name="revenue_whole"),
    CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place_whole"),
    Index("ix_account_name_key", "name_key"),
    Index("ix_account_segment_id", "segment", "id", postgresql_where=text("segment IS NOT NULL")),
    Index("ix_account_parent_id", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
    text_index("account", *SEARCHED),
)
