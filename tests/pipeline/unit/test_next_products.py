"""What goes with what: counts, support, confidence, lift, and what is only chance."""

from decimal import Decimal
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from services.pipeline.next_product.domain import Association, suggested


def product(name: str) -> UUID:
    return uuid5(UUID(int=1), name)


def together(
    *,
    both: int,
    because: int = 20,
    other: int = 25,
    of: int = 100,
    of_product: str = "table",
    by: str = "chair",
) -> Association:
    return Association(product(by), product(of_product), of, because, other, both)


@st.composite
def associations(draw: st.DrawFn) -> Association:
    accounts = draw(st.integers(1, 500))
    with_because, with_product = draw(st.integers(1, accounts)), draw(st.integers(1, accounts))
    fewest = max(0, with_because + with_product - accounts)
    both = draw(st.integers(fewest, min(with_because, with_product)))
    return together(both=both, because=with_because, other=with_product, of=accounts)


def test_support_confidence_and_lift_are_what_the_counts_say() -> None:
    found = together(both=15)

    assert (found.support, found.confidence, found.lift) == (Decimal("0.15"), Decimal("0.75"), Decimal(3))


def test_what_happened_too_seldom_or_no_more_than_for_anybody_is_chance() -> None:
    assert not together(both=2, because=2, other=2).holds
    assert not together(both=5, because=20, other=25).holds
    assert together(both=15).holds


@given(associations())
def test_the_bound_is_below_the_confidence_and_what_holds_has_a_lift(found: Association) -> None:
    assert 0 <= found.confidence_at_least <= found.with_both / found.with_because + 1e-9
    assert not found.holds or found.with_both * found.accounts > found.with_because * found.with_product


def test_each_product_comes_once_with_its_strongest_reason_the_likeliest_first() -> None:
    weaker = together(both=12, by="lamp")
    strong = together(both=15)
    likeliest = together(both=19, of_product="desk")

    assert suggested([weaker, strong, likeliest], most=5) == [likeliest, strong]
    assert suggested([weaker, strong, likeliest], most=1) == [likeliest]
