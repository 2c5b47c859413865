"""All that the forecasts of some nodes rest on, as it is now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.adjustment.use_cases.judge_figures import judge_figures
from services.forecast.amount_view.domain import Views
from services.forecast.amount_view.queries import calculated_by_holder
from services.forecast.node.domain import ORGANISATION_NODE, Node, Tree
from services.forecast.outlook.domain import Figure, Rollup
from services.forecast.submission.domain import Frozen, FrozenFigure, FrozenTeam, StageSum
from services.forecast.submission.queries import stage_sums
from shared.contracts.periods import Period
from shared.organisation.queries import Organisation
from shared.reporting.asked import Question
from shared.reporting.figures import cents

_ROLLUPS: tuple[Rollup, ...] = ("cumulative", "single")


async def freeze_nodes(
    connection: AsyncConnection,
    period: Period,
    nodes: Sequence[Node],
    *,
    organisation: Organisation,
    tree: Tree,
    now: datetime,
) -> dict[Node, Frozen]:
    """By the same few statements for one node and for all."""
    scope = nodes[0] if len(nodes) == 1 else ORGANISATION_NODE
    currency, question = organisation.base_currency, Question(period, None)
    sums = await calculated_by_holder(connection, question, scope, tree.dimension, currency=currency)
    views = {
        rollup: (
            await judge_figures(
                connection, question, scope, tree, rollup=rollup, currency=currency, sums=sums
            )
        ).views
        for rollup in _ROLLUPS
    }
    stages = await stage_sums(connection, period, scope, currency=currency)
    calendar = organisation.calendar
    return {
        node: Frozen(
            at=now,
            currency=currency,
            figures={rollup: _figures(views[rollup][node]) for rollup in _ROLLUPS},
            stages=_stages(stages, node, tree),
            teams=tuple(FrozenTeam(team.id, team.name) for team in tree.path_to(node)),
            owner_ids=None if node == ORGANISATION_NODE else tuple(tree.members_below(node)),
            time_zone=calendar.time_zone,
            fiscal_year_start_month=calendar.fiscal_year_start_month,
            working_days=calendar.working_days,
        )
        for node in nodes
    }


def _figures(views: Views) -> dict[Figure, FrozenFigure]:
    return {
        figure: FrozenFigure(
            cents(view.amount_without_adjustments),
            cents(view.amount_without_manager_adjustment),
            cents(view.forecast_amount),
        )
        for figure, view in views.items()
    }


def _stages(
    by_owner: Mapping[UUID | None, Sequence[StageSum]], node: Node, tree: Tree
) -> tuple[StageSum, ...]:
    """Of the node's owners, stage by stage."""
    owners = by_owner if node == ORGANISATION_NODE else tree.members_below(node)
    found: dict[tuple[UUID, UUID, str, str], tuple[int, Decimal]] = {}
    for owner in owners:
        for each in by_owner.get(owner, ()):
            place = (each.pipeline_id, each.stage_id, each.stage, each.category)
            deals, amount = found.get(place, (0, Decimal(0)))
            found[place] = (deals + each.deals, amount + each.amount)
    return tuple(StageSum(*place, *counted) for place, counted in sorted(found.items(), key=str))
