"""`deal_place`: where somebody put the card of a deal, for as long as the deal stays in its stage."""

from sqlalchemy import Column, ForeignKey, Numeric, Table, Uuid

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

deal_place = Table(
    "deal_place",
    metadata,
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), primary_key=True),
    Column("stage_id", Uuid, nullable=False),
    Column("stage_entered_at", Instant, nullable=False),
    Column("rank", Numeric, nullable=False),
)
