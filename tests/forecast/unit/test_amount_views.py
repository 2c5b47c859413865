"""Four views of each amount: what adjustments do to the figures above them."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.forecast.amount_view.domain import ADJUSTABLE, Adjusted, Views, has_moved, views_of
from services.forecast.node.domain import (
    ORGANISATION_NODE,
    Member,
    Node,
    Side,
    Team,
    Tree,
    below,
    member_node,
)
from services.forecast.outlook.domain import BUCKETS, COLUMNS, FIGURES, Figure, Rollup, Sum, Sums
from tests.forecast.builders import named

TEAMS = [named(f"team {n}") for n in range(6)]
MEMBERS = [named(f"member {n}") for n in range(8)]
ROLLUPS = st.sampled_from(["cumulative", "single"])
AMOUNTS = st.integers(0, 10**6).map(lambda cents: Decimal(cents) / 100)
SUMS = st.fixed_dictionaries(dict.fromkeys(BUCKETS, AMOUNTS)).map(
    lambda amounts: Sums({bucket: Sum(deals=1, amount=amount) for bucket, amount in amounts.items()})
)
Calculated = Mapping[UUID | None, Sums]


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Each team lies below an earlier one or below none; members anywhere, some in no team."""
    teams = {
        team: Team(team, f"Team {n}", draw(st.sampled_from([None, *TEAMS[:n]])))
        for n, team in enumerate(TEAMS)
    }
    members = {each: Member(each, draw(st.sampled_from([None, *TEAMS]))) for each in MEMBERS}
    return Tree(teams, members)


CALCULATED = st.dictionaries(st.sampled_from([None, *MEMBERS, named("stranger")]), SUMS)
NODES = [ORGANISATION_NODE, *(Node(team_id=each) for each in TEAMS), *map(member_node, MEMBERS)]
ADJUSTED = st.dictionaries(
    st.tuples(st.sampled_from(NODES), st.sampled_from(ADJUSTABLE), st.sampled_from(["owner", "manager"])),
    AMOUNTS,
    max_size=8,
)


def parents(tree: Tree, node: Node) -> list[Node]:
    """The nodes above, the nearest first."""
    teams = [Node(team_id=team.id) for team in tree.path_to(node)]
    return [each for each in [*reversed(teams), ORGANISATION_NODE] if each != node]


def forecast(views: Mapping[Node, Views], node: Node, figure: Figure) -> Decimal:
    return views[node][figure].forecast_amount


@given(trees(), CALCULATED, ROLLUPS)
def test_without_adjustments_all_views_are_the_sum_of_the_deals_below(
    tree: Tree, calculated: Calculated, rollup: Rollup
) -> None:
    views = views_of(tree, calculated, {}, rollup=rollup)

    for node, of_node in views.items():
        owners = list(calculated) if node == ORGANISATION_NODE else tree.members_below(node)
        whole = sum((calculated.get(owner, Sums()) for owner in owners), Sums())
        for figure in FIGURES:
            view = of_node[figure]
            assert view.forecast_amount == whole.over(COLUMNS[rollup][figure]).amount
            assert view.amount_without_adjustments == view.forecast_amount
            assert view.amount_without_manager_adjustment == view.forecast_amount


@given(trees(), CALCULATED, ADJUSTED, ROLLUPS)
def test_a_forecast_amount_is_the_manager_s_else_the_owner_s_else_the_sum_right_below(
    tree: Tree, calculated: Calculated, adjusted: Adjusted, rollup: Rollup
) -> None:
    views = views_of(tree, calculated, adjusted, rollup=rollup)

    for node in below(tree, Node(team_id=TEAMS[0])):
        for figure in FIGURES:
            view = views[node][figure]
            right_below = [forecast(views, child, figure) for child in tree.children_of(node)]
            if node.kind == "team":
                assert view.rolled_up == sum(right_below, Decimal(0))
            by_owner = adjusted.get((node, figure, "owner"), view.rolled_up)
            assert view.amount_without_manager_adjustment == by_owner
            assert view.forecast_amount == adjusted.get((node, figure, "manager"), by_owner)
            parts = view.amount_without_adjustments + view.indirect_adjustment + view.direct_adjustment
            assert view.forecast_amount == parts


