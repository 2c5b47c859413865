"""The figures of a period with the adjustments that stand, as they are or as they stood."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.adjustment.domain import Standing
from services.forecast.adjustment.queries import instead, standing
from services.forecast.amount_view.domain import Views, views_of
from services.forecast.amount_view.queries import calculated_by_holder
from services.forecast.node.domain import Hierarchy, Node
from services.forecast.outlook.domain import Rollup, Sums
from shared.reporting.asked import Question


@dataclass(frozen=True, slots=True)
class Judged:
    """`views` of the node that was asked for and all below it; `sums` by owner, territory or product."""

    sums: Mapping[UUID | None, Sums]
    standing: list[Standing]
    views: Mapping[Node, Views]


async def judge_figures(
    connection: AsyncConnection,
    question: Question,
    node: Node,
    tree: Hierarchy,
    *,
    rollup: Rollup,
    currency: str,
    sums: Mapping[UUID | None, Sums] | None = None,
) -> Judged:
    """By the adjustments of what the tree divides by. `sums`: those of the node where they are known."""
    if sums is None:
        sums = await calculated_by_holder(connection, question, node, tree.dimension, currency=currency)
    seen_at = min((each for each in (question.as_of, question.known_at) if each), default=None)
    made = await standing(connection, question.period, rollup, currency=currency, as_of=seen_at)
    those = [each for each in made if each.node.dimension == tree.dimension]
    return Judged(sums, those, views_of(tree, sums, instead(those), rollup=rollup, top=node))
