"""`organisation` has one row; `exchange_rate` one per currency and first day; `closed_day` one per day.

`working_hours` is null while the hours are those of the working days.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.gateway.tables import metadata
from shared.persistence.types import Instant, Json

organisation = Table(
    "organisation",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("base_currency", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("fiscal_year_start_month", SmallInteger, nullable=False),
    Column("working_days", ARRAY(SmallInteger), nullable=False),
    Column("working_hours", JSONB(none_as_null=True)),
    Column("version", Integer, nullable=False),
    Column("field_versions", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("uq_organisation_only_one", text("(true)"), unique=True),
)

exchange_rate = Table(
    "exchange_rate",
    metadata,
    Column("currency", Text),
    Column("valid_from", Date),
    Column("rate", Numeric(20, 10), nullable=False),
    Column("set_at", Instant, nullable=False),
    PrimaryKeyConstraint("currency", "valid_from"),
    CheckConstraint("rate > 0", name="rate"),
)

closed_day = Table(
    "closed_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("name", Text, nullable=False),
    Column("country", Text),
    CheckConstraint("char_length(name) BETWEEN 1 AND 200", name="name_length"),
)
