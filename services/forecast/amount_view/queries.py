"""The calculated side of the figures."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.node.domain import Dimension, Node
from services.forecast.outlook.domain import Filter, GroupBy, Sums
from services.forecast.outlook.queries import sums_by_group
from shared.contracts.identity import Identity
from shared.reporting.asked import Question

EVERYBODY = Identity(sub="system", kind="service", role="system", scope="all")
"""Whose figures are reckoned with whoever asks: who may see a node sees the whole of it."""
_HELD_BY: Mapping[Dimension, GroupBy] = {"team": "owner", "territory": "territory", "product": "product"}


async def calculated_by_holder(
    connection: AsyncConnection, question: Question, node: Node, dimension: Dimension, *, currency: str
) -> dict[UUID | None, Sums]:
    """The sums of the node's deals by their owner, territory or product, None for those of none.

    Those of all territories: a territory that is chosen would tell apart only what lies right below it."""
    chosen = Filter(
        team_id=node.team_id,
        owner_id=node.owner_id,
        product_id=node.product_id,
        product_family=node.product_family,
    )
    groups = await sums_by_group(
        connection,
        question,
        chosen,
        identity=EVERYBODY,
        currency=currency,
        group_by=_HELD_BY[dimension],
    )
    return {key if isinstance(key, UUID) else None: sums for key, sums in groups.items()}
