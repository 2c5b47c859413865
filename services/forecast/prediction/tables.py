"""`prediction_run`: when it was reckoned anew. Of runs that are kept: `prediction_deal`, `prediction_sum`.
`prediction_trial`: what would have been foretold in the past, and what came."""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Double,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, REAL

from services.forecast.tables import metadata
from shared.persistence.types import Instant, Json

IS_UNDER_WAY = text("status = 'queued'")
IS_KEPT = text("has_rows")


def _curve(name: str) -> Column[Any]:
    """A value for each day of the run's grid."""
    return Column(name, ARRAY(Double), nullable=False)


prediction_run = Table(
    "prediction_run",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("status", Text, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("requested_by", Text),
    Column("as_of", Instant),
    Column("of_past", Boolean, nullable=False),
    Column("finished_at", Instant),
    Column("day", Date),
    Column("currency", Text),
    Column("state", Text),
    Column("missing", Json),
    Column("has_rows", Boolean, nullable=False, server_default=text("false")),
    Column("grid", ARRAY(Date)),
    Column("blend", Json),
    Column("factors", Json),
    Column("quality", Json),
    Column("first_won_on", Date),
    Column("won_by_day", ARRAY(Double)),
    Column("deals_learned_from", Integer),
    Column("closings", Integer),
    Column("open_deals", Integer),
    Column("known_until", Instant),
    Column("seconds", Double),
    Column("walk_seconds", Double),
    Index("uq_prediction_run_under_way", "status", unique=True, postgresql_where=IS_UNDER_WAY),
    Index("ix_prediction_run_requested_at", "requested_at", "id"),
    Index("ix_prediction_run_kept", "as_of", postgresql_where=IS_KEPT),
)

prediction_deal = Table(
    "prediction_deal",
    metadata,
    Column("run_id", Uuid),
    Column("deal_id", Uuid),
    Column("sequence", Integer, nullable=False),
    Column("owner_id", Uuid),
    Column("product_id", Uuid),
    Column("chance", ARRAY(REAL), nullable=False),
    Column("probability", Double, nullable=False),
    Column("in_quarter", Double, nullable=False),
    Column("worth", Double, nullable=False),
    Column("square", Double, nullable=False),
    Column("expected_value", Double, nullable=False),
    Column("expected_close", Date),
    Column("levels", ARRAY(SmallInteger), nullable=False),
    Column("effects", ARRAY(REAL), nullable=False),
    PrimaryKeyConstraint("run_id", "deal_id"),
    Index("ix_prediction_deal_expected_value", "run_id", "expected_value", "deal_id"),
)

prediction_sum = Table(
    "prediction_sum",
    metadata,
    Column("run_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("cut", Text, nullable=False),
    Column("owner_id", Uuid),
    Column("product_id", Uuid),
    Column("deals", Integer, nullable=False),
    _curve("wins"),
    _curve("mean"),
    _curve("square"),
    _curve("own"),
    Index("ix_prediction_sum_run_id", "run_id", "cut"),
)

prediction_trial = Table(
    "prediction_trial",
    metadata,
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("currency", Text, nullable=False),
    Column("closings", Integer, nullable=False),
    Column("reckoned_at", Instant, nullable=False),
    Column("trial", Json, nullable=False),
    PrimaryKeyConstraint("starts_on", "ends_on"),
)
