"""What a forecast is of, the tree of teams and members, and from which side somebody judges a node."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity

PeopleKind = Literal["organisation", "team", "member"]
NodeKind = Literal["organisation", "team", "member", "territory", "product_family", "product"]
Side = Literal["owner", "manager"]
Dimension = Literal["team", "territory", "product"]
"""By what the whole is divided."""


class NodeError(DomainError):
    """A node that is not there, or not for the caller."""


@dataclass(frozen=True, slots=True)
class Node:
    """A team, member, territory, product family or product; none of these is the whole organisation."""

    team_id: UUID | None = None
    owner_id: UUID | None = None
    territory_id: UUID | None = None
    product_family: str | None = None
    product_id: UUID | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """The names by which it is named; of two at once it is no node."""
        return tuple(name for name in NODE_FIELDS if getattr(self, name) is not None)

    @property
    def kind(self) -> NodeKind:
        """What it is."""
        return next((NODE_FIELDS[name] for name in self.given), "organisation")

    @property
    def dimension(self) -> Dimension:
        """Where it belongs; the whole is one forecast, judged where teams are."""
        return _DIMENSIONS[self.kind]

    @property
    def holds(self) -> bool:
        """Whether deals may lie at it by themselves: not at a team, nor at a family."""
        return self.team_id is None and self.product_family is None

    @property
    def is_single(self) -> bool:
        """Whether its deals count as those of what it is directly in: a member's, a product's."""
        return self.owner_id is not None or self.product_id is not None

    @property
    def key(self) -> UUID | None:
        """By what the deals that lie at it are told from others."""
        return self.owner_id or self.territory_id or self.product_id

    @property
    def pointer(self) -> str:
        """Where a body names it."""
        return f"/{(*self.given, 'team_id')[0]}"


NODE_FIELDS: Mapping[str, NodeKind] = {
    "team_id": "team",
    "owner_id": "member",
    "territory_id": "territory",
    "product_family": "product_family",
    "product_id": "product",
}
"""What each name of a node makes of it."""
_DIMENSIONS: Mapping[NodeKind, Dimension] = {
    "organisation": "team",
    "team": "team",
    "member": "team",
    "territory": "territory",
    "product_family": "product",
    "product": "product",
}
ORGANISATION_NODE = Node()


class Hierarchy(Protocol):
    """The whole as it is divided: the nodes right below each, and who judges it."""

    @property
    def dimension(self) -> Dimension:
        """By what."""

    def __contains__(self, node: Node) -> bool: ...

    def children_of(self, node: Node) -> list[Node]:
        """Those right below."""

    def holder(self, key: UUID) -> Node:
        """The node at which the deals of this key lie."""

    def name_of(self, node: Node) -> str | None:
        """None where it has none here."""

    def is_active(self, node: Node) -> bool | None:
        """None for one that is not known."""

    def side_of(self, node: Node, identity: Identity) -> Side | None:
        """From where the caller judges the node."""

    def own_node(self, identity: Identity) -> Node | None:
        """What the caller answers for."""


@dataclass(frozen=True, slots=True)
class Team:
    id: UUID
    name: str
    parent_id: UUID | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Member:
    id: UUID
    team_id: UUID | None = None
    role: str = "rep"
    active: bool = True


@dataclass(frozen=True)
class Tree:
    """Teams and members as they are now. A team whose parent is not known is a root."""

    teams: Mapping[UUID, Team] = field(default_factory=dict)
    members: Mapping[UUID, Member] = field(default_factory=dict)
    dimension: Dimension = "team"

    def __contains__(self, node: Node) -> bool:
        if node.owner_id is not None:
            return node.owner_id in self.members
        return node.team_id is None or node.team_id in self.teams

    def children_of(self, node: Node) -> list[Node]:
        """The teams right below by name, then the direct members; of a member none."""
        if node.kind == "member":
            return []
        teams = self._teams_below.get(node.team_id, [])
        return [*(Node(team_id=each) for each in teams), *map(member_node, self.direct_members(node.team_id))]

    def holder(self, key: UUID) -> Node:
        """A member's deals lie at the member."""
        return member_node(key)

    def direct_members(self, team_id: UUID | None) -> list[UUID]:
        """Those of this very team; of no team for None."""
        return self._members_of.get(team_id, [])

    def path_to(self, node: Node) -> tuple[Team, ...]:
        """The teams above, the highest first; a team is the last of its own path."""
        member = None if node.owner_id is None else self.members.get(node.owner_id)
        here = node.team_id if member is None else member.team_id
        found: list[Team] = []
        while here is not None and here in self.teams and self.teams[here] not in found:
            found.append(self.teams[here])
            here = self.teams[here].parent_id
        return tuple(reversed(found))

    def members_below(self, node: Node) -> list[UUID]:
        """The member itself, or all of the team and the teams below."""
        if node.owner_id is not None:
            return [node.owner_id]
        return [each.owner_id for each in below(self, node) if each.owner_id is not None]

    def name_of(self, node: Node) -> str | None:
        """Of a team; members have no names here."""
        team = None if node.team_id is None else self.teams.get(node.team_id)
        return None if team is None else team.name

    def is_active(self, node: Node) -> bool | None:
        """Whether the team or member is there still; None for one that is not known. All always are."""
        if node.kind == "organisation":
            return True
        if node.owner_id is not None:
            return self.members[node.owner_id].active if node.owner_id in self.members else None
        return next((team.active for team in self.path_to(node)[-1:]), None)

    def side_of(self, node: Node, identity: Identity) -> Side | None:
        """From where the caller judges the node: as its `owner`, as a `manager` from above, or not at all.

        A member owns what is its own; a manager also the highest team he answers for; who sees everything
        owns the forecast of the organisation.
        """
        if node.owner_id is not None and node.owner_id == identity.member_id:
            return "owner" if identity.scope in ("own", "subtree", "all") else None
        if identity.scope == "all":
            return "owner" if node.kind == "organisation" else "manager"
        if identity.scope != "subtree":
            return None
        if node.owner_id is not None:
            member = self.members.get(node.owner_id)
            return "manager" if member is not None and member.team_id in identity.team_ids else None
        if node.team_id is None or node.team_id not in identity.team_ids:
            return None
        team = self.teams.get(node.team_id)
        return "manager" if team is not None and team.parent_id in identity.team_ids else "owner"

    def own_node(self, identity: Identity) -> Node:
        """What the caller answers for: everything, the own team (else the first team led), or the own
        deals."""
        if identity.scope == "all":
            return ORGANISATION_NODE
        if identity.scope == "subtree":
            led = [Node(team_id=each) for each in identity.team_ids if each in self.teams]
            tops = [node for node in led if self.side_of(node, identity) == "owner"]
            own = Node(team_id=identity.team_id)
            if identity.team_id is not None and own in tops:
                return own
            if tops:
                return min(tops, key=lambda node: (self.name_of(node) or "", str(node.team_id)))
        return Node(owner_id=identity.member_id)

    @cached_property
    def _teams_below(self) -> dict[UUID | None, list[UUID]]:
        named = sorted(self.teams.values(), key=lambda team: (team.name, team.id))
        return _grouped((team.parent_id if team.parent_id in self.teams else None, team.id) for team in named)

    @cached_property
    def _members_of(self) -> dict[UUID | None, list[UUID]]:
        known = sorted(self.members.values(), key=lambda member: member.id)
        return _grouped(
            (member.team_id if member.team_id in self.teams else None, member.id) for member in known
        )


