"""How many visits a channel and source had in a day."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, PrimaryKeyConstraint, Table, Text

from services.leads.tables import metadata
from shared.persistence.types import Instant

visit_count = Table(
    "visit_count",
    metadata,
    Column("day", Date, nullable=False),
    Column("channel", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("visits", BigInteger, nullable=False),
    Column("counted_at", Instant, nullable=False),
    PrimaryKeyConstraint("day", "channel", "source"),
    CheckConstraint("visits >= 0", name="visits_not_negative"),
)
