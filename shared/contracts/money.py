"""Money: a Decimal and an ISO 4217 code, never a float. Adding different currencies is an error."""

import re
from collections.abc import Hashable, Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

CENT = Decimal("0.01")
K = TypeVar("K", bound=Hashable)
_WRITTEN = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def _exact(value: Any) -> Any:
    if isinstance(value, str) and not _WRITTEN.fullmatch(value):
        raise ValueError('an amount is written in digits, such as "12.50"')
    if isinstance(value, float):
        raise ValueError('an amount is a string such as "12.50" or a whole number, not a float')
    return value


Amount = Annotated[
    Decimal,
    BeforeValidator(_exact),
    Field(max_digits=18, decimal_places=4, allow_inf_nan=False),
    PlainSerializer(lambda amount: format(amount, "f"), return_type=str, when_used="json"),
]
CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code, upper case")]


class Money(BaseModel):
    """`{"amount": "1234.50", "currency": "EUR"}`: at most 14 digits before the point and 4 after it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Amount
    currency: CurrencyCode

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency} without a rate")
        return Money(amount=self.amount + other.amount, currency=self.currency)

    def times(self, factor: Decimal) -> "Money":
        """The amount times a factor (a probability, a quantity), rounded half-even to cents."""
        return Money(amount=(self.amount * factor).quantize(CENT, ROUND_HALF_EVEN), currency=self.currency)


def step_of(money: Money) -> Decimal:
    """A cent, or the last decimal of an amount that is finer."""
    return min(CENT, Decimal(1).scaleb(int(money.amount.as_tuple().exponent)))


def apportioned(parts: Mapping[K, Decimal], whole: Decimal, step: Decimal) -> dict[K, Decimal]:
    """The parts in steps, each less than a step from where it was, adding up to the whole, which is their
    sum in steps: all are rounded down, and what is missing goes to the largest remainders (the method of
    Hamilton)."""
    down = {key: (part / step).to_integral_value(ROUND_FLOOR) for key, part in parts.items()}
    missing = int(whole / step - sum(down.values()))
    by_remainder = sorted(parts, key=lambda key: (down[key] - parts[key] / step, str(key)))
    lifted = set(by_remainder[:missing])
    return {key: (down[key] + (key in lifted)) * step for key in parts}
