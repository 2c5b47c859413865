"""`deal`, and `deal_passage`: the stages each went through.

`path` and `path_at` are the passages once more, for reports that read deals only: the stage of each, null for
time that the deal was closed, and when it was entered.
Amounts and probabilities are plain numerics: they come back with the decimals they were given with.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant, TextList

deal = Table(
    "deal",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("pipeline_id", Uuid, ForeignKey("pipeline.id"), nullable=False),
    Column("stage_id", Uuid, ForeignKey("stage.id"), nullable=False),
    Column("stage_entered_at", Instant, nullable=False),
    Column("pipeline_version", Integer, nullable=False),
    Column("probability", Numeric),
    Column("probability_manual", Boolean, nullable=False),
    Column("forecast_category", Text, nullable=False),
    Column("forecast_category_manual", Boolean, nullable=False),
    Column("amount", Numeric),
    Column("currency", Text),
    Column("base_amount", Numeric),
    Column("base_currency", Text),
    Column("expected_close", Date),
    Column("closed_at", Instant),
    Column("owner_id", Uuid),
    Column("account_id", Uuid),
    Column("contact_id", Uuid),
    Column("lead_id", Uuid),
    Column("product_id", Uuid, ForeignKey("product.id")),
    Column("source", Text),
    Column("loss_reason", Text),
    Column("competitor", Text),
    Column("source_system", Text),
    Column("external_id", Text),
    Column("sale_approach", Text),
    Column("sale_channel", Text),
    Column("tags", TextList(), nullable=False, server_default=text("'{}'")),
    Column("next_step", Text),
    Column("next_step_at", Instant),
    Column("description", Text),
    Column("recurring_amount", Numeric),
    Column("recurring_currency", Text),
    Column("recurring_period", Text),
    Column("term_months", Integer),
    Column("custom", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("loss_reason_id", Uuid),
    Column("loss_note", Text),
    Column("lost_in_stage_id", Uuid),
    Column("win_reason", Text),
    Column("win_reason_id", Uuid),
    Column("team_ids", ARRAY(Uuid)),
    Column("editor_ids", ARRAY(Uuid)),
    Column("priority", Text, nullable=False, server_default=text("'normal'")),
    Column("least_amount", Numeric),
    Column("most_amount", Numeric),
    Column("limit_currency", Text),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("first_expected_close", Date),
    Column("close_pushes", Integer, nullable=False, server_default="0"),
    Column("close_days_pushed", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    Column("path", ARRAY(Uuid), nullable=False),
    Column("path_at", ARRAY(Instant), nullable=False),
    CheckConstraint("status IN ('open', 'won', 'lost')", name="status"),
    CheckConstraint("(status = 'open') = (closed_at IS NULL)", name="closed_at"),
    CheckConstraint("closed_at >= created_at", name="closed_after_created"),
    CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
    CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="amount"),
    CheckConstraint("(base_amount IS NULL) = (base_currency IS NULL)", name="base_amount"),
    CheckConstraint("sale_approach IN ('active', 'passive')", name="sale_approach"),
    CheckConstraint("sale_channel IN ('direct', 'indirect')", name="sale_channel"),
    CheckConstraint(
        "(recurring_amount IS NULL) = (recurring_currency IS NULL) "
        "AND (recurring_amount IS NULL) = (recurring_period IS NULL)",
        name="recurring_amount",
    ),
    CheckConstraint("priority IN ('low', 'normal', 'high', 'urgent')", name="priority"),
    CheckConstraint(
        "(limit_currency IS NULL) = (least_amount IS NULL AND most_amount IS NULL) "
        "AND (least_amount <= most_amount) IS NOT FALSE",
        name="limits",
    ),
    CheckConstraint("recurring_period IN ('month', 'quarter', 'year')", name="recurring_period"),
    Index("ix_deal_tags", "tags", postgresql_using="gin"),
    Index(
        "uq_deal_source_system_external_id",
        "source_system",
        "external_id",
        unique=True,
        postgresql_where=text("external_id IS NOT NULL"),
    ),
    Index("ix_deal_created_at_id", "created_at", "id"),
    Index("ix_deal_owner_id_created_at_id", "owner_id", "created_at", "id"),
    Index("ix_deal_status_expected_close_id", "status", "expected_close", "id"),
    Index("ix_deal_closed_at", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
    Index("ix_deal_updated_at_id", "updated_at", "id"),
    Index("ix_deal_account_id", "account_id"),
    Index(
        "ix_deal_account_id_closed_at_id",
        "account_id",
        "closed_at",
        "id",
        postgresql_where=text("status = 'won'"),
    ),
    Index("ix_deal_lead_id", "lead_id", postgresql_where=text("lead_id IS NOT NULL")),
    Index("ix_deal_contact_id", "contact_id", postgresql_where=text("contact_id IS NOT NULL")),
    Index(
        "ix_deal_stage_id_status",
        "stage_id",
        "status",
        postgresql_include=["owner_id", "base_amount", "base_currency", "probability", "stage_entered_at"],
    ),
    Index(
        "ix_deal_team_ids", "team_ids", postgresql_using="gin", postgresql_where=text("team_ids IS NOT NULL")
    ),
    Index("ix_deal_name_trgm", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
    postgresql_with={"fillfactor": "85"},
)

deal_passage = Table(
    "deal_passage",
    metadata,
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("stage_id", Uuid, nullable=False),
    Column("stage", Text, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("left_at", Instant),
    Column("probability", Numeric),
    Column("forecast_category", Text, nullable=False),
    Column("outcome", Text),
    Column("due_at", Instant),
    Column("reckoned", Boolean, nullable=False, server_default=text("false")),
    Column("skipped", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    PrimaryKeyConstraint("deal_id", "position"),
    Index("ix_deal_passage_skipped", "deal_id", postgresql_where=text("skipped <> '{}'")),
    Index("ix_deal_passage_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    CheckConstraint("left_at >= entered_at", name="left_after_entered"),
    Index("ix_deal_passage_entered_at", "entered_at"),
    Index("ix_deal_passage_closed", "deal_id", postgresql_where=text("outcome IS NOT NULL")),
)

# The columns of `deal` that have one of their own in `deal_version`. Later ones are in `more`, unless a
# migration makes one for them, and the functions that fill it anew.
KEPT = (
    *("name", "status", "pipeline_id", "stage_id", "stage_entered_at", "pipeline_version"),
    *("probability", "probability_manual", "forecast_category", "forecast_category_manual"),
    *("amount", "currency", "base_amount", "base_currency", "expected_close", "closed_at"),
    *("owner_id", "account_id", "contact_id", "lead_id", "product_id", "source", "loss_reason", "competitor"),
    *("source_system", "external_id", "created_at", "updated_at", "version"),
)

# Every state a deal ever had: from `valid_from` to `valid_to` by business time, recorded at `recorded_at`.
# Written by the database whenever `deal` is. What was recorded later (higher `seq`) overrules all that was
# known of the time from its `valid_from` on. `there` is false where a history told anew says that the deal
# was not there yet.
deal_version = Table(
    "deal_version",
    metadata,
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("valid_from", Instant, nullable=False),
    Column("valid_to", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("there", Boolean, nullable=False),
    Column("more", JSONB, nullable=False),
    *(Column(name, deal.c[name].type) for name in KEPT),
    PrimaryKeyConstraint("deal_id", "seq"),
    Index("ix_deal_version_created_at_deal_id", "created_at", "deal_id"),
    Index(
        "ix_deal_version_stage_id_deal_id",
        "stage_id",
        "deal_id",
        postgresql_where=text("status = 'open'"),
    ),
    Index("ix_deal_version_by_hand", "deal_id", postgresql_where=text("forecast_category_manual")),
    postgresql_with={"fillfactor": "90"},
)

# What leads, accounts and contacts became part of, for deals that come to name them later.
record_merge = Table(
    "record_merge",
    metadata,
    Column("record_id", Uuid, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("merge_id", Uuid, nullable=False),
    Column("merged_into", Uuid),
)

# Deals that went with a merged lead, account or contact: what undoing the merge gives back.
deal_move = Table(
    "deal_move",
    metadata,
    Column("merge_id", Uuid, nullable=False),
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    Column("field", Text, nullable=False),
    Column("was", Uuid, nullable=False),
    PrimaryKeyConstraint("merge_id", "deal_id", "field"),
    CheckConstraint("field IN ('lead_id', 'account_id', 'contact_id')", name="field"),
)


# The times of a deal, as the worker keeps them: beside the deal, so that neither waits for the other.
def _clock_columns() -> list[Column[Any]]:
    return [
        Column("deal_version", Integer, nullable=False, server_default="0"),
        Column("stage_entered_at", Instant, nullable=False),
        Column("due_at", Instant),
        Column("overdue_at", Instant),
        Column("stage_told", Boolean, nullable=False),
        Column("touched_at", Instant),
        Column("touched_kind", Text),
        Column("touched_id", Uuid),
        Column("touched_by", Uuid),
        Column("snoozed_until", Instant),
        Column("rots_at", Instant),
        Column("rotten_at", Instant),
        Column("close_over_at", Instant),
        Column("close_overdue_at", Instant),
        Column("close_told", Date),
        Column("alarm_at", Instant),
        Column("reckoned_at", Instant, nullable=False, server_default=text("now()")),
    ]


deal_clock = Table(
    "deal_clock",
    metadata,
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), primary_key=True),
    *_clock_columns(),
    Index("ix_deal_clock_due_at", "due_at", "deal_id"),
    Index("ix_deal_clock_overdue_at", "overdue_at", postgresql_where=text("overdue_at IS NOT NULL")),
    Index("ix_deal_clock_rotten_at", "rotten_at", postgresql_where=text("rotten_at IS NOT NULL")),
    Index(
        "ix_deal_clock_close_overdue_at",
        "close_overdue_at",
        postgresql_where=text("close_overdue_at IS NOT NULL"),
    ),
)

# What clocks showed before, from `reckoned_at` to `valid_to`.
deal_clock_past = Table(
    "deal_clock_past",
    metadata,
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    *_clock_columns(),
    Column("valid_to", Instant, nullable=False),
    PrimaryKeyConstraint("deal_id", "reckoned_at"),
)
