"""Forms and what came in by them."""

from sqlalchemy import Boolean, Column, Index, Integer, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.leads.tables import metadata
from shared.persistence.types import Instant

web_form = Table(
    "web_form",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("previous_key", Text),
    Column("previous_key_until", Instant),
    Column("active", Boolean, nullable=False),
    Column("title", Text),
    Column("language", Text, nullable=False),
    Column("fields", JSONB, nullable=False),
    Column("fixed", JSONB, nullable=False),
    Column("consents", JSONB, nullable=False),
    Column("double_opt_in", Boolean, nullable=False),
    Column("confirm_within_hours", Integer, nullable=False),
    Column("honeypot", Text, nullable=False),
    Column("frame_ancestors", ARRAY(Text), nullable=False),
    Column("redirect_url", Text),
    Column("thank_you", Text),
    Column("daily_limit", Integer),
    Column("largest_bytes", Integer, nullable=False),
    Index("uq_web_form_key", "key", unique=True),
    Index("ix_web_form_previous_key", "previous_key", postgresql_where=text("previous_key IS NOT NULL")),
    Index("ix_web_form_created_at_id", "created_at", "id"),
)

# `payload` and `beside` are held only while a confirmation is waited for.
form_submission = Table(
    "form_submission",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("form_id", Uuid, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("status", Text, nullable=False),
    Column("sent_once", Text),
    Column("payload", JSONB),
    Column("beside", JSONB),
    Column("email", Text),
    Column("spam_score", SmallInteger, nullable=False),
    Column("lead_id", Uuid),
    Column("quarantine_id", Uuid),
    Column("expires_at", Instant),
    Column("confirmed_at", Instant),
    Index("ix_form_submission_form_id_received_at_id", "form_id", "received_at", "id"),
    Index("uq_form_submission_sent_once", "sent_once", unique=True),
)
