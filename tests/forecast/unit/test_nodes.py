"""From which side somebody judges a node of the tree."""

import pytest

from services.forecast.node.domain import (
    ORGANISATION_NODE,
    Member,
    Node,
    Side,
    Team,
    Tree,
    member_node,
)
from shared.contracts.identity import Identity
from tests.forecast.builders import named
from tests.forecast.integration.world import who

TREE = Tree(
    {
        named("europe"): Team(named("europe"), "Europe"),
        named("north"): Team(named("north"), "North", named("europe")),
        named("oslo"): Team(named("oslo"), "Oslo", named("north")),
        named("south"): Team(named("south"), "South", named("europe")),
    },
    {
        named(name): Member(named(name), named(team))
        for name, team in {"ann": "north", "bob": "oslo", "cid": "south", "boss": "north"}.items()
    },
)
DIRECTOR = who("all")
BOSS = who("subtree", "boss", team="north", teams=["north", "oslo"])
ANN = who("own", "ann", team="north")


def team(name: str) -> Node:
    return Node(team_id=named(name))


def mine(name: str) -> Node:
    return member_node(named(name))


@pytest.mark.parametrize(
    ("by", "node", "side"),
    [
        (ANN, mine("ann"), "owner"),
        (ANN, mine("bob"), None),
        (ANN, team("north"), None),
        (ANN, ORGANISATION_NODE, None),
        (BOSS, mine("boss"), "owner"),
        (BOSS, mine("ann"), "manager"),
        (BOSS, mine("bob"), "manager"),
        (BOSS, mine("cid"), None),
        (BOSS, team("north"), "owner"),
        (BOSS, team("oslo"), "manager"),
        (BOSS, team("europe"), None),
        (BOSS, team("south"), None),
        (DIRECTOR, ORGANISATION_NODE, "owner"),
        (DIRECTOR, team("europe"), "manager"),
        (DIRECTOR, mine("ann"), "manager"),
        (who("none", "ops"), mine("ops"), None),
        (who("partner", "p"), ORGANISATION_NODE, None),
    ],
)
def test_a_member_owns_what_is_its_own_and_a_manager_the_highest_team_led(
    by: Identity, node: Node, side: Side | None
) -> None:
    assert TREE.side_of(node, by) == side


def test_what_a_caller_answers_for() -> None:
    assert TREE.own_node(DIRECTOR) == ORGANISATION_NODE
    assert TREE.own_node(BOSS) == team("north")
    assert TREE.own_node(who("subtree", "boss", teams=["south", "oslo"])) == team("oslo")
    assert TREE.own_node(ANN) == mine("ann")


def test_the_path_to_a_member_names_the_teams_above_the_highest_first() -> None:
    assert [each.name for each in TREE.path_to(mine("bob"))] == ["Europe", "North", "Oslo"]
    assert TREE.members_below(team("north")) == [
        *TREE.direct_members(named("north")),
        *TREE.members_below(team("oslo")),
    ]


def test_teams_that_lie_in_each_other_while_they_move_are_gone_through_once() -> None:
    north = Team(named("north"), "North", named("south"))
    south = Team(named("south"), "South", named("north"))
    circle = Tree({north.id: north, south.id: south}, {named("ann"): Member(named("ann"), south.id)})

    assert circle.members_below(team("north")) == [named("ann")]
