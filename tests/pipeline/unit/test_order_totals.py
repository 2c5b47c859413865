"""What an order comes to: every line rounded by itself, the total their sum."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pipeline.order.domain import Line, total_of
from shared.contracts.errors import DomainError
from shared.contracts.money import CENT, Money


def money(amount: str | Decimal, currency: str = "EUR") -> Money:
    return Money(amount=Decimal(amount), currency=currency)


lines = st.builds(
    Line,
    quantity=st.decimals("0.0001", "9999", places=4),
    unit_price=st.decimals("0", "99999", places=4).map(money),
    discount=st.decimals("0", "1", places=4),
)


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "amount"),
    [
        ("3", "19.99", "0", "59.97"),
        ("1", "0.005", "0", "0.00"),
        ("3", "0.005", "0", "0.02"),
        ("2.5", "10.00", "0.1", "22.50"),
        ("1", "10.00", "1", "0.00"),
    ],
)
def test_a_line_is_quantity_by_price_less_its_discount(
    quantity: str, price: str, discount: str, amount: str
) -> None:
    line = Line(Decimal(quantity), money(price), Decimal(discount))

    assert line.amount == money(amount)


@given(st.lists(lines, min_size=1, max_size=20))
def test_the_total_is_the_sum_of_what_the_lines_show_in_whole_cents(given_lines: list[Line]) -> None:
    total = total_of(given_lines)

    assert total.amount == sum(line.amount.amount for line in given_lines)
    assert total.amount == total.amount.quantize(CENT)


@given(lines)
def test_a_discount_never_makes_a_line_dearer_or_negative(line: Line) -> None:
    full = Line(line.quantity, line.unit_price)

    assert 0 <= line.amount.amount <= full.amount.amount


def test_lines_in_different_currencies_are_refused() -> None:
    with pytest.raises(DomainError) as refusal:
        total_of([Line(Decimal(1), money("1")), Line(Decimal(1), money("1", "USD"))])

    assert (refusal.value.code, refusal.value.errors[0].pointer) == (
        "currency_mismatch",
        "/lines/1/unit_price/currency",
    )


def test_what_is_too_much_to_be_true_is_refused() -> None:
    with pytest.raises(DomainError) as refusal:
        total_of([Line(Decimal(99999999), money("99999999999999"))])

    assert refusal.value.code == "validation_failed"
