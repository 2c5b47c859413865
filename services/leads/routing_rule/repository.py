"""Rules to and from their table."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.record_table import RecordTable
from services.leads.routing_rule.domain import RoutingRule
from services.leads.routing_rule.tables import routing_rule
from services.leads.setting_history.use_cases.keep_history import history_of
from services.leads.tables import ORGANISATION
from shared.organisation.queries import subtree_of

RULES = RecordTable(routing_rule, RoutingRule, {}, history_of("routing_rule"))
_rule = routing_rule.c


async def next_position(connection: AsyncConnection) -> int:
    """Behind all others."""
    last = await connection.scalar(select(func.max(_rule.position)).where(_rule.archived_at.is_(None)))
    return 10 if last is None else int(last) + 10


async def all_rules(connection: AsyncConnection) -> list[RoutingRule]:
    """Those that are not put away, in the order they are asked."""
    rules = await RULES.find_where(connection, _rule.archived_at.is_(None))
    return sorted(rules, key=lambda rule: (rule.position, rule.id))


async def active_rules(connection: AsyncConnection) -> list[RoutingRule]:
    """Those that are asked."""
    return await RULES.find_where(connection, _rule.archived_at.is_(None), _rule.active)


async def team_known(connection: AsyncConnection, team_id: UUID) -> bool:
    """Whether there is such an active team."""
    team = ORGANISATION.team.c
    return await connection.scalar(select(team.id).where(team.id == team_id, team.active)) is not None


async def teams_below(connection: AsyncConnection, team_id: UUID) -> frozenset[UUID]:
    """The team and every team below it."""
    return frozenset(await connection.scalars(subtree_of(ORGANISATION, team_id)))
