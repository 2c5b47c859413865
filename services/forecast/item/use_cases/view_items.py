"""The figures of a node and of what lies right below it, as they stood."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.adjustment.queries import instead, standing
from services.forecast.amount_view.domain import views_of
from services.forecast.amount_view.queries import calculated_by_owner
from services.forecast.item.domain import Items, astray, by_node, item_of, says_something
from services.forecast.node.domain import seen_node
from services.forecast.node.queries import load_tree
from services.forecast.outlook.domain import COLUMNS, FIGURES, Rollup, Sums
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
    sums = await calculated_by_owner(connection, question, node, currency=currency)
    seen_at = min((each for each in (question.as_of, question.known_at) if each), default=None)
    those = await standing(connection, question.period, rollup, currency=currency, as_of=seen_at)
    views = views_of(tree, sums, instead(those), rollup=rollup)
    made = by_node(those)
    children = [*tree.children_of(node), *astray(node, sums, tree)]
    below = [item_of(each, tree, views[each], made.get(each, ())) for each in children]
    shown = [each for each in below if each.active or says_something(each)]
    return Items(
        question=question,
        as_of=question.as_of or now,
        currency=currency,
        rollup=rollup,
        node=item_of(node, tree, views[node], made.get(node, ())),
        below=shown[:MOST_GROUPS],
        left_out=max(0, len(shown) - MOST_GROUPS),
        of_nobody={figure: sums.get(None, Sums()).over(COLUMNS[rollup][figure]).amount for figure in FIGURES},
    )
