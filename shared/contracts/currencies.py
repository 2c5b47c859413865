"""Dated exchange rates: an amount in the organisation's currency, at the rate of the amount's own date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from pydantic import ValidationError

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.money import Money


@dataclass(frozen=True, slots=True)
class Rates:
    """`by_currency`: for each currency its (valid_from, rate) rows, oldest first.

    A rate is how many units of the base currency one unit of the other is worth, from `valid_from` on.
    """

    base: str
    by_currency: Mapping[str, Sequence[tuple[date, Decimal]]]

    def to_base(self, money: Money, on: date, *, pointer: str = "/amount/currency") -> Money:
        """The amount in base currency, rounded half-even to cents. Refuses with `rate_missing`, or
        `validation_failed` when that is beyond what Money holds."""
        if money.currency == self.base:
            return money
        rate = self.rate(money.currency, on, pointer=pointer)
        try:
            return Money(amount=money.times(rate).amount, currency=self.base)
        except (ValidationError, InvalidOperation):
            detail = f"The amount is too large to be kept in {self.base}."
            at = pointer.removesuffix("/currency") + "/amount"
            raise DomainError("validation_failed", detail, [FieldError(at, "out_of_range", detail)]) from None

    def rate(self, currency: str, on: date, *, pointer: str) -> Decimal:
        """What one unit of the currency is worth on the day. Refuses with `rate_missing`."""
        if currency == self.base:
            return Decimal(1)
        valid = [rate for valid_from, rate in self.by_currency.get(currency, ()) if valid_from <= on]
        if not valid:
            detail = f"There is no exchange rate from {currency} to {self.base} on {on.isoformat()}."
            raise DomainError("rate_missing", detail, [FieldError(pointer, "rate_missing", detail)])
        return valid[-1]
