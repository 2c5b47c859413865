"""Models, each with how good it was when it was learned. At most one is in service."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

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
