"""What was done of the tasks of a deal's stages."""

from sqlalchemy import Boolean, Column, ForeignKey, PrimaryKeyConstraint, Table, Text, Uuid

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

deal_task = Table(
    "deal_task",
    metadata,
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    Column("task_id", Uuid, nullable=False),
    Column("stage_id", Uuid, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("result_came", Boolean),
    Column("note", Text),
    Column("by", Text),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("deal_id", "task_id"),
)
