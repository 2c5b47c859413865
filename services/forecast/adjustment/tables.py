"""`adjustment`: one row for each figure that was ever adjusted. `adjustment_state`: each state it was in;
a trigger refuses to alter it."""

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)

from services.forecast.tables import metadata
from shared.persistence.types import Instant


def _judgement() -> list[Column[Any]]:
    return [
        Column("amount", Numeric, nullable=False),
        Column("currency", Text, nullable=False),
        Column("base_amount", Numeric, nullable=False),
        Column("base_currency", Text, nullable=False),
        Column("replaced", Numeric, nullable=False),
        Column("note", Text),
        Column("author_id", Uuid),
        Column("withdrawn", Boolean, nullable=False),
    ]


adjustment = Table(
    "adjustment",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("period", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("team_id", Uuid),
    Column("owner_id", Uuid),
    Column("territory_id", Uuid),
    Column("product_family", Text),
    Column("product_id", Uuid),
    Column("rollup", Text, nullable=False),
    Column("figure", Text, nullable=False),
    Column("side", Text, nullable=False),
    *_judgement(),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint(
        "num_nonnulls(team_id, owner_id, territory_id, product_family, product_id) <= 1", name="one_node"
    ),
    CheckConstraint("amount >= 0", name="not_negative"),
    CheckConstraint("side IN ('owner', 'manager')", name="side"),
    Index(
        "uq_adjustment_place",
        "starts_on",
        "ends_on",
        "team_id",
        "owner_id",
        "territory_id",
        "product_family",
        "product_id",
        "rollup",
        "figure",
        "side",
        unique=True,
        postgresql_nulls_not_distinct=True,
    ),
    Index("ix_adjustment_updated_at_id", "updated_at", "id"),
)

adjustment_state = Table(
    "adjustment_state",
    metadata,
    Column("adjustment_id", Uuid),
    Column("version", Integer),
    Column("at", Instant, nullable=False),
    *_judgement(),
    PrimaryKeyConstraint("adjustment_id", "version"),
)
