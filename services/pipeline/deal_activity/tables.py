"""`deal_activity`: the activities of deals by their times. Never what was said in them."""

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid, text

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

deal_activity = Table(
    "deal_activity",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("deal_id", Uuid),
    Column("kind", Text, nullable=False),
    Column("planned_at", Instant),
    Column("done_at", Instant),
    Column("by", Uuid),
    Column("sequence", Integer, nullable=False),
    Index(
        "ix_deal_activity_done",
        "deal_id",
        "done_at",
        postgresql_where=text("done_at IS NOT NULL"),
    ),
    Index(
        "ix_deal_activity_planned",
        "deal_id",
        "planned_at",
        postgresql_where=text("planned_at IS NOT NULL"),
    ),
)
