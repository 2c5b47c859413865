"""Leads and their history."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Numeric, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.leads.lead.domain import OPEN, STATUSES
from services.leads.record.columns import (
    AMOUNT,
    origin_columns,
    record_columns,
    record_constraints,
    text_index,
)
from services.leads.tables import metadata
from shared.persistence.types import Instant

_OPEN = ", ".join(f"'{status}'" for status in OPEN)
_STATUSES = ", ".join(f"'{status}'" for status in STATUSES)
SEARCHED = ("name", "company", "email")

lead = Table(
    "lead",
    metadata,
    *record_columns(),
    *origin_columns(),
    Column("member_fields", ARRAY(Text), nullable=False),
    Column("status", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("first_name", Text),
    Column("last_name", Text),
    Column("company", Text),
    Column("job_title", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("country", Text),
    *(Column(name, Text) for name in ("region", "city", "postal_code", "industry")),
    Column("employees", Integer),
    *(Column(name, Text) for name in ("website", "language", "origin")),
    Column("source", Text),
    *(Column(name, Text) for name in ("medium", "referrer", "landing_page")),
    Column("channel", Text),
    Column("campaign", Text),
    Column("product_interest", Text),
    Column("category", Text),
    Column("category_by", Text),
    *(Column(name, Text) for name in ("segment", "segment_by")),
    Column("target_customer", Boolean),
    Column("do_not_pursue", Boolean, nullable=False, server_default="false"),
    Column("expected_amount", AMOUNT),
    Column("expected_currency", Text),
    Column("do_not_contact", ARRAY(Text), nullable=False, server_default="{}"),
    Column("preferred_channel", Text),
    Column("tags", ARRAY(Text), nullable=False),
    Column("needs", ARRAY(Text), nullable=False),
    Column("attributes", JSONB, nullable=False),
    Column("notes", Text),
    Column("score", Numeric(6, 5)),
    Column("score_state", Text, nullable=False, server_default="no_model"),
    Column("grade", Text),
    Column("fit_points", Integer),
    Column("engagement_points", Integer),
    Column("scored_at", Instant),
    Column("score_version", Integer),
    Column("territory_id", Uuid),
    Column("queue_id", Uuid),
    Column("queued_at", Instant),
    Column("queue_reason", Text),
    Column("leased_by", Uuid),
    Column("leased_until", Instant),
    Column("response_due_at", Instant),
    Column("response_breached_at", Instant),
    Column("owner_id", Uuid),
    Column("assigned_at", Instant),
    Column("assignment_reason", Text),
    Column("partner_id", Uuid),
    Column("duplicate_of", Uuid),
    Column("merged_into", Uuid),
    Column("first_contact_at", Instant),
    Column("qualified_at", Instant),
    Column("disqualified_at", Instant),
    Column("disqualify_reason", Text),
    Column("converted_at", Instant),
    Column("account_id", Uuid),
    Column("contact_id", Uuid),
    Column("wanted_deal_id", Uuid),
    Column("deal_id", Uuid),
    # Counted beside the versions of the lead: logging an activity is no change of it.
    Column("activity_count", Integer, nullable=False, server_default="0"),
    Column("last_activity_at", Instant),
    *record_constraints("lead"),
    CheckConstraint(f"status IN ({_STATUSES})", name="status_known"),
    CheckConstraint("(expected_amount IS NULL) = (expected_currency IS NULL)", name="expected_value_whole"),
    Index(
        "uq_lead_partner_id_external_id",
        "partner_id",
        "external_id",
        unique=True,
        postgresql_where=text("partner_id IS NOT NULL"),
    ),
    Index("ix_lead_external_id", "external_id", postgresql_where=text("external_id IS NOT NULL")),
    *(
        Index(f"ix_lead_{name}_id", name, "id", postgresql_where=text(f"{name} IS NOT NULL"))
        for name in ("category", "segment")
    ),
    *(
        Index(f"ix_lead_{name}", name, postgresql_where=text(f"{name} IS NOT NULL"))
        for name in ("account_id", "contact_id")
    ),
    Index("ix_lead_score_id", "score", "id"),
    Index(
        "ix_lead_response_due_at_id",
        "response_due_at",
        "id",
        postgresql_where=text("status = 'new' AND response_due_at IS NOT NULL"),
    ),
    Index("ix_lead_status_created_at_id", "status", "created_at", "id"),
    Index(
        "ix_lead_partner_id_created_at_id",
        "partner_id",
        "created_at",
        "id",
        postgresql_where=text("partner_id IS NOT NULL"),
    ),
    Index(
        "ix_lead_open_email",
        text("lower(email)"),
        postgresql_where=text(f"email IS NOT NULL AND status IN ({_OPEN})"),
    ),
    Index(
        "ix_lead_open_owner_id",
        "owner_id",
        postgresql_where=text(f"owner_id IS NOT NULL AND status IN ({_OPEN})"),
    ),
    Index(
        "ix_lead_queue_id_queued_at_id",
        "queue_id",
        "queued_at",
        "id",
        postgresql_where=text("queue_id IS NOT NULL"),
    ),
    Index("ix_lead_territory_id_id", "territory_id", "id", postgresql_where=text("territory_id IS NOT NULL")),
    Index(
        "ix_lead_open_phone",
        "phone",
        postgresql_where=text(f"phone IS NOT NULL AND status IN ({_OPEN})"),
    ),
    Index("ix_lead_campaign", text("lower(campaign)"), postgresql_where=text("campaign IS NOT NULL")),
    text_index("lead", *SEARCHED),
)

# One row: what must be filled in when somebody enters a lead.
lead_form = Table(
    "lead_form",
    metadata,
    Column("sole", Boolean, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("mandatory", ARRAY(Text), nullable=False),
    CheckConstraint("sole", name="one_row"),
)

lead_history = Table(
    "lead_history",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("lead_id", Uuid, nullable=False),
    Column("version", Integer),
    Column("at", Instant, nullable=False),
    Column("what", Text, nullable=False),
    Column("by", Text),
    Column("details", JSONB, nullable=False),
    Index("ix_lead_history_lead_id_at_id", "lead_id", "at", "id"),
)

# How a lead was scored over time: one row whenever its score, grade or points became something else.
lead_score = Table(
    "lead_score",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("lead_id", Uuid, nullable=False),
    Column("at", Instant, nullable=False),
    Column("model_version", Integer),
    Column("score", Numeric(6, 5)),
    Column("grade", Text),
    Column("fit_points", Integer),
    Column("engagement_points", Integer),
    Index("ix_lead_score_lead_id_at_id", "lead_id", "at", "id"),
)
