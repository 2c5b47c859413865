"""`snapshot_rule`: one row, the rules as they are."""

from sqlalchemy import CheckConstraint, Column, Integer, SmallInteger, Table, Uuid

from services.forecast.tables import metadata
from shared.persistence.types import Instant

snapshot_rule = Table(
    "snapshot_rule",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("daily_days", Integer, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("author_id", Uuid),
    CheckConstraint("id = 1", name="one_row"),
)
