"""What people handed in for finished periods, by each look."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.accuracy.domain import GroupBy, Look
from services.forecast.node.domain import ORGANISATION_NODE, Node, Tree
from services.forecast.node.queries import load_tree
from services.forecast.outlook.domain import Filter
from services.forecast.submission.queries import submitted
from shared.contracts.identity import Identity


@dataclass(frozen=True, slots=True)
class Submissions:
    """By look and node. A caller is told of nodes he may see whose deals are just those asked for."""

    numbers: dict[tuple[int, Node], Decimal]
    tree: Tree
    by: Identity
    chosen: Filter

    def whole(self) -> Node | None:
        """Whose submission is about all that was asked for."""
        chosen, by = self.chosen, self.by
        if chosen.product_id is not None or (chosen.team_id is not None and chosen.owner_id is not None):
            return None
        if chosen != Filter():
            return self._seen(Node(chosen.team_id, chosen.owner_id))
        node = self.tree.own_node(by)
        teams = by.team_ids if by.scope == "subtree" else ()
        covered = all(self._is_below(team_id, node) for team_id in teams)
        return self._seen(node) if covered else None

    def of_group(self, group_by: GroupBy, key: UUID | None) -> Node | None:
        """Of a team with teams below it a group is only the members, but a submission is about all."""
        if key is None or group_by == "product" or self.chosen.product_id is not None:
            return None
        if group_by == "owner":
            return self._seen(Node(owner_id=key))
        node = Node(team_id=key)
        has_teams = any(child.kind == "team" for child in self.tree.children_of(node))
        return None if has_teams or self.chosen.owner_id is not None else self._seen(node)

    def number(self, look: Look, node: Node) -> Decimal | None:
        """None when nothing had been handed in by then."""
        return self.numbers.get((look.index, node))

    def _seen(self, node: Node) -> Node | None:
        return None if self.tree.side_of(node, self.by) is None else node

    def _is_below(self, team_id: UUID, node: Node) -> bool:
        path = [team.id for team in self.tree.path_to(Node(team_id=team_id))]
        return node == ORGANISATION_NODE or node.team_id in path


async def recall_submissions(
    connection: AsyncConnection, looks: Iterable[Look], by: Identity, chosen: Filter, *, currency: str
) -> Submissions:
    """The last number handed in by each look for exactly its period, in the currency."""
    numbers: dict[tuple[int, Node], Decimal] = {}
    for _, of_period in groupby(looks, key=lambda look: look.period):
        for look in sorted(of_period, key=lambda look: look.made_at, reverse=True):
            found = await submitted(connection, look.period, look.made_at)
            if not found:
                break  # nor was anything earlier
            numbers |= {
                (look.index, node): each.number for node, each in found.items() if each.currency == currency
            }
    return Submissions(numbers, await load_tree(connection) if numbers else Tree(), by, chosen)
