"""The figures of a node and of what lies right below it, as they stood."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.adjustment.use_cases.judge_figures import judge_figures
from services.forecast.item.domain import Basis, Items, astray, by_node, item_of, says_something
from services.forecast.node.domain import seen_node
from services.forecast.node.queries import load_tree
from services.forecast.outlook.domain import COLUMNS, FIGURES, Rollup, Sums
from services.forecast.submission.queries import latest
from services.forecast.submission_rule.queries import load_rules
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import MOST_GROUPS


async def view_items(
    connection: AsyncConnection,
    asked: Asked,
    *,
    team_id: UUID | None,
    owner_id: UUID | None,
    rollup: Rollup,
    by: Identity,
    now: datetime,
) -> Items:
    """Of what the caller asks for, or answers for. Refuses with `team_not_found`, `member_not_found`,
    `period_invalid` and `invalid_parameter`."""
    organisation = await load_organisation(connection, ORGANISATION)
    currency = organisation.base_currency
    question = question_of(asked, organisation.calendar, now=now)
    tree = await load_tree(connection)
    node = seen_node(team_id, owner_id, by, tree)
    judged = await judge_figures(connection, question, node, tree, rollup=rollup, currency=currency)
    children = [*tree.children_of(node), *astray(node, judged.sums, tree)]
    seen_at = min((each for each in (question.as_of, question.known_at) if each), default=None)
    basis = Basis(
        tree=tree,
        views=judged.views,
        made=by_node(judged.standing),
        handed_in=await latest(connection, question.period, [node, *children], as_of=seen_at),
        rollup=rollup,
        stale_beyond=(await load_rules(connection)).stale_beyond,
    )
    below = [item_of(each, basis) for each in children]
    shown = [each for each in below if each.active or says_something(each)]
    return Items(
        question=question,
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
