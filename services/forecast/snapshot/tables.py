"""`snapshot`: which there are. `snapshot_figure`: the figures frozen of each. `snapshot_owner`: the teams
above each owner then. None of it is ever changed."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.forecast.tables import metadata
from shared.persistence.types import Instant

snapshot = Table(
    "snapshot",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("note", Text),
    Column("taken_at", Instant, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("taken_late", Boolean, nullable=False),
    Column("day", Date),
    Column("periods", ARRAY(Text), nullable=False),
    Column("currency", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("fiscal_year_start_month", SmallInteger, nullable=False),
    Column("asked_by", Uuid),
    Index("ix_snapshot_taken_at_id", "taken_at", "id"),
    Index("uq_snapshot_day", "day", unique=True, postgresql_where=text("day IS NOT NULL")),
)

snapshot_figure = Table(
    "snapshot_figure",
    metadata,
    Column("snapshot_id", Uuid, ForeignKey("snapshot.id", ondelete="CASCADE"), nullable=False),
    Column("owner_id", Uuid),
    Column("product_id", Uuid),
    Column("month", Date),
    Column("bucket", Text, nullable=False),
    Column("deals", Integer, nullable=False),
    Column("amount", Numeric, nullable=False),
    Column("weighted", Numeric, nullable=False),
    Column("without_probability", Integer, nullable=False),
    Column("without_amount", Integer, nullable=False),
    Index("ix_snapshot_figure_snapshot_id", "snapshot_id"),
)

snapshot_owner = Table(
    "snapshot_owner",
    metadata,
    Column("snapshot_id", Uuid, ForeignKey("snapshot.id", ondelete="CASCADE")),
    Column("owner_id", Uuid),
    Column("team_path", ARRAY(Uuid), nullable=False),
    PrimaryKeyConstraint("snapshot_id", "owner_id"),
)
