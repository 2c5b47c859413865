"""How the amount of a deal is split."""

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pipeline.deal_split.domain import Split, Splits, amounts, total
from shared.contracts.errors import DomainError
from shared.contracts.money import Money

ADA, BEN = UUID(int=1), UUID(int=2)
PERCENTS = st.lists(st.integers(1, 10_000), min_size=1, max_size=12)
AMOUNTS = st.decimals("0", "99999999999999.9999", allow_nan=False, places=4)


def split(*percents: str) -> tuple[Split, ...]:
    return tuple(Split(UUID(int=n), Decimal(percent)) for n, percent in enumerate(percents, 1))


def whole(weights: list[int]) -> tuple[Split, ...]:
    """Shares that add up to exactly 100 %, with four decimals."""
    parts = [(Decimal(100) * each / sum(weights)).quantize(Decimal("0.0001")) for each in weights]
    parts[-1] = 100 - sum(parts[:-1], Decimal())
    return tuple(Split(UUID(int=n), part) for n, part in enumerate(parts, 1))


@given(PERCENTS, AMOUNTS)
def test_what_is_split_adds_up_to_the_amount(weights: list[int], amount: Decimal) -> None:
    shares = amounts(Money(amount=amount, currency="EUR"), whole(weights))

    assert sum(each.amount for each in shares.values() if each) == amount


@given(PERCENTS, AMOUNTS)
def test_no_share_is_a_cent_from_what_it_should_be(weights: list[int], amount: Decimal) -> None:
    splits = whole(weights)
    shares = amounts(Money(amount=amount, currency="EUR"), splits)

    for each in splits:
        share = shares[each.member_id]
        assert share is not None
        assert abs(share.amount - amount * each.percent / 100) < Decimal("0.01")


@given(st.lists(st.decimals("0.0001", "1000", places=4), max_size=20))
def test_revenue_is_taken_only_when_it_is_all_of_it(percents: list[Decimal]) -> None:
    splits = Splits(revenue=split(*map(str, percents)))
    taken = True
    try:
        splits.refuse_wrong()
    except DomainError:
        taken = False

    assert taken == (not percents or sum(percents) == 100)


def test_thirds_are_whole_cents() -> None:
    shares = amounts(Money(amount=Decimal("100.00"), currency="EUR"), split("33.33", "33.33", "33.34"))

    assert [str(each and each.amount) for each in shares.values()] == ["33.33", "33.33", "33.34"]


def test_overlay_splits_may_add_up_to_ten_times_the_amount_and_no_more() -> None:
    Splits(overlay=split("500", "500")).refuse_wrong()

    with pytest.raises(DomainError) as refusal:
        Splits(overlay=split("500", "500.0001")).refuse_wrong()
    assert [each.pointer for each in refusal.value.errors] == ["/overlay"]


def test_ten_times_the_largest_amount_can_be_shown() -> None:
    shares = amounts(Money(amount=Decimal(10**14 - 1), currency="EUR"), split("1000"))

    assert [each and each.amount for each in shares.values()] == [Decimal(10**15 - 10)]


def test_a_member_has_one_split_of_a_kind() -> None:
    twice = (Split(ADA, Decimal(50)), Split(ADA, Decimal(50)))

    with pytest.raises(DomainError) as refusal:
        Splits(revenue=twice, overlay=(Split(ADA, Decimal(5)),)).refuse_wrong()

    assert [each.pointer for each in refusal.value.errors] == ["/revenue/1/member_id"]
    assert total(twice) == 100


def test_without_an_amount_there_is_nothing_to_split() -> None:
    assert amounts(None, split("100")) == {ADA: None}
