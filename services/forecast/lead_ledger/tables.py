"""`lead_now`: one row per lead, with the instant at which it reached each step."""

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid, text

from services.forecast.tables import metadata
from shared.persistence.types import Instant

lead_now = Table(
    "lead_now",
    metadata,
    Column("lead_id", Uuid, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("owner_id", Uuid),
    Column("source", Text),
    Column("campaign", Text),
    Column("country", Text),
    Column("product_interest", Text),
    Column("partner_id", Uuid),
    Column("first_contact_at", Instant),
    Column("qualified_at", Instant),
    Column("disqualified_at", Instant),
    Column("disqualify_reason", Text),
    Column("converted_at", Instant),
    Column("account_id", Uuid),
    Column("deal_id", Uuid),
    Column("archived_at", Instant),
    Column("merged_into", Uuid),
    Column("territory_id", Uuid),
    Index("ix_lead_now_created_at", "created_at"),
    Index("ix_lead_now_owner_id_created_at", "owner_id", "created_at"),
    Index("ix_lead_now_known_at", "known_at"),
    Index(
        "ix_lead_now_account_id",
        "account_id",
        "created_at",
        postgresql_where=text("account_id IS NOT NULL AND territory_id IS NOT NULL"),
    ),
)
