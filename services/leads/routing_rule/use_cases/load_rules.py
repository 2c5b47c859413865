"""The rules that are asked, with the teams below those they name."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.routing_rule import repository
from services.leads.routing_rule.domain import RoutingRule


async def load_rules(connection: AsyncConnection) -> list[tuple[RoutingRule, frozenset[UUID]]]:
    """Every active rule. One query, and one more for each rule that names a team."""
    rules = await repository.active_rules(connection)
    return [(rule, await _teams(connection, rule)) for rule in rules]


async def _teams(connection: AsyncConnection, rule: RoutingRule) -> frozenset[UUID]:
    if rule.action["type"] != "team":
        return frozenset()
    return await repository.teams_below(connection, UUID(rule.action["team_id"]))
