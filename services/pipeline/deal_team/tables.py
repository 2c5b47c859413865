"""Who is, and was, on the team of a deal; each at most once at a time.

Who is on it now stands in the deal too (`team_ids`, `editor_ids`), for what asks who may see a deal.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

deal_member = Table(
    "deal_member",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("role", Text, nullable=False),
    Column("access", Text, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("left_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    CheckConstraint("access IN ('read', 'edit')", name="access"),
    Index(
        "uq_deal_member_deal_id_member_id",
        "deal_id",
        "member_id",
        unique=True,
        postgresql_where=text("left_at IS NULL"),
    ),
)
