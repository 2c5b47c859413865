"""The replica tables, made alike in every service's database."""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    FromClause,
    Index,
    Integer,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB


class Structure(Protocol):
    """Who is in which team, and which team lies in which: the replica, or how it was at some instant."""

    @property
    def member(self) -> FromClause:
        """`id`, `team_id`, `role`, `active`."""

    @property
    def team(self) -> FromClause:
        """`id`, `parent_id`, `name`, `active`."""


@dataclass(frozen=True, slots=True)
class OrganisationTables:
    member: Table
    team: Table
    organisation: Table
    exchange_rate: Table


def organisation_tables(metadata: MetaData) -> OrganisationTables:
    """Members, teams, the organisation's settings (one row) and its dated rates."""
    return OrganisationTables(
        member=Table(
            "known_member",
            metadata,
            Column("id", Uuid, primary_key=True),
            Column("team_id", Uuid),
            Column("role", Text, nullable=False),
            Column("active", Boolean, nullable=False),
            Column("sequence", Integer, nullable=False),
            Index("ix_known_member_team_id", "team_id"),
        ),
        team=Table(
            "known_team",
            metadata,
            Column("id", Uuid, primary_key=True),
            Column("parent_id", Uuid),
            Column("name", Text, nullable=False),
            Column("active", Boolean, nullable=False),
            Column("sequence", Integer, nullable=False),
            Index("ix_known_team_parent_id", "parent_id"),
        ),
        organisation=Table(
            "known_organisation",
            metadata,
            Column("id", Uuid, primary_key=True),
            Column("name", Text, nullable=False),
            Column("base_currency", Text, nullable=False),
            Column("time_zone", Text, nullable=False),
            Column("fiscal_year_start_month", SmallInteger, nullable=False),
            Column("working_days", ARRAY(SmallInteger), nullable=False),
            Column("working_hours", JSONB(none_as_null=True)),
            Column("closed_days", ARRAY(Date), nullable=False, server_default="{}"),
            Column("sequence", Integer, nullable=False),
        ),
        exchange_rate=Table(
            "known_exchange_rate",
            metadata,
            Column("currency", Text),
            Column("valid_from", Date),
            Column("rate", Numeric(20, 10), nullable=False),
            PrimaryKeyConstraint("currency", "valid_from"),
        ),
    )
