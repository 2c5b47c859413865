"""Leads, accounts, contacts, activities, intake, replicas, messages and answered keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.messaging import migration as messaging

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "account",
    "activity",
    "assignment_turn",
    "contact",
    "idempotency",
    "known_deal",
    "known_exchange_rate",
    "known_member",
    "known_organisation",
    "known_team",
    "lead",
    "lead_history",
    "quarantine",
    "receipt",
)


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    messaging.create(op)
    _account()
    _activity()
    _assignment_turn()
    _contact()
    _idempotency()
    _known_deal()
    _known_exchange_rate()
    _known_member()
    _known_organisation()
    _known_team()
    _lead()
    _lead_history()
    _quarantine()
    _receipt()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    messaging.drop(op)


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_system", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("employees", sa.Integer(), nullable=True),
        sa.Column("revenue_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("revenue_currency", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(revenue_amount IS NULL) = (revenue_currency IS NULL)", name=op.f("ck_account_revenue_whole")
        ),
        sa.CheckConstraint(
            "source_system IS NULL OR external_id IS NOT NULL", name=op.f("ck_account_origin_whole")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_account_version_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_index("ix_account_created_at_id", "account", ["created_at", "id"], unique=False)
    op.create_index("ix_account_name_key", "account", ["name_key"], unique=False)
    op.create_index(
        "ix_account_owner_id_created_at_id", "account", ["owner_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_account_parent_id",
        "account",
        ["parent_id"],
        unique=False,
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_index(
        "ix_account_search",
        "account",
        [sa.text("(coalesce(name, '') || ' ' || coalesce(website, '')) gin_trgm_ops")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index("ix_account_updated_at_id", "account", ["updated_at", "id"], unique=False)
    op.create_index(
        "uq_account_source_system_external_id",
        "account",
        ["source_system", "external_id"],
        unique=True,
        postgresql_where=sa.text("source_system IS NOT NULL"),
    )


def _activity() -> None:
    op.create_table(
        "activity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_system", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("deal_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "type IN ('call', 'visit', 'email', 'meeting', 'task')", name=op.f("ck_activity_type_known")
        ),
        sa.CheckConstraint(
            "source_system IS NULL OR external_id IS NOT NULL", name=op.f("ck_activity_origin_whole")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_activity_version_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    op.create_index(
        "ix_activity_account_id_created_at_id",
        "activity",
        ["account_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("account_id IS NOT NULL"),
    )
    op.create_index(
        "ix_activity_contact_id_created_at_id",
        "activity",
        ["contact_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("contact_id IS NOT NULL"),
    )
    op.create_index("ix_activity_created_at_id", "activity", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_activity_deal_id_created_at_id",
        "activity",
        ["deal_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("deal_id IS NOT NULL"),
    )
    op.create_index(
        "ix_activity_lead_id_created_at_id",
        "activity",
        ["lead_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("lead_id IS NOT NULL"),
    )
    op.create_index(
        "ix_activity_open_owner_id_due_at",
        "activity",
        ["owner_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(
        "ix_activity_owner_id_created_at_id", "activity", ["owner_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_activity_search",
        "activity",
        [sa.text("(coalesce(subject, '')) gin_trgm_ops")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index("ix_activity_updated_at_id", "activity", ["updated_at", "id"], unique=False)
    op.create_index(
        "uq_activity_source_system_external_id",
        "activity",
        ["source_system", "external_id"],
        unique=True,
        postgresql_where=sa.text("source_system IS NOT NULL"),
    )


def _assignment_turn() -> None:
    op.create_table(
        "assignment_turn",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("last_assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_assignment_turn")),
    )


def _contact() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_system", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("job_title", sa.Text(), nullable=True),
        sa.Column("decision_role", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "source_system IS NULL OR external_id IS NOT NULL", name=op.f("ck_contact_origin_whole")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_contact_version_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(
        "ix_contact_account_id_email", "contact", ["account_id", sa.text("lower(email)")], unique=False
    )
    op.create_index("ix_contact_created_at_id", "contact", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_contact_owner_id_created_at_id", "contact", ["owner_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_contact_search",
        "contact",
        [sa.text("(coalesce(name, '') || ' ' || coalesce(email, '')) gin_trgm_ops")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index("ix_contact_updated_at_id", "contact", ["updated_at", "id"], unique=False)
    op.create_index(
        "uq_contact_source_system_external_id",
        "contact",
        ["source_system", "external_id"],
        unique=True,
        postgresql_where=sa.text("source_system IS NOT NULL"),
    )


def _idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("caller", sa.String(length=200), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("caller", "method", "path", "key", name=op.f("pk_idempotency")),
    )
    op.create_index("ix_idempotency_created_at", "idempotency", ["created_at"], unique=False)


def _known_deal() -> None:
    op.create_table(
        "known_deal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_deal")),
    )
    op.create_index(
        "ix_known_deal_lead_id",
        "known_deal",
        ["lead_id"],
        unique=False,
        postgresql_where=sa.text("lead_id IS NOT NULL"),
    )


def _known_exchange_rate() -> None:
    op.create_table(
        "known_exchange_rate",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("rate", sa.Numeric(precision=20, scale=10), nullable=False),
        sa.PrimaryKeyConstraint("currency", "valid_from", name=op.f("pk_known_exchange_rate")),
    )


def _known_member() -> None:
    op.create_table(
        "known_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_member")),
    )
    op.create_index("ix_known_member_team_id", "known_member", ["team_id"], unique=False)


def _known_organisation() -> None:
    op.create_table(
        "known_organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("base_currency", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("fiscal_year_start_month", sa.SmallInteger(), nullable=False),
        sa.Column("working_days", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_organisation")),
    )


def _known_team() -> None:
    op.create_table(
        "known_team",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_team")),
    )
    op.create_index("ix_known_team_parent_id", "known_team", ["parent_id"], unique=False)


def _lead() -> None:
    op.create_table(
        "lead",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_system", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("member_fields", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("job_title", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("campaign", sa.Text(), nullable=True),
        sa.Column("product_interest", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("expected_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("expected_currency", sa.Text(), nullable=True),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("needs", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("attributes", postgresql.JSONB(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assignment_reason", sa.Text(), nullable=True),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("duplicate_of", sa.Uuid(), nullable=True),
        sa.Column("first_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("qualified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disqualified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disqualify_reason", sa.Text(), nullable=True),
        sa.Column("converted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("wanted_deal_id", sa.Uuid(), nullable=True),
        sa.Column("deal_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "status IN ('new', 'contacted', 'qualified', 'disqualified', 'converted')",
            name=op.f("ck_lead_status_known"),
        ),
        sa.CheckConstraint(
            "(expected_amount IS NULL) = (expected_currency IS NULL)",
            name=op.f("ck_lead_expected_value_whole"),
        ),
        sa.CheckConstraint(
            "source_system IS NULL OR external_id IS NOT NULL", name=op.f("ck_lead_origin_whole")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_lead_version_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
    )
    op.create_index("ix_lead_created_at_id", "lead", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_lead_external_id",
        "lead",
        ["external_id"],
        unique=False,
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index(
        "ix_lead_open_email",
        "lead",
        [sa.text("lower(email)")],
        unique=False,
        postgresql_where=sa.text("email IS NOT NULL AND status IN ('new', 'contacted', 'qualified')"),
    )
    op.create_index("ix_lead_owner_id_created_at_id", "lead", ["owner_id", "created_at", "id"], unique=False)
    op.create_index(
        "ix_lead_partner_id_created_at_id",
        "lead",
        ["partner_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("partner_id IS NOT NULL"),
    )
    op.create_index(
        "ix_lead_search",
        "lead",
        [
            sa.text(
                "(coalesce(name, '') || ' ' || coalesce(company, '') || ' ' || coalesce(email, ''))"
                " gin_trgm_ops"
            )
        ],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index("ix_lead_status_created_at_id", "lead", ["status", "created_at", "id"], unique=False)
    op.create_index("ix_lead_updated_at_id", "lead", ["updated_at", "id"], unique=False)
    op.create_index(
        "uq_lead_partner_id_external_id",
        "lead",
        ["partner_id", "external_id"],
        unique=True,
        postgresql_where=sa.text("partner_id IS NOT NULL"),
    )
    op.create_index(
        "uq_lead_source_system_external_id",
        "lead",
        ["source_system", "external_id"],
        unique=True,
        postgresql_where=sa.text("source_system IS NOT NULL"),
    )


def _lead_history() -> None:
    op.create_table(
        "lead_history",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_history")),
    )
    op.create_index("ix_lead_history_lead_id_at_id", "lead_history", ["lead_id", "at", "id"], unique=False)


def _quarantine() -> None:
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("errors", postgresql.JSONB(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.Column("discard_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status IN ('open', 'released', 'discarded')", name=op.f("ck_quarantine_status_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    op.create_index(
        "ix_quarantine_partner_id_external_id", "quarantine", ["partner_id", "external_id"], unique=False
    )
    op.create_index("ix_quarantine_received_at_id", "quarantine", ["received_at", "id"], unique=False)
    op.create_index(
        "ix_quarantine_status_received_at_id", "quarantine", ["status", "received_at", "id"], unique=False
    )
    op.create_index(
        "uq_quarantine_open_partner_id_external_id",
        "quarantine",
        ["partner_id", "external_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )


def _receipt() -> None:
    op.create_table(
        "receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("quarantine_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
    )
    op.create_index(
        "ix_receipt_partner_id_external_id_received_at",
        "receipt",
        ["partner_id", "external_id", "received_at"],
        unique=False,
    )
    op.create_index(
        "ix_receipt_unchanged_received_at",
        "receipt",
        ["received_at"],
        unique=False,
        postgresql_where=sa.text("status = 'unchanged'"),
    )
