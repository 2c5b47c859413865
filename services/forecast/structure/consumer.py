"""Every member and team event goes into the history, after the replica."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.structure.projection import record_members, record_teams
from shared.contracts.events import gateway_member, gateway_team
from shared.messaging.handlers import BatchHandler, Delivery, Handlers


async def on_members(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    await record_members(connection, [(each.event, each.envelope) for each in deliveries])


async def on_teams(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    await record_teams(connection, [(each.event, each.envelope) for each in deliveries])


MEMBERS: Handlers = dict.fromkeys(gateway_member.EVENTS, on_members)
TEAMS: Handlers = dict.fromkeys(gateway_team.EVENTS, on_teams)


def keeping_history(handlers: Handlers) -> Handlers:
    """The same handlers; what they do with members and teams is written down as well."""
    recorded = {**MEMBERS, **TEAMS}
    return {
        event: _both(handler, recorded[event]) if event in recorded else handler
        for event, handler in handlers.items()
    }


def _both(first: BatchHandler, then: BatchHandler) -> BatchHandler:
    async def both(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        await first(connection, deliveries)
        await then(connection, deliveries)

    return both
