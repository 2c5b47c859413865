"""Money is exact, and never adds what cannot be added."""

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from shared.contracts.currencies import Rates
from shared.contracts.errors import DomainError
from shared.contracts.money import Money


def test_an_amount_travels_as_a_string() -> None:
    money = Money.model_validate_json('{"amount": "1234.50", "currency": "EUR"}')

    assert money.model_dump_json() == '{"amount":"1234.50","currency":"EUR"}'


@pytest.mark.parametrize(
    "body",
    [
        '{"amount": 12.5, "currency": "EUR"}',
        '{"amount": "12.50001", "currency": "EUR"}',
        '{"amount": "123456789012345", "currency": "EUR"}',
        '{"amount": "NaN", "currency": "EUR"}',
        '{"amount": "1e400", "currency": "EUR"}',
        '{"amount": "1e3", "currency": "EUR"}',
        '{"amount": "1_000", "currency": "EUR"}',
        '{"amount": " 12", "currency": "EUR"}',
        '{"amount": "12\\n", "currency": "EUR"}',
        '{"amount": "\u0661\u0662", "currency": "EUR"}',
        '{"amount": "12", "currency": "eur"}',
        '{"amount": "12", "currency": "EURO"}',
        '{"amount": "12"}',
        '{"amount": "12", "currency": "EUR", "cents": 0}',
    ],
)
def test_what_is_not_exact_money_is_refused(body: str) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate_json(body)


def test_different_currencies_are_not_added() -> None:
    with pytest.raises(ValueError, match="without a rate"):
        Money(amount=Decimal(1), currency="EUR") + Money(amount=Decimal(1), currency="USD")


def test_an_amount_is_converted_at_the_rate_of_its_own_date() -> None:
    rates = Rates("USD", {"EUR": [(date(2027, 1, 1), Decimal("1.10")), (date(2027, 2, 1), Decimal("1.20"))]})
    hundred = Money(amount=Decimal(100), currency="EUR")

    assert rates.to_base(hundred, date(2027, 1, 31)).amount == Decimal("110.00")
    assert rates.to_base(hundred, date(2027, 2, 1)).amount == Decimal("120.00")


def test_a_date_before_the_first_rate_has_no_rate() -> None:
    rates = Rates("USD", {"EUR": [(date(2027, 1, 1), Decimal("1.10"))]})

    with pytest.raises(DomainError) as refusal:
        rates.to_base(Money(amount=Decimal(1), currency="EUR"), date(2026, 12, 31))

    assert refusal.value.code == "rate_missing"


def test_an_amount_too_large_for_the_base_currency_is_refused_by_name() -> None:
    rates = Rates("USD", {"EUR": [(date(2027, 1, 1), Decimal("1.10"))]})

    with pytest.raises(DomainError) as refusal:
        rates.to_base(Money(amount=Decimal("99999999999999"), currency="EUR"), date(2027, 1, 1))

    assert refusal.value.code == "validation_failed"
    assert refusal.value.errors[0].pointer == "/amount/amount"


def test_the_base_currency_needs_no_rate() -> None:
    money = Money(amount=Decimal("0.01"), currency="USD")

    assert Rates("USD", {}).to_base(money, date(2027, 1, 1)) == money
