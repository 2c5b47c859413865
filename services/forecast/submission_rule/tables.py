"""`submission_rule`: one row, the rules as they are."""

from sqlalchemy import CheckConstraint, Column, Integer, SmallInteger, Table
from sqlalchemy.dialects.postgresql import JSONB

from services.forecast.tables import metadata

submission_rule = Table(
    "submission_rule",
    metadata,
    Column("id", SmallInteger, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("rules", JSONB, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
