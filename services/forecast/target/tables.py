"""`target`: at most one in force per span of days and aim. Amounts keep the digits they came with."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    Uuid,
    text,
)

from services.forecast.tables import metadata
from shared.persistence.types import Instant

target = Table(
    "target",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("period", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("team_id", Uuid),
    Column("owner_id", Uuid),
    Column("product_id", Uuid),
    Column("territory_id", Uuid),
    Column("country", Text),
    Column("amount", Numeric, nullable=False),
    Column("currency", Text, nullable=False),
    Column("base_amount", Numeric, nullable=False),
    Column("base_currency", Text, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint(
        "num_nonnulls(team_id, owner_id, product_id, territory_id, country) <= 1", name="one_aim"
    ),
    CheckConstraint("amount >= 0", name="not_negative"),
    Index(
        "uq_target_span_aim",
        "starts_on",
        "ends_on",
        "team_id",
        "owner_id",
        "product_id",
        "territory_id",
        "country",
        unique=True,
        postgresql_where=text("NOT withdrawn"),
        postgresql_nulls_not_distinct=True,
    ),
    Index("ix_target_created_at_id", "created_at", "id"),
)
