"""The figures of a node and of what lies right below it, as they stood."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.adjustment.use_cases.judge_figures import judge_figures
from services.forecast.amount_view.domain import right_below
from services.forecast.item.domain import Basis, Items, by_node, item_of, says_something
from services.forecast.node.domain import (
    Dimension,
    Node,
    NodeError,
    one_named,
    seen_node,
)
from services.forecast.node.queries import load_hierarchy
from services.forecast.outlook.domain import COLUMNS, FIGURES, Rollup, Sums
from services.forecast.structure.queries import structure_of
from services.forecast.submission.queries import latest
from services.forecast.submission_rule.queries import load_rules
from services.forecast.tables import ORGANISATION
from shared.contracts.errors import FieldError
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import MOST_GROUPS


async def view_items(
    connection: AsyncConnection,
    asked: Asked,
    *,
    named: Node,
    dimension: Dimension | None,
    rollup: Rollup,
    by: Identity,
    now: datetime,
) -> Items:
    """Of what the caller asks for, or answers for. Refuses with `team_not_found`, `member_not_found`,
    `territory_not_found`, `product_not_found`, `period_invalid` and `invalid_parameter`."""
    organisation = await load_organisation(connection, ORGANISATION)
    currency = organisation.base_currency
    question = question_of(asked, organisation.calendar, now=now)
    tree = await load_hierarchy(connection, _dimension(named, dimension), structure_of(question))
    node = seen_node(named, by, tree)
    judged = await judge_figures(connection, question, node, tree, rollup=rollup, currency=currency)
    children = right_below(tree, judged.sums, node)[node]
    seen_at = min((each for each in (question.as_of, question.known_at) if each), default=None)
    of_people = tree.dimension == "team"
    basis = Basis(
        currency=currency,
        tree=tree,
        views=judged.views,
        made=by_node(judged.standing),
        handed_in=await latest(connection, question.period, [node, *children], as_of=seen_at)
        if of_people
        else {},
        rollup=rollup,
        stale_beyond=(await load_rules(connection)).stale_beyond,
    )
    below = [item_of(each, basis) for each in children]
    shown = [each for each in below if each.active or says_something(each)]
    return Items(
        question=question,
        dimension=tree.dimension,
        as_of=question.as_of or now,
        currency=currency,
        rollup=rollup,
        node=item_of(node, basis),
        below=shown[:MOST_GROUPS],
        left_out=max(0, len(shown) - MOST_GROUPS),
        of_nobody={
            figure: judged.sums.get(None, Sums()).over(COLUMNS[rollup][figure]).amount for figure in FIGURES
        },
    )


def _dimension(named: Node, asked: Dimension | None) -> Dimension:
    """That of the node, which `dimension` may name as well."""
    node = one_named(named, at="/query")
    if asked is not None and node.given and asked != node.dimension:
        detail = f"A {node.kind.replace('_', ' ')} is not found by {asked}."
        raise NodeError("invalid_parameter", detail, [FieldError("/query/dimension", "not_with", detail)])
    return asked or node.dimension
