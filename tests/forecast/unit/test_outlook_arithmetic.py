"""The arithmetic of a forecast, without a database."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecast.outlook.definitions import definitions_of
from services.forecast.outlook.domain import (
    BUCKETS,
    FIGURES,
    Filter,
    GroupBy,
    Outlook,
    Rollup,
    Sum,
    Sums,
    aim_of_whole,
    groups_have_targets,
    outlook_of,
)
from services.forecast.outlook.schemas import FiguresOut
from services.forecast.rollup.domain import Price
from services.forecast.target.domain import Aim
from shared.contracts.identity import Identity, Scope
from shared.contracts.periods import Calendar
from tests.forecast.builders import at, named


def sums(**amounts: int) -> Sums:
    """One deal of this amount in each bucket named; open ones at 50 %."""
    return Sums(
        {
            bucket: Sum(1, Decimal(amounts[bucket]), Decimal(amounts[bucket]) / 2)
            for bucket in BUCKETS
            if bucket in amounts
        }
    )


PUBLISHED = sums(closed=50, commit=100, best_case=150, pipeline=200)


def test_the_published_example_of_cumulative_columns_comes_out() -> None:
    outlook = outlook_of(PUBLISHED, rollup="cumulative")

    assert {name: int(amount) for name, amount in outlook.amounts.items()} == {
        "closed": 50,
        "commit": 150,
        "most_likely": 150,
        "best_case": 300,
        "open_pipeline": 450,
    }


def test_single_columns_hold_their_own_category_only() -> None:
    outlook = outlook_of(PUBLISHED, rollup="single")

    assert {name: int(amount) for name, amount in outlook.amounts.items()} == {
        "closed": 50,
        "commit": 100,
        "most_likely": 0,
        "best_case": 150,
        "open_pipeline": 200,
    }


def test_weighted_is_closed_in_full_and_open_deals_by_their_probability() -> None:
    assert outlook_of(PUBLISHED, rollup="single").weighted == Decimal("275.00")


def test_deals_without_probability_or_amount_are_counted_and_add_nothing() -> None:
    blank = Sums({"pipeline": Sum(deals=3, without_probability=2, without_amount=1)}, undated=4)

    outlook = outlook_of(blank, rollup="cumulative")

    assert (outlook.unweighted_deals, outlook.deals_without_amount, outlook.undated_deals) == (2, 1, 4)
    assert outlook.weighted == 0


def test_without_a_target_there_is_no_gap_no_attainment_and_no_pace() -> None:
    outlook = outlook_of(PUBLISHED, rollup="cumulative", working_days_left=10)

    assert outlook.gap_to_target is None
    assert outlook.attainment is None
    assert outlook.coverage is None
    assert outlook.needed_per_working_day is None


def test_a_target_gives_gap_attainment_coverage_and_pace() -> None:
    outlook = outlook_of(PUBLISHED, rollup="cumulative", target=Decimal(200), working_days_left=30)

    assert outlook.gap_to_target == Decimal("150.00")
    assert outlook.attainment == Decimal("0.2500")
    assert outlook.coverage == Decimal("3.0000")
    assert outlook.needed_per_working_day == Decimal("5.00")


def test_a_reached_target_needs_nothing_more() -> None:
    outlook = outlook_of(PUBLISHED, rollup="cumulative", target=Decimal(40), working_days_left=5)

    assert outlook.gap_to_target == Decimal("-10.00")
    assert outlook.needed_per_working_day == 0
    assert outlook.coverage is None


def test_a_target_of_nothing_has_no_attainment() -> None:
    assert outlook_of(PUBLISHED, rollup="cumulative", target=Decimal(0)).attainment is None


def test_with_no_working_day_left_there_is_no_pace() -> None:
    late = outlook_of(PUBLISHED, rollup="cumulative", target=Decimal(200), working_days_left=0)

    assert late.needed_per_working_day is None


amounts = st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False, allow_infinity=False)
any_sum = st.builds(
    Sum,
    deals=st.integers(0, 50),
    amount=amounts,
    weighted=amounts,
    without_probability=st.integers(0, 5),
    without_amount=st.integers(0, 5),
)
any_sums = st.builds(
    Sums, st.dictionaries(st.sampled_from(BUCKETS), any_sum), undated=st.integers(min_value=0, max_value=9)
)
rollups: st.SearchStrategy[Rollup] = st.sampled_from(["cumulative", "single"])


@given(any_sums)
def test_each_cumulative_column_is_at_least_the_stronger_one(whole: Sums) -> None:
    columns = outlook_of(whole, rollup="cumulative").amounts

    assert columns["closed"] <= columns["commit"] <= columns["most_likely"] <= columns["best_case"]


@given(any_sums)
def test_single_columns_add_up_to_best_case_and_pipeline_of_the_cumulative_ones(whole: Sums) -> None:
    single = outlook_of(whole, rollup="single").deals
    cumulative = outlook_of(whole, rollup="cumulative").deals

    assert sum(single.values()) == cumulative["best_case"] + single["open_pipeline"]
    assert sum(single.values()) == cumulative["open_pipeline"] + single["closed"]


@given(st.lists(any_sums, max_size=6), rollups)
def test_groups_add_up_to_the_whole_but_for_rounding_each_to_a_cent(
    groups: list[Sums], rollup: Rollup
) -> None:
    whole = outlook_of(sum(groups, Sums()), rollup=rollup)
    parts = [outlook_of(group, rollup=rollup) for group in groups]

    half_a_cent = Decimal("0.005")
    for figure in FIGURES:
        apart = abs(whole.amounts[figure] - sum(part.amounts[figure] for part in parts))
        assert apart <= half_a_cent * (len(parts) + 1)
        assert whole.deals[figure] == sum(part.deals[figure] for part in parts)
    assert whole.undated_deals == sum(part.undated_deals for part in parts)


@pytest.mark.parametrize("rollup", ["cumulative", "single"])
def test_every_figure_of_the_answer_has_a_definition(rollup: Rollup) -> None:
    period = Calendar().period("2027-Q1", now=at("2027-02-01"))

    defined = definitions_of(period, rollup, Price("EUR", "EUR", "dated", period.ends_on)).keys()

    of_period, foretold = {"working_days_left"}, {"p10", "p50", "p90"}
    assert FiguresOut.model_fields.keys() - {"deals"} == defined - of_period
    assert {*Outlook.__slots__, *FIGURES} - {"amounts", "deals"} == defined - of_period - foretold


def who(scope: Scope, *, team: str | None = "north", teams: tuple[str, ...] = ()) -> Identity:
    return Identity(
        sub=str(named("me")),
        kind="member",
        role="any",
        scope=scope,
        team_id=None if team is None else named(team),
        team_ids=tuple(named(each) for each in teams),
    )


REP, MANAGER, DIRECTOR = who("own"), who("subtree", teams=("north", "north-1")), who("all")


@pytest.mark.parametrize(
    ("identity", "chosen", "aim"),
    [
        (DIRECTOR, Filter(), Aim()),
        (DIRECTOR, Filter(team_id=named("south")), Aim(team_id=named("south"))),
        (DIRECTOR, Filter(product_id=named("p")), Aim(product_id=named("p"))),
        (DIRECTOR, Filter(team_id=named("south"), product_id=named("p")), None),
        (MANAGER, Filter(), Aim(team_id=named("north"))),
        (MANAGER, Filter(team_id=named("north-1")), Aim(team_id=named("north-1"))),
        (MANAGER, Filter(team_id=named("south")), None),
        (MANAGER, Filter(product_id=named("p")), None),
        (MANAGER, Filter(owner_id=named("rep")), Aim(owner_id=named("rep"))),
        (REP, Filter(), Aim(owner_id=named("me"))),
        (REP, Filter(owner_id=named("me")), Aim(owner_id=named("me"))),
        (REP, Filter(owner_id=named("other")), None),
        (REP, Filter(team_id=named("north")), None),
    ],
)
def test_figures_are_held_against_a_target_for_just_those_deals(
    identity: Identity, chosen: Filter, aim: Aim | None
) -> None:
    assert aim_of_whole(chosen, identity) == aim


@pytest.mark.parametrize(
    ("identity", "group_by", "chosen", "expected"),
    [
        (DIRECTOR, "product", Filter(), True),
        (DIRECTOR, "product", Filter(team_id=named("north")), False),
        (MANAGER, "product", Filter(), False),
        (MANAGER, "team", Filter(), True),
        (REP, "team", Filter(), False),
        (REP, "owner", Filter(), True),
        (DIRECTOR, "owner", Filter(product_id=named("p")), False),
        (DIRECTOR, "category", Filter(), False),
    ],
)
def test_groups_are_held_against_targets_only_where_they_cover_them(
    identity: Identity, group_by: GroupBy, chosen: Filter, expected: bool
) -> None:
    assert groups_have_targets(group_by, chosen, identity) is expected
