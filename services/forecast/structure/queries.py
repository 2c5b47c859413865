"""Teams and members as they were: what reports of the past filter, group and scope by."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Subquery, Table, and_, case, literal, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on

from services.forecast.structure.tables import member_fact, team_fact
from services.forecast.tables import ORGANISATION
from shared.organisation.tables import Structure
from shared.persistence.types import Instant
from shared.reporting.asked import Moment, Question


@dataclass(frozen=True, slots=True)
class _Then:
    """The columns of the replica but `sequence`."""

    member: Subquery
    team: Subquery


def structure_at(as_of: datetime | None, known_at: datetime | None = None) -> Structure:
    """As it was at `as_of`, as far as that was told by `known_at`; as it is now without both.

    A member or team of whom nothing was told by then is as it was first told to be.
    """
    instant = known_at if as_of is None else as_of
    if instant is None:
        return ORGANISATION
    return _Then(_stood(member_fact, instant, known_at), _stood(team_fact, instant, known_at))


def structure_of(asked: Question | Moment | None) -> Structure:
    """As of and known when it is asked for."""
    return ORGANISATION if asked is None else structure_at(asked.as_of, asked.known_at)


def team_groups(structure: Structure, team_id: UUID | None) -> Subquery:
    """The group of each member: its team; below a given team, that team's child whose subtree holds it."""
    member, team = structure.member.c, structure.team.c
    if team_id is None:
        return select(member.id.label("member_id"), member.team_id.label("group_id")).subquery()
    tree = select(team.id, team.id.label("group_id")).where(team.parent_id == team_id).cte(recursive=True)
    tree = tree.union(select(team.id, tree.c.group_id).join(tree, team.parent_id == tree.c.id))
    below = select(member.id.label("member_id"), tree.c.group_id).join(tree, member.team_id == tree.c.id)
    itself = select(member.id, member.team_id).where(member.team_id == team_id)
    return union_all(below, itself).subquery()


def _stood(table: Table, as_of: datetime, known_at: datetime | None) -> Subquery:
    fact = table.c
    told: Any = fact.valid_from <= literal(as_of, Instant)
    if known_at is not None:
        told = and_(told, fact.known_at <= literal(known_at, Instant))
    return (
        select(table)
        .ext(distinct_on(fact.id))
        .order_by(fact.id, told.desc(), case((told, -fact.sequence), else_=fact.sequence))
        .subquery()
    )
