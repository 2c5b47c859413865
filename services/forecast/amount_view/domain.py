"""Calculated amounts and adjustments, rolled up the tree. Pure; exact: nothing is rounded here.

A node's forecast amount is what its manager put in its place, else what its owner did, else the sum of the
forecast amounts of its children. So an adjustment moves every node above by the difference, up to the first
that is adjusted itself. (The four views are those of Salesforce's ForecastingItem.)
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from services.forecast.node.domain import ORGANISATION_NODE, Hierarchy, Node, Side, below
from services.forecast.outlook.domain import COLUMNS, FIGURES, Figure, Rollup, Sums

ADJUSTABLE: tuple[Figure, ...] = tuple(figure for figure in FIGURES if figure != "closed")
_ZERO = Decimal(0)

Adjusted = Mapping[tuple[Node, Figure, Side], Decimal]
"""What stands instead of a figure, in base currency."""


@dataclass(frozen=True, slots=True)
class AmountView:
    """One figure of one node; definitions in `definitions.py`. `rolled_up`: the sum of the children's
    forecast amounts, of a member its deals."""

    amount_without_adjustments: Decimal
    owner_only_amount: Decimal
    rolled_up: Decimal
    amount_without_manager_adjustment: Decimal
    forecast_amount: Decimal

    @property
    def indirect_adjustment(self) -> Decimal:
        """What adjustments below have moved it by."""
        return self.rolled_up - self.amount_without_adjustments

    @property
    def direct_adjustment(self) -> Decimal:
        """What adjustments of this very node have moved it by."""
        return self.forecast_amount - self.rolled_up

    def replaced_by(self, side: Side) -> Decimal:
        """What an adjustment from this side takes the place of."""
        return self.rolled_up if side == "owner" else self.amount_without_manager_adjustment


Views = Mapping[Figure, AmountView]


def has_moved(then: Decimal, now: Decimal, beyond: Decimal) -> bool:
    """Whether the figure is further from what it was than this share of it."""
    return abs(now - then) > beyond * abs(then)


def views_of(
    tree: Hierarchy,
    calculated: Mapping[UUID | None, Sums],
    adjusted: Adjusted,
    *,
    rollup: Rollup,
    top: Node = ORGANISATION_NODE,
) -> dict[Node, Views]:
    """The node and every one below it with its figures.

    `calculated`: the sums by owner, territory or product, None for deals of none. These, and those of what
    lies nowhere in the tree, belong to the organisation itself.
    """
    amounts = {key: _amounts(sums, rollup) for key, sums in calculated.items()}
    children = right_below(tree, amounts, top)
    views: dict[Node, Views] = {}
    for node in reversed(children):
        views[node] = {
            figure: _view(node, figure, children[node], views=views, amounts=amounts, adjusted=adjusted)
            for figure in FIGURES
        }
    return views


def right_below(tree: Hierarchy, keys: Iterable[UUID | None], top: Node) -> dict[Node, list[Node]]:
    """The node and all below it, each with those right below. Right below the organisation is also what has
    deals and is not known here, or hangs on nothing."""
    found = below(tree, top)
    if top == ORGANISATION_NODE:
        astray = [node for key in keys if key is not None and (node := tree.holder(key)) not in found]
        found[top] += astray
        found.update((node, []) for node in astray)
    return found


def _view(
    node: Node,
    figure: Figure,
    children: list[Node],
    *,
    views: Mapping[Node, Views],
    amounts: Mapping[UUID | None, Mapping[Figure, Decimal]],
    adjusted: Adjusted,
) -> AmountView:
    below = [views[child][figure] for child in children]
    mine = sum(_held(node, figure, amounts), _ZERO)
    direct = [views[child][figure].owner_only_amount for child in children if child.is_single]
    rolled_up = sum((view.forecast_amount for view in below), mine)
    by_owner = adjusted.get((node, figure, "owner"), rolled_up)
    return AmountView(
        amount_without_adjustments=sum((view.amount_without_adjustments for view in below), mine),
        owner_only_amount=sum(direct, mine),
        rolled_up=rolled_up,
        amount_without_manager_adjustment=by_owner,
        forecast_amount=adjusted.get((node, figure, "manager"), by_owner),
    )


def _held(
    node: Node, figure: Figure, amounts: Mapping[UUID | None, Mapping[Figure, Decimal]]
) -> Iterator[Decimal]:
    """The deals that lie at the node itself: a member's own; of the organisation those of nobody."""
    if node.holds and node.key in amounts:
        yield amounts[node.key][figure]


def _amounts(sums: Sums, rollup: Rollup) -> dict[Figure, Decimal]:
    return {figure: sums.over(COLUMNS[rollup][figure]).amount for figure in FIGURES}
