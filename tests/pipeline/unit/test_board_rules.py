"""Ranks of cards: exact, however often a gap is halved."""

from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.pipeline.board.domain import Card, Side, is_long, rank_between

ranks = st.decimals(min_value=-2_000_000_000, max_value=2_000_000_000, places=7)


def card(rank: Decimal) -> Card:
    return Card(UUID(int=1), rank)


@given(ranks, ranks, st.lists(st.booleans(), max_size=60))
def test_a_card_put_between_two_lies_between_them_every_time(
    one: Decimal, other: Decimal, sides: list[bool]
) -> None:
    low, high = sorted((one, other))
    for low_side in sides:
        rank = rank_between(card(low), "after", card(high))
        assert (rank is None) == (low == high)
        if rank is None:
            return
        assert low < rank < high
        low, high = (low, rank) if low_side else (rank, high)


@given(ranks, st.sampled_from(["before", "after"]))
def test_at_either_end_of_a_column_a_card_lies_outside(rank: Decimal, side: Side) -> None:
    found = rank_between(card(rank), side, None)

    assert found is not None
    assert found < rank if side == "before" else found > rank
    assert not is_long(found)
