"""The tree of teams and members, and from which side somebody judges a node of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity

NodeKind = Literal["organisation", "team", "member"]
Side = Literal["owner", "manager"]


class NodeError(DomainError):
    """A node that is not there, or not for the caller."""


@dataclass(frozen=True, slots=True)
class Node:
    """A team or a member; neither is the whole organisation."""

    team_id: UUID | None = None
    owner_id: UUID | None = None

    @property
    def kind(self) -> NodeKind:
        """Which of the three it is."""
        if self.owner_id is not None:
            return "member"
        return "organisation" if self.team_id is None else "team"

    @property
    def pointer(self) -> str:
        """Where a body names it."""
        return "/owner_id" if self.kind == "member" else "/team_id"


ORGANISATION_NODE = Node()


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
        return [owner for child in self.children_of(node) for owner in self.members_below(child)]

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


def side_of(node: Node, identity: Identity, tree: Tree) -> Side | None:
    """From where the caller judges the node: as its `owner`, as a `manager` from above, or not at all.

    A member owns what is its own; a manager also the highest team he answers for; who sees everything owns
    the forecast of the organisation.
    """
    if node.owner_id is not None and node.owner_id == identity.member_id:
        return "owner" if identity.scope in ("own", "subtree", "all") else None
    if identity.scope == "all":
        return "owner" if node.kind == "organisation" else "manager"
    if identity.scope != "subtree":
        return None
    if node.owner_id is not None:
        member = tree.members.get(node.owner_id)
        return "manager" if member is not None and member.team_id in identity.team_ids else None
    if node.team_id is None or node.team_id not in identity.team_ids:
        return None
    team = tree.teams.get(node.team_id)
    return "manager" if team is not None and team.parent_id in identity.team_ids else "owner"


def own_node(identity: Identity, tree: Tree) -> Node:
    """What the caller answers for: everything, the own team (else the first team led), or the own deals."""
    if identity.scope == "all":
        return ORGANISATION_NODE
    if identity.scope == "subtree":
        led = [Node(team_id=each) for each in identity.team_ids if each in tree.teams]
        tops = [node for node in led if side_of(node, identity, tree) == "owner"]
        own = Node(team_id=identity.team_id)
        if identity.team_id is not None and own in tops:
            return own
        if tops:
            return min(tops, key=lambda node: (tree.name_of(node) or "", str(node.team_id)))
    return Node(owner_id=identity.member_id)


def named_node(
    team_id: UUID | None, owner_id: UUID | None, identity: Identity, tree: Tree, *, at: str = ""
) -> Node:
    """The node that is named, or else the caller's own. Refuses with `validation_failed` two at once, and
    with `reference_unknown` one that is not there. `at`: where it is named, `/query` for parameters."""
    if team_id is not None and owner_id is not None:
        detail = "Name a team or a member, not both."
        raise NodeError(
            "validation_failed",
            detail,
            [FieldError(f"{at}/{name}", "only_one_allowed", detail) for name in ("team_id", "owner_id")],
        )
    named = team_id is not None or owner_id is not None
    node = Node(team_id, owner_id) if named else own_node(identity, tree)
    if node not in tree:
        detail = f"There is no {node.kind} of this id."
        error = FieldError(at + node.pointer, "reference_unknown", detail)
        raise NodeError("reference_unknown", detail, [error])
    return node


def seen_node(team_id: UUID | None, owner_id: UUID | None, identity: Identity, tree: Tree) -> Node:
    """The node a caller asks about, or else the own one. Refuses with `team_not_found`, `member_not_found`
    what is not there or not for the caller, and with `invalid_parameter` two at once."""
    if team_id is not None and owner_id is not None:
        raise NodeError("invalid_parameter", "Name `team_id` or `owner_id`, not both.")
    named = team_id is not None or owner_id is not None
    node = Node(team_id, owner_id) if named else own_node(identity, tree)
    if node not in tree or side_of(node, identity, tree) is None:
        raise NodeError(f"{node.kind}_not_found", f"There is no such {node.kind}, or not for the caller.")
    return node


def judged_from(node: Node, identity: Identity, tree: Tree) -> Side:
    """`side_of`. Refuses with `forbidden` who may not judge it."""
    side = side_of(node, identity, tree)
    if side is None:
        raise NodeError("forbidden", "This forecast is not of the caller, nor below the caller.")
    return side


def _grouped(pairs: Iterable[tuple[UUID | None, UUID]]) -> dict[UUID | None, list[UUID]]:
    groups: dict[UUID | None, list[UUID]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def walk(tree: Tree, node: Node) -> Iterator[Node]:
    """The node and all below it, those above first."""
    yield node
    for child in tree.children_of(node):
        yield from walk(tree, child)
