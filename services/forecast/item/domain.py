"""An item of the forecast: a node, its figures in four views, and the adjustments beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from services.forecast.adjustment.domain import Standing
from services.forecast.amount_view.domain import Views, has_moved
from services.forecast.node.domain import Dimension, Hierarchy, Node, Side
from services.forecast.outlook.domain import Figure, Rollup
from services.forecast.submission.domain import Submission
from shared.reporting.asked import Question


@dataclass(frozen=True, slots=True)
class Beside:
    """An adjustment beside the figure it stands instead of; `moved_by`: how much what it takes the place of
    has changed since; `stale`: beyond the limit of the submission rules."""

    made: Standing
    moved_by: Decimal
    stale: bool


@dataclass(frozen=True, slots=True)
class HandedIn:
    """The submission of the last deadline; `stale`: a figure beneath has moved beyond the limit since; None
    where there is nothing to compare with: it is in another currency."""

    submission: Submission
    stale: bool | None


@dataclass(frozen=True, slots=True)
class Basis:
    """What items are made of: the figures as they stood, what was adjusted and handed in, the limit."""

    currency: str
    tree: Hierarchy
    views: Mapping[Node, Views]
    made: Mapping[Node, Sequence[Standing]]
    handed_in: Mapping[Node, Submission]
    rollup: Rollup
    stale_beyond: Decimal


@dataclass(frozen=True, slots=True)
class Item:
    """`name` of a team, territory or product; None for a member. `active` None for what is not known here."""

    node: Node
    name: str | None
    active: bool | None
    views: Views
    adjustments: Mapping[tuple[Figure, Side], Beside]
    handed_in: HandedIn | None


@dataclass(frozen=True, slots=True)
class Items:
    """`of_nobody`: deals of no owner, territory or product, which lie at the organisation itself."""

    question: Question
    dimension: Dimension
    as_of: datetime
    currency: str
    rollup: Rollup
    node: Item
    below: Sequence[Item]
    left_out: int
    of_nobody: Mapping[Figure, Decimal]


def item_of(node: Node, basis: Basis) -> Item:
    """The node with all that is beside it."""
    views, made = basis.views[node], basis.made.get(node, ())
    submission = basis.handed_in.get(node)
    return Item(
        node=node,
        name=basis.tree.name_of(node),
        active=basis.tree.is_active(node),
        views=views,
        adjustments={(each.figure, each.side): _beside(each, views, basis.stale_beyond) for each in made},
        handed_in=None if submission is None else _handed_in(submission, views, basis),
    )


def _beside(made: Standing, views: Views, beyond: Decimal) -> Beside:
    now = views[made.figure].replaced_by(made.side)
    return Beside(made, now - made.replaced, has_moved(made.replaced, now, beyond))


def _handed_in(submission: Submission, views: Views, basis: Basis) -> HandedIn:
    if submission.frozen.currency != basis.currency:
        return HandedIn(submission, None)
    moved = submission.moved(views, basis.stale_beyond, rollup=basis.rollup)
    return HandedIn(submission, submission.is_stale(moved))


def by_node(those: Sequence[Standing]) -> dict[Node, list[Standing]]:
    """What was adjusted of each node."""
    found: dict[Node, list[Standing]] = {}
    for each in those:
        found.setdefault(each.node, []).append(each)
    return found


def says_something(item: Item) -> bool:
    """Whether there is anything to show of it."""
    return (
        bool(item.adjustments)
        or item.handed_in is not None
        or any(view.forecast_amount for view in item.views.values())
    )
