"""A period from below: growth x average pipeline x win rate x individuals."""

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecast.bottom_up.domain import Book, Decided, basis_of, bias, trials_of, wape
from tests.forecast.builders import named

ANN, BOB = named("ann"), named("bob")
ONE = Decimal(1)


def decided(won: int, lost: int, *, each: int = 100) -> Decided:
    """Won deals have an amount, lost ones have none."""
    return Decided(won, won, Decimal(won * each), lost, 0, Decimal(0))


def test_the_product_of_the_four_factors() -> None:
    book: Book = {1: {ANN: decided(10, 10), BOB: decided(0, 20)}, 2: {ANN: decided(10, 10)}}

    basis = basis_of(book, range(1, 5))

    assert basis.individual_spans == 3
    assert basis.average_pipeline == Decimal(2000)
    assert basis.win_rate == Decimal(2000) / Decimal(6000)
    assert basis.expected(6, Decimal("1.1")) == pytest.approx(Decimal(4400))


def test_one_individual_is_reckoned_by_the_own_past() -> None:
    book: Book = {1: {ANN: decided(10, 0), BOB: decided(5, 5)}, 2: {ANN: decided(10, 0)}}

    assert basis_of(book, range(1, 5), frozenset([ANN])).expected(1, ONE) == 1000
    assert basis_of(book, range(1, 5), frozenset([BOB])).expected(1, ONE) is None


def test_deals_of_nobody_are_in_the_pipeline_of_no_individual() -> None:
    book: Book = {span: {ANN: decided(10, 10), None: decided(90, 90)} for span in range(1, 6)}
    nobody: Book = {span: {None: decided(10, 10)} for span in range(1, 6)}

    assert basis_of(book, range(1, 5)).expected(1, ONE) == 1000
    assert trials_of(book)[0].expected == 1000
    assert basis_of(nobody, range(1, 5)).expected(4, ONE) is None


def test_too_few_periods_or_deals_give_no_number() -> None:
    one_period: Book = {1: {ANN: decided(30, 30)}}
    few_deals: Book = {1: {ANN: decided(5, 5)}, 2: {ANN: decided(5, 4)}}

    for book in (one_period, few_deals, {}):
        assert basis_of(book, range(1, 5)).expected(1, ONE) is None


def test_a_past_period_is_foretold_from_those_before_it_alone() -> None:
    book: dict[int, dict[UUID | None, Decided]] = {span: {ANN: decided(10, 10)} for span in range(1, 6)}
    book[1] = {ANN: decided(20, 0)}

    trials = trials_of(book)

    assert [(each.span, each.expected, each.actual) for each in trials] == [
        (1, Decimal(1000), Decimal(2000)),
        (2, Decimal(1000), Decimal(1000)),
        (3, Decimal(1000), Decimal(1000)),
    ]
    assert (wape(trials), bias(trials)) == (Decimal("0.25"), Decimal("-0.25"))


BOOKS = st.dictionaries(
    st.integers(1, 8),
    st.dictionaries(
        st.sampled_from([ANN, BOB, None]),
        st.builds(decided, st.integers(0, 30), st.integers(0, 30), each=st.integers(1, 900)),
        min_size=1,
    ),
)


@given(BOOKS, st.integers(0, 50))
def test_more_individuals_and_more_growth_never_bring_less(
    book: dict[int, dict[UUID | None, Decided]], individuals: int
) -> None:
    basis = basis_of(book, range(1, 5))
    fewer, more = basis.expected(individuals, ONE), basis.expected(individuals + 1, ONE)
    grown = basis.expected(individuals, Decimal("1.5"))

    assert (fewer is None) == (more is None)
    if fewer is not None and more is not None and grown is not None:
        assert fewer <= more
        assert grown == pytest.approx(fewer * Decimal("1.5"))