@given(
    tree=trees(),
    calculated=CALCULATED,
    adjusted=ADJUSTED,
    node=st.sampled_from(NODES[1:]),
    figure=st.sampled_from(ADJUSTABLE),
    amount=AMOUNTS,
    rollup=ROLLUPS,
)
def test_an_adjustment_moves_what_is_above_by_the_difference_up_to_the_next_adjusted_node(
    *,
    tree: Tree,
    calculated: Calculated,
    adjusted: Adjusted,
    node: Node,
    figure: Figure,
    amount: Decimal,
    rollup: Rollup,
) -> None:
    before = views_of(tree, calculated, adjusted, rollup=rollup)
    after = views_of(tree, calculated, {**adjusted, (node, figure, "manager"): amount}, rollup=rollup)

    moved = amount - forecast(before, node, figure)
    stopped = False
    for above in parents(tree, node):
        stopped = stopped or bool({(above, figure, "owner"), (above, figure, "manager")} & adjusted.keys())
        expected = Decimal(0) if stopped else moved
        assert forecast(after, above, figure) - forecast(before, above, figure) == expected
    others = [each for each in FIGURES if each != figure]
    assert all(after[each][other] == before[each][other] for each in before for other in others)


@given(trees(), CALCULATED, ADJUSTED, st.integers(0, 5), ROLLUPS)
def test_a_team_that_moves_keeps_the_figures_of_the_whole_while_no_team_is_adjusted(
    tree: Tree, calculated: Calculated, adjusted: Adjusted, moving: int, rollup: Rollup
) -> None:
    of_members = {key: amount for key, amount in adjusted.items() if key[0].kind == "member"}
    team = tree.teams[TEAMS[moving]]
    moved = Tree({**tree.teams, team.id: replace(team, parent_id=None)}, tree.members)

    before = views_of(tree, calculated, of_members, rollup=rollup)
    after = views_of(moved, calculated, of_members, rollup=rollup)

    for figure in FIGURES:
        for name in ("amount_without_adjustments", "forecast_amount"):
            whole = [getattr(views[ORGANISATION_NODE][figure], name) for views in (before, after)]
            assert whole[0] == whole[1]


def test_a_closed_figure_is_in_cumulative_commit_and_an_adjustment_replaces_the_sum_of_both() -> None:
    tree = Tree({TEAMS[0]: Team(TEAMS[0], "North")}, {MEMBERS[0]: Member(MEMBERS[0], TEAMS[0])})
    sums = Sums({"closed": Sum(amount=Decimal(50)), "commit": Sum(amount=Decimal(100))})
    mine = member_node(MEMBERS[0])
    adjusted: dict[tuple[Node, Figure, Side], Decimal] = {(mine, "commit", "owner"): Decimal(120)}

    views = views_of(tree, {MEMBERS[0]: sums}, adjusted, rollup="cumulative")

    north = views[Node(team_id=TEAMS[0])]["commit"]
    assert (north.amount_without_adjustments, north.forecast_amount) == (Decimal(150), Decimal(120))
    assert (north.owner_only_amount, north.indirect_adjustment) == (Decimal(150), Decimal(-30))
    assert views[mine]["closed"].forecast_amount == Decimal(50)


def test_the_example_of_the_documentation() -> None:
    north, south = named("north"), named("south")
    ann, bob, cid = named("ann"), named("bob"), named("cid")
    tree = Tree(
        {north: Team(north, "North"), south: Team(south, "South")},
        {ann: Member(ann, north), bob: Member(bob, north), cid: Member(cid, south)},
    )
    committed = {ann: 1500, bob: 300, cid: 700}
    sums: dict[UUID | None, Sums] = {
        owner: Sums({"commit": Sum(amount=Decimal(amount))}) for owner, amount in committed.items()
    }
    adjusted: dict[tuple[Node, Figure, Side], Decimal] = {
        (member_node(ann), "commit", "owner"): Decimal(1800),
        (member_node(ann), "commit", "manager"): Decimal(1600),
        (Node(south), "commit", "manager"): Decimal(650),
    }

    views = views_of(tree, sums, adjusted, rollup="cumulative")

    table = {
        ORGANISATION_NODE: (2500, 2550, 2550, 0, 50, 0),
        Node(north): (1800, 1900, 1900, 1800, 100, 0),
        member_node(ann): (1500, 1800, 1600, 1500, 0, 100),
        member_node(bob): (300, 300, 300, 300, 0, 0),
        Node(south): (700, 700, 650, 700, 0, -50),
        member_node(cid): (700, 700, 700, 700, 0, 0),
    }
    names = (
        *("amount_without_adjustments", "amount_without_manager_adjustment", "forecast_amount"),
        *("owner_only_amount", "indirect_adjustment", "direct_adjustment"),
    )
    for node, expected in table.items():
        assert tuple(getattr(views[node]["commit"], name) for name in names) == expected


def test_a_figure_has_moved_when_it_is_further_off_than_the_share() -> None:
    assert not has_moved(Decimal(100), Decimal(105), Decimal("0.05"))
    assert has_moved(Decimal(100), Decimal("105.01"), Decimal("0.05"))
    assert has_moved(Decimal(0), Decimal(1), Decimal("0.05"))
    assert not has_moved(Decimal(0), Decimal(0), Decimal("0.05"))
