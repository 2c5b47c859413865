"""`member_fact`, `team_fact`: each state a member or a team was in, from when on, and when that was told."""

from typing import Any

from sqlalchemy import Boolean, Column, Integer, PrimaryKeyConstraint, Table, Text, Uuid

from services.forecast.tables import metadata
from shared.persistence.types import Instant


def _told() -> list[Column[Any]]:
    return [
        Column("sequence", Integer),
        Column("valid_from", Instant, nullable=False),
        Column("known_at", Instant, nullable=False),
        Column("active", Boolean, nullable=False),
    ]


member_fact = Table(
    "member_fact",
    metadata,
    Column("id", Uuid),
    *_told(),
    Column("team_id", Uuid),
    Column("role", Text, nullable=False),
    PrimaryKeyConstraint("id", "sequence"),
)

team_fact = Table(
    "team_fact",
    metadata,
    Column("id", Uuid),
    *_told(),
    Column("parent_id", Uuid),
    Column("name", Text, nullable=False),
    PrimaryKeyConstraint("id", "sequence"),
)
