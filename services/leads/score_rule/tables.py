"""Rules that give points."""

from sqlalchemy import Boolean, CheckConstraint, Column, Float, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from services.leads.record.columns import record_columns
from services.leads.tables import metadata

score_rule = Table(
    "score_rule",
    metadata,
    *record_columns(),
    Column("name", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("condition", Text),
    Column("points", Integer, nullable=False),
    Column("group", Text),
    Column("group_cap", Integer),
    Column("events", ARRAY(Text), nullable=False),
    Column("at_least", Integer, nullable=False),
    Column("at_most", Integer),
    Column("within_days", Integer),
    Column("half_life_days", Float),
    Column("active", Boolean, nullable=False),
    CheckConstraint("part IN ('fit', 'engagement')", name="part_known"),
)
