"""Marks that say not to pursue."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from services.leads.record.columns import AMOUNT
from services.leads.tables import metadata
from shared.persistence.types import Instant

do_not_pursue = Table(
    "do_not_pursue",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject_id", Uuid),
    Column("name", Text),
    Column("name_key", Text),
    Column("condition", Text),
    Column("reason", Text, nullable=False),
    Column("margin_amount", AMOUNT),
    Column("margin_currency", Text),
    Column("set_by", Text, nullable=False),
    Column("expires_at", Instant),
    Column("ended_at", Instant),
    Column("ended_by", Text),
    CheckConstraint("kind IN ('lead', 'account', 'segment')", name="kind_known"),
    CheckConstraint("(kind = 'segment') = (condition IS NOT NULL)", name="segment_has_condition"),
    CheckConstraint("(kind = 'segment') = (subject_id IS NULL)", name="others_have_subject"),
    Index(
        "uq_do_not_pursue_standing",
        "subject_id",
        "kind",
        unique=True,
        postgresql_where=text("ended_at IS NULL AND subject_id IS NOT NULL"),
    ),
    Index("ix_do_not_pursue_created_at_id", "created_at", "id"),
)
