"""Tests of fit, only ever added to."""

from sqlalchemy import Boolean, Column, Index, Table, Text, Uuid

from services.leads.tables import metadata
from shared.persistence.types import Instant

fit_test = Table(
    "fit_test",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    *(Column(name, Boolean) for name in ("need_unmet", "can_meet", "profitable")),
    Column("notes", Text),
    Column("assessed_at", Instant, nullable=False),
    Column("assessed_by", Text, nullable=False),
    Index("ix_fit_test_subject_id", "subject_id", "assessed_at"),
)
