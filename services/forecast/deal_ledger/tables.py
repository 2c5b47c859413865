"""`deal_now`: one row per deal. `deal_fact`: how each deal stood, from when to when, by business time; its
`pushed_days`: by how many the statement puts off the close of an open deal."""

from datetime import timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    literal_column,
    text,
)

from services.forecast.tables import metadata
from shared.persistence.types import Instant


def _standing() -> list[Column[Any]]:
    return [
        Column("status", Text, nullable=False),
        Column("pipeline_id", Uuid, nullable=False),
        Column("stage_id", Uuid, nullable=False),
        Column("stage", Text, nullable=False),
        Column("forecast_category", Text, nullable=False),
        Column("probability", Numeric(9, 8)),
        Column("amount", Numeric(18, 4)),
        Column("currency", Text),
        Column("base_amount", Numeric(18, 4)),
        Column("base_currency", Text),
        Column("expected_close", Date),
        Column("closed_at", Instant),
        Column("created_at", Instant, nullable=False),
        Column("owner_id", Uuid),
        Column("account_id", Uuid),
        Column("lead_id", Uuid),
        Column("product_id", Uuid),
        Column("source", Text),
        Column("loss_reason", Text),
        Column("competitor", Text),
        Column("close_pushes", Integer),
    ]


IS_OPEN = text("status = 'open'")
IS_WON = text("status = 'won'")
IS_LOST = text("status = 'lost'")
SOON: ColumnElement[timedelta] = literal_column("interval '1 minute'")
"""A statement told later than so long after it began to hold is told late; a literal, as in the index."""
TOLD_LATE = text("known_at - valid_from > interval '1 minute'")

deal_now = Table(
    "deal_now",
    metadata,
    Column("deal_id", Uuid, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("name", Text, nullable=False),
    *_standing(),
    Index("ix_deal_now_open", "expected_close", postgresql_where=IS_OPEN),
    Index("ix_deal_now_won", "closed_at", postgresql_where=IS_WON),
    Index("ix_deal_now_lost", "expected_close", postgresql_where=IS_LOST),
    Index("ix_deal_now_owner_open", "owner_id", "expected_close", postgresql_where=IS_OPEN),
    Index("ix_deal_now_owner_won", "owner_id", "closed_at", postgresql_where=IS_WON),
    Index("ix_deal_now_lead_id", "lead_id", postgresql_where=text("lead_id IS NOT NULL")),
    Index("ix_deal_now_account_id", "account_id", postgresql_where=text("account_id IS NOT NULL")),
    Index("ix_deal_now_known_at", "known_at"),
)

deal_fact = Table(
    "deal_fact",
    metadata,
    Column("deal_id", Uuid),
    Column("sequence", Integer),
    Column("part", SmallInteger),
    Column("valid_from", Instant, nullable=False),
    Column("valid_to", Instant, nullable=False, server_default=text("'infinity'")),
    Column("known_at", Instant, nullable=False),
    Column("reconstructed", Boolean, nullable=False, server_default=text("false")),
    Column("pushed_days", Integer),
    *_standing(),
    PrimaryKeyConstraint("deal_id", "sequence", "part", postgresql_include=["valid_from", "known_at"]),
    Index("ix_deal_fact_open", "expected_close", "valid_from", postgresql_where=IS_OPEN),
    Index("ix_deal_fact_won", "closed_at", "valid_from", postgresql_where=IS_WON),
    Index("ix_deal_fact_lost", "expected_close", "valid_from", postgresql_where=IS_LOST),
    Index("ix_deal_fact_valid_from", "valid_from"),
    Index("ix_deal_fact_pushed", "valid_from", postgresql_where=text("pushed_days IS NOT NULL")),
    Index("ix_deal_fact_told_late", "known_at", postgresql_where=TOLD_LATE),
    Index("ix_deal_fact_owner_open", "owner_id", "expected_close", postgresql_where=IS_OPEN),
    Index("ix_deal_fact_owner_won", "owner_id", "closed_at", postgresql_where=IS_WON),
    # Room on the page: closing a fact's interval changes no indexed column.
    postgresql_with={"fillfactor": 85},
)
