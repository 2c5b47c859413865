"""An item of the forecast: a node, its figures in four views, and the adjustments beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from services.forecast.adjustment.domain import Standing
from services.forecast.amount_view.domain import Views, has_moved
from services.forecast.node.domain import Node, Side, Tree, member_node
from services.forecast.outlook.domain import Figure, Rollup, Sums
from shared.reporting.asked import Question

STALE_BEYOND = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Beside:
    """An adjustment beside the figure it stands instead of; `moved_by`: how much what it takes the place of
    has changed since; `stale`: by more than a twentieth."""

    made: Standing
    moved_by: Decimal
    stale: bool


@dataclass(frozen=True, slots=True)
class Item:
    """`name` of a team; None for a member. `active` None for an owner not known here."""

    node: Node
    name: str | None
    active: bool | None
    views: Views
    adjustments: Mapping[tuple[Figure, Side], Beside]


@dataclass(frozen=True, slots=True)
class Items:
    """`of_nobody`: deals without an owner, which lie at the organisation itself."""

    question: Question
    as_of: datetime
    currency: str
    rollup: Rollup
    node: Item
    below: Sequence[Item]
    left_out: int
    of_nobody: Mapping[Figure, Decimal]


def item_of(node: Node, tree: Tree, views: Views, made: Sequence[Standing]) -> Item:
    return Item(
        node=node,
        name=tree.name_of(node),
        active=tree.is_active(node),
        views=views,
        adjustments={(each.figure, each.side): _beside(each, views) for each in made},
    )


def _beside(made: Standing, views: Views) -> Beside:
    now = views[made.figure].replaced_by(made.side)
    return Beside(made, now - made.replaced, has_moved(made.replaced, now, STALE_BEYOND))


def by_node(those: Sequence[Standing]) -> dict[Node, list[Standing]]:
    found: dict[Node, list[Standing]] = {}
    for each in those:
        found.setdefault(each.node, []).append(each)
    return found


def astray(node: Node, sums: Mapping[UUID | None, Sums], tree: Tree) -> list[Node]:
    """Owners that are not known here, at the organisation."""
    if node.kind != "organisation":
        return []
    return [member_node(owner) for owner in sums if owner is not None and owner not in tree.members]


def says_something(item: Item) -> bool:
    return bool(item.adjustments) or any(view.forecast_amount for view in item.views.values())
