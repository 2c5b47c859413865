"""Dated exchange rates: an amount in the organisation's currency, at the rate of the amount's own date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

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
        """The amount in base currency, rounded half-even to cents. Refuses with `rate_missing`."""
        if money.currency == self.base:
            return money
        rate = self._rate(money.currency, on)
        if rate is None:
            detail = f"There is no exchange rate from {money.currency} to {self.base} on {on.isoformat()}."
            raise DomainError("rate_missing", detail, [FieldError(pointer, "rate_missing", detail)])
        return Money(amount=money.times(rate).amount, currency=self.base)

    def _rate(self, currency: str, on: date) -> Decimal | None:
        valid = [rate for valid_from, rate in self.by_currency.get(currency, ()) if valid_from <= on]
        return valid[-1] if valid else None
