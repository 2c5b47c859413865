"""`deal_origin`: of deals that a conversion opened, what was known of the lead."""

from sqlalchemy import Column, ForeignKey, Table, Text, Uuid

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

deal_origin = Table(
    "deal_origin",
    metadata,
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), primary_key=True),
    Column("lead_created_at", Instant, nullable=False),
    Column("first_contact_at", Instant),
    Column("channel", Text),
    Column("category", Text),
    Column("country", Text),
    Column("industry", Text),
    Column("segment", Text),
)
