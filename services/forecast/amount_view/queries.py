"""The calculated side of the figures."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.node.domain import Node
from services.forecast.outlook.domain import Filter, Sums
from services.forecast.outlook.queries import sums_by_group
from shared.contracts.identity import Identity
from shared.reporting.asked import Question

EVERYBODY = Identity(sub="system", kind="service", role="system", scope="all")
"""Whose figures are reckoned with whoever asks: who may see a node sees the whole of it."""


async def calculated_by_owner(
    connection: AsyncConnection, question: Question, node: Node, *, currency: str
) -> dict[UUID | None, Sums]:
    """The sums of the node's deals by their owner, None for those of nobody."""
    chosen = Filter(team_id=node.team_id, owner_id=node.owner_id)
    groups = await sums_by_group(
        connection, question, chosen, identity=EVERYBODY, currency=currency, group_by="owner"
    )
    return {owner if isinstance(owner, UUID) else None: sums for owner, sums in groups.items()}
