"""What leads of a source may be expected to bring, from what became of earlier ones."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecast.source_yield.domain import (
    UNBORN,
    Cohort,
    Expectation,
    Fractions,
    as_known_before,
    brings,
    expectations,
    is_enough,
    trials_of,
)

NOW = 12 * 2027 + 1
THIS_MONTH = Fractions({NOW: 1.0}, 1.0)
NEXT_MONTH = Fractions({NOW + 1: 1.0}, 1.0)


def steady(source: str, *, lag: int = 1, leads: int = 100, wins: int = 10, deal: int = 50) -> list[Cohort]:
    """Each month for two years so many leads; some win after `lag` months, all others are lost by then."""
    cohorts = []
    for born in range(NOW - 24, NOW):
        over = born + lag < NOW
        lost = leads - wins if over else leads
        cohorts.append(Cohort(source, born, born + lag if over else None, None, lost))
        if over:
            cohorts.append(Cohort(source, born, born + lag, born + lag, wins, wins, Decimal(wins * deal)))
    return cohorts


def of(cohorts: list[Cohort], source: str = "web") -> Expectation:
    return expectations(cohorts, NOW)[source]


def test_open_leads_and_those_to_come_win_as_earlier_ones_did() -> None:
    web = of(steady("web"))

    assert web.chance(UNBORN) == pytest.approx(0.1)
    assert web.own.arrivals == 100
    assert web.of_open(NOW - 1, THIS_MONTH) == pytest.approx(0.1)
    assert brings(web, THIS_MONTH) == pytest.approx(Decimal(500))
    assert brings(web, NEXT_MONTH) == pytest.approx(Decimal(500))


def test_leads_of_this_month_bring_in_the_months_after_by_how_long_they_take() -> None:
    slow = of(steady("web", lag=4))

    assert slow.of_arrivals(Fractions({NOW + each: 1.0 for each in range(4)}, 1.0)) == 0
    assert slow.of_arrivals(Fractions({NOW + 4: 1.0}, 1.0)) == pytest.approx(0.1)


def test_young_leads_do_not_lower_the_conversion() -> None:
    alone = of(steady("web", lag=6))

    assert alone.own.wins / alone.own.received < 0.08
    assert alone.chance(UNBORN) == pytest.approx(0.1)


def test_a_lead_that_has_waited_longer_than_any_that_won_brings_nothing() -> None:
    web = of([*steady("web"), Cohort("web", NOW - 9, None, None, 1)])

    assert web.of_open(NOW - 9, THIS_MONTH) == 0


def test_a_source_with_few_wins_is_drawn_to_all_sources() -> None:
    lucky = [Cohort("fair", NOW - 5, NOW - 4, NOW - 4, 1, 1, Decimal(9000))]
    fair = of([*steady("web"), *lucky], "fair")

    assert 0.1 < fair.chance(UNBORN) < 0.15
    assert fair.own_weight == pytest.approx(1 / 11)
    assert Decimal(50) < fair.average_deal < Decimal(1000)


def test_too_few_wins_or_months_are_not_enough() -> None:
    assert is_enough(of(steady("web")).all)
    assert not is_enough(of(steady("web", wins=0)).all)
    assert not is_enough(of([Cohort("web", NOW - 1, NOW - 1, NOW - 1, 50)]).all)


def test_the_past_is_foretold_from_what_was_known_then() -> None:
    trials = trials_of(steady("web"), now=NOW, months=3, most=4)

    assert [trial.begins for trial in trials] == [NOW - 3, NOW - 6, NOW - 9, NOW - 12]
    for trial in trials:
        assert trial.actual == 1500
        assert trial.expected == pytest.approx(Decimal(1500))


COHORTS = st.builds(
    lambda source, born, life, wins: Cohort(
        source, NOW - 40 + born, NOW - 40 + born + life, NOW - 40 + born + life if wins else None, 3
    ),
    st.sampled_from(["web", "fair", None]),
    st.integers(0, 39),
    st.integers(0, 9),
    st.booleans(),
)


@given(st.lists(COHORTS, max_size=30), st.integers(0, 39))
def test_what_comes_later_changes_nothing_that_was_to_be_expected_before(
    cohorts: list[Cohort], months_ago: int
) -> None:
    begins = NOW - months_ago
    until_then = [each for each in cohorts if each.born < begins]

    assert as_known_before(cohorts, begins) == as_known_before(until_then, begins)
    for each in as_known_before(cohorts, begins):
        assert each.born < begins
        assert (each.won or 0) < begins
        assert (each.left or 0) < begins


@given(st.lists(COHORTS, max_size=30))
def test_chances_lie_between_0_and_1(cohorts: list[Cohort]) -> None:
    for each in expectations(cohorts, NOW).values():
        for age in (UNBORN, 0, 3):
            assert -1e-9 <= each.chance(age) <= 1 + 1e-9
