"""`deal_place`: where somebody put the card of a deal, for as long as the deal stays in its stage; and where
it lay before, from `placed_at` to `valid_to`."""

from sqlalchemy import Column, ForeignKey, Index, Numeric, PrimaryKeyConstraint, Table, Uuid, text

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

deal_place = Table(
    "deal_place",
    metadata,
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    Column("stage_id", Uuid, nullable=False),
    Column("stage_entered_at", Instant, nullable=False),
    Column("rank", Numeric, nullable=False),
    Column("placed_at", Instant, nullable=False),
    Column("valid_to", Instant, nullable=False, server_default=text("'infinity'")),
    PrimaryKeyConstraint("deal_id", "placed_at"),
    Index("ix_deal_place_now", "deal_id", postgresql_where=text("valid_to = 'infinity'")),
)
