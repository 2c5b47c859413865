"""Models, each with how good it was when it was learned, at most one in service; and cut-offs of grades."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from services.leads.record.columns import record_columns
from services.leads.tables import metadata
from shared.persistence.types import Instant

scoring_model = Table(
    "scoring_model",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("trained_at", Instant, nullable=False),
    Column("positive", Integer, nullable=False),
    Column("negative", Integer, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("learned_until", Text),
    Column("note", Text, nullable=False),
    Column("figures", JSONB),
    Column("split", JSONB),
    Column("rival", JSONB),
    Column("numbers", JSONB),
    CheckConstraint("state IN ('ok', 'insufficient_history')", name="state_known"),
    CheckConstraint("(state = 'ok') = (numbers IS NOT NULL)", name="numbers_of_trained"),
    CheckConstraint("NOT active OR state = 'ok'", name="active_is_trained"),
    Index("uq_scoring_model_active", "active", unique=True, postgresql_where=text("active")),
)

scoring_settings = Table(
    "scoring_settings",
    metadata,
    *record_columns(),
    Column("grade_by", Text, nullable=False),
    Column("grades", JSONB, nullable=False),
    CheckConstraint("grade_by IN ('share', 'score')", name="grade_by_known"),
)
