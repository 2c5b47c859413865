"""The columns every record has, and the indexes every list of records needs."""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    Uuid,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.persistence.types import Instant

AMOUNT = Numeric(18, 4)


def record_columns() -> list[Column[Any]]:
    """Id, version, the version of each changed field, when it was made and changed, and put away."""
    return [
        Column("id", Uuid, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("field_versions", JSONB, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("updated_at", Instant, nullable=False),
        Column("archived_at", Instant),
    ]


def origin_columns() -> list[Column[Any]]:
    """Where the record was loaded from."""
    return [Column("source_system", Text), Column("external_id", Text)]


def record_constraints(name: str) -> list[CheckConstraint | Index]:
    """Both or neither of the origin, one record for each; and the orders lists are shown in."""
    return [
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("source_system IS NULL OR external_id IS NOT NULL", name="origin_whole"),
        Index(
            f"uq_{name}_source_system_external_id",
            "source_system",
            "external_id",
            unique=True,
            postgresql_where=text("source_system IS NOT NULL"),
        ),
        Index(f"ix_{name}_created_at_id", "created_at", "id"),
        Index(f"ix_{name}_updated_at_id", "updated_at", "id"),
        Index(f"ix_{name}_owner_id_created_at_id", "owner_id", "created_at", "id"),
    ]


def text_index(name: str, *columns: str) -> Index:
    """A trigram index over the columns put together; `search_column` is what it serves."""
    return Index(
        f"ix_{name}_search",
        text(f"({search_expression(*columns)}) gin_trgm_ops"),
        postgresql_using="gin",
    )


def search_expression(*columns: str) -> str:
    """The columns as one text."""
    return " || ' ' || ".join(f"coalesce({column}, '')" for column in columns)


def search_column(table: Table, *columns: str) -> ColumnElement[str]:
    """The same expression for a query, so that the index of `text_index` serves it."""
    qualified = (f"{table.name}.{column}" for column in columns)
    return literal_column(f"({search_expression(*qualified)})", Text)
