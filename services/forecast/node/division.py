"""The whole divided by territory, or by product family and product, and who judges the parts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from services.forecast.node.domain import ORGANISATION_NODE, Dimension, Node, Side
from shared.contracts.identity import Identity


@dataclass(frozen=True, slots=True)
class Part:
    """A territory, a family or a product. `manager_id`: who answers for the territory."""

    name: str
    above: Node = ORGANISATION_NODE
    active: bool = True
    manager_id: UUID | None = None


@dataclass(frozen=True)
class Division:
    """All parts as they are now. One whose part above is not known lies right below the whole.

    The whole itself is not adjusted here: it is one forecast, judged where teams are.
    """

    dimension: Dimension
    parts: Mapping[Node, Part] = field(default_factory=dict)

    def __contains__(self, node: Node) -> bool:
        return node == ORGANISATION_NODE or node in self.parts

    def children_of(self, node: Node) -> list[Node]:
        """Those right below, by name."""
        return self._below.get(node, [])

    def holder(self, key: UUID) -> Node:
        """Deals of a territory lie at it, those of a product at the product."""
        return Node(territory_id=key) if self.dimension == "territory" else Node(product_id=key)

    def name_of(self, node: Node) -> str | None:
        """None of the whole, and of one that is not known."""
        return self.parts[node].name if node in self.parts else None

    def is_active(self, node: Node) -> bool | None:
        """Whether it is there still; None for one that is not known. The whole always is."""
        if node == ORGANISATION_NODE:
            return True
        return self.parts[node].active if node in self.parts else None

    def side_of(self, node: Node, identity: Identity) -> Side | None:
        """A territory's manager owns its forecast, who manages one above it judges it as a manager. Products
        belong to nobody: who sees everything owns their forecasts, and is the manager of every territory."""
        if identity.scope == "all":
            return "manager" if node.kind == "territory" else "owner"
        if identity.scope not in ("own", "subtree") or identity.member_id is None:
            return None
        mine = [each for each in self._up_from(node) if self.parts[each].manager_id == identity.member_id]
        return None if not mine else "owner" if mine == [node] else "manager"

    def own_node(self, identity: Identity) -> Node | None:
        """The whole, or the first of the highest territories the caller manages."""
        if identity.scope == "all":
            return ORGANISATION_NODE
        tops = [each for each in self.parts if self.side_of(each, identity) == "owner"]
        return min(tops, key=lambda each: (self.parts[each].name, str(each.key)), default=None)

    def _up_from(self, node: Node) -> Iterator[Node]:
        """The node and those above it."""
        seen: set[Node] = set()
        while node in self.parts and node not in seen:
            seen.add(node)
            yield node
            node = self.parts[node].above

    @cached_property
    def _below(self) -> dict[Node, list[Node]]:
        found: dict[Node, list[Node]] = {}
        for node, part in sorted(self.parts.items(), key=lambda item: (item[1].name, str(item[0].key))):
            above = part.above if part.above in self.parts else ORGANISATION_NODE
            found.setdefault(above, []).append(node)
        return found