def member_node(owner_id: UUID) -> Node:
    """The member as a node."""
    return Node(owner_id=owner_id)


def named_node(named: Node, identity: Identity, tree: Hierarchy) -> Node:
    """The node a body names, or else the caller's own. Refuses with `reference_unknown` one that is not
    there."""
    node = named if named.given else tree.own_node(identity)
    if node is None or node not in tree:
        detail = f"There is no such {named.kind.replace('_', ' ')}."
        error = FieldError(named.pointer, "reference_unknown", detail)
        raise NodeError("reference_unknown", detail, [error])
    return node


def seen_node(named: Node, identity: Identity, tree: Hierarchy) -> Node:
    """The node a caller asks about, or else the own one. Refuses with `team_not_found`, `member_not_found`,
    `territory_not_found`, `product_not_found` what is not there or not for the caller."""
    node = named if named.given else tree.own_node(identity)
    if node is None or node not in tree or tree.side_of(node, identity) is None:
        kind = tree.dimension if node is None else node.kind
        code = "product_not_found" if kind == "product_family" else f"{kind}_not_found"
        raise NodeError(code, f"There is no such {kind.replace('_', ' ')}, or not for the caller.")
    return node


def judged_from(node: Node, identity: Identity, tree: Hierarchy) -> Side:
    """`Hierarchy.side_of`. Refuses with `forbidden` who may not judge it."""
    side = tree.side_of(node, identity)
    if side is None:
        raise NodeError("forbidden", "This forecast is not of the caller, nor below the caller.")
    return side


def one_named(named: Node, *, at: str = "") -> Node:
    """Refuses two at once: in a body with `validation_failed`, in parameters with `invalid_parameter`."""
    if len(named.given) > 1:
        detail = f"Name one of {', '.join(NODE_FIELDS)}."
        errors = [FieldError(f"{at}/{name}", "only_one_allowed", detail) for name in named.given]
        raise NodeError("invalid_parameter" if at else "validation_failed", detail, errors)
    return named


def _grouped(pairs: Iterable[tuple[UUID | None, UUID]]) -> dict[UUID | None, list[UUID]]:
    groups: dict[UUID | None, list[UUID]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def below(tree: Hierarchy, top: Node) -> dict[Node, list[Node]]:
    """The node and all below it, those above first, each with those right below.

    Each is there once, also while moves are told that make a circle until the last of them has come.
    """
    found: dict[Node, list[Node]] = {top: []}
    for node in (queue := [top]):
        found[node] = [each for each in tree.children_of(node) if each not in found]
        found.update((each, []) for each in found[node])
        queue += found[node]
    return found
