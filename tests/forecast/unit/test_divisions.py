"""The whole divided by territory and by product: who judges the parts, and what adjustments do to them."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecast.amount_view.domain import Adjusted, views_of
from services.forecast.node.division import Division, Part
from services.forecast.node.domain import ORGANISATION_NODE, Node, Side, below
from services.forecast.outlook.domain import COLUMNS, FIGURES, Rollup, Sum, Sums
from shared.contracts.identity import Identity
from tests.forecast.builders import named
from tests.forecast.integration.world import who
from tests.forecast.unit.test_amount_views import AMOUNTS, ROLLUPS, SUMS, Calculated

NAMES = [f"territory {n}" for n in range(6)]
DIRECTOR = who("all")


def place(name: str) -> Node:
    return Node(territory_id=named(name))


GERMANY = Division(
    "territory",
    {
        place("Germany"): Part("Germany", manager_id=named("greta")),
        place("Bavaria"): Part("Bavaria", place("Germany"), manager_id=named("ben")),
        place("Munich"): Part("Munich", place("Bavaria"), manager_id=named("greta")),
        place("Hesse"): Part("Hesse", place("Germany")),
        place("France"): Part("France", active=False),
    },
)


@pytest.mark.parametrize(
    ("by", "node", "side"),
    [
        (who("own", "greta"), place("Germany"), "owner"),
        (who("subtree", "greta"), place("Hesse"), "manager"),
        (who("own", "greta"), place("Munich"), "manager"),
        (who("own", "ben"), place("Bavaria"), "owner"),
        (who("own", "ben"), place("Munich"), "manager"),
        (who("own", "ben"), place("Germany"), None),
        (who("own", "ben"), place("France"), None),
        (who("own", "ben"), ORGANISATION_NODE, None),
        (who("none", "greta"), place("Germany"), None),
        (who("partner", "greta"), place("Germany"), None),
        (DIRECTOR, place("Munich"), "manager"),
        (DIRECTOR, ORGANISATION_NODE, "owner"),
    ],
)
def test_a_territory_is_judged_by_its_manager_and_those_of_the_ones_above(
    by: Identity, node: Node, side: Side | None
) -> None:
    assert GERMANY.side_of(node, by) == side


def test_who_manages_several_answers_for_the_highest() -> None:
    assert GERMANY.own_node(who("own", "greta")) == place("Germany")
    assert GERMANY.own_node(who("own", "ben")) == place("Bavaria")
    assert GERMANY.own_node(who("subtree", "ann")) is None
    assert GERMANY.own_node(DIRECTOR) == ORGANISATION_NODE


def test_products_are_judged_by_who_sees_everything_alone() -> None:
    pump = Node(product_id=named("pump"))
    products = Division("product", {pump: Part("Pump")})

    sides = [products.side_of(pump, by) for by in (DIRECTOR, who("subtree", "boss"), who("own", "ann"))]

    assert sides == ["owner", None, None]


@st.composite
def territories(draw: st.DrawFn) -> Division:
    """Each lies in any other, in itself or in none: some hang on nothing."""
    above = st.sampled_from([ORGANISATION_NODE, *map(place, NAMES)])
    return Division("territory", {place(name): Part(name, draw(above)) for name in NAMES})


CALCULATED = st.dictionaries(st.sampled_from([None, *map(named, [*NAMES, "unknown"])]), SUMS)
ADJUSTED = st.dictionaries(
    st.tuples(
        st.sampled_from([place(name) for name in NAMES]),
        st.sampled_from(["commit", "best_case"]),
        st.sampled_from(["owner", "manager"]),
    ),
    AMOUNTS,
    max_size=6,
)


@given(territories(), territories(), CALCULATED, ROLLUPS)
def test_the_whole_is_the_sum_of_all_deals_however_territories_lie(
    before: Division, after: Division, calculated: Calculated, rollup: Rollup
) -> None:
    whole = Sums.of_all(list(calculated.values()))

    for division in (before, after):
        views = views_of(division, calculated, {}, rollup=rollup)
        for figure in FIGURES:
            expected = whole.over(COLUMNS[rollup][figure]).amount
            assert views[ORGANISATION_NODE][figure].forecast_amount == expected


@given(territories(), CALCULATED, ADJUSTED, ROLLUPS)
def test_a_territory_is_its_own_deals_and_what_is_forecast_right_below(
    division: Division, calculated: Calculated, adjusted: Adjusted, rollup: Rollup
) -> None:
    views = views_of(division, calculated, adjusted, rollup=rollup)

    for node in below(division, ORGANISATION_NODE):
        if node == ORGANISATION_NODE:
            continue
        own = calculated.get(node.territory_id, Sums())
        for figure in FIGURES:
            view = views[node][figure]
            parts = [views[each][figure].forecast_amount for each in division.children_of(node)]
            assert view.owner_only_amount == own.over(COLUMNS[rollup][figure]).amount
            assert view.rolled_up == view.owner_only_amount + sum(parts, Decimal(0))
            moved = view.indirect_adjustment + view.direct_adjustment
            assert view.forecast_amount == view.amount_without_adjustments + moved


def test_a_product_counts_as_its_family_s_own() -> None:
    pump, valve = Node(product_id=named("pump")), Node(product_id=named("valve"))
    pumps = Node(product_family="Pumps")
    division = Division("product", {pumps: Part("Pumps"), pump: Part("Pump", pumps), valve: Part("Valve")})
    sums: Mapping[UUID | None, Sums] = {
        named("pump"): _commit(100),
        named("valve"): _commit(10),
        None: _commit(1),
    }

    views = views_of(division, sums, {}, rollup="cumulative")

    own = {node: views[node]["commit"].owner_only_amount for node in (pumps, ORGANISATION_NODE)}
    assert own == {pumps: Decimal(100), ORGANISATION_NODE: Decimal(11)}
    assert views[ORGANISATION_NODE]["commit"].forecast_amount == Decimal(111)


def _commit(amount: int) -> Sums:
    return Sums({"commit": Sum(1, Decimal(amount))})
