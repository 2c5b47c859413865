"""`accuracy_look`: which past forecasts are kept. `accuracy_figure`: what was known at each, added up by
owner and by product. None of it is ever changed: what was known then stays what it was."""

from sqlalchemy import (
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)

from services.forecast.tables import metadata
from shared.persistence.types import Instant

LOOK = ("starts_on", "ends_on", "made_at")

accuracy_look = Table(
    "accuracy_look",
    metadata,
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("made_at", Instant),
    Column("currency", Text, nullable=False),
    PrimaryKeyConstraint(*LOOK),
)

accuracy_figure = Table(
    "accuracy_figure",
    metadata,
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("cut", Text, nullable=False),
    Column("key", Uuid),
    Column("bucket", Text, nullable=False),
    Column("amount", Numeric, nullable=False),
    ForeignKeyConstraint(LOOK, [f"accuracy_look.{each}" for each in LOOK], ondelete="CASCADE"),
    Index("ix_accuracy_figure_look", *LOOK, "cut"),
)
