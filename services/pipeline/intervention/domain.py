"""An intervention: what a manager has changed in a deal, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.money import Money, step_of

_ALL = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """`changes`: by field, from what to what. `intervened_by`: a member's id."""

    id: UUID
    deal_id: UUID
    reason: str
    changes: Mapping[str, Mapping[str, Any]]
    intervened_by: str
    created_at: datetime


def least_after(discount: Decimal, amount: Money | None) -> Money:
    """The least amount with a discount of so many percent off this one: amount x (1 - discount / 100), up to
    the next cent, or finer where the amount is. Refuses with `validation_failed` a discount off nothing."""
    if amount is None:
        detail = "The deal has no amount to give a discount on; say least_amount."
        raise DomainError("validation_failed", detail, [FieldError("/largest_discount", "no_amount", detail)])
    least = amount.amount * (_ALL - discount) / _ALL
    return Money(amount=least.quantize(step_of(amount), ROUND_CEILING), currency=amount.currency)


def refuse_crossed(least: Money | None, most: Money | None) -> None:
    """Refuses with `validation_failed` limits that nothing is within."""
    if least is None or most is None:
        return
    if least.currency != most.currency:
        detail = "Both limits are in one currency."
    elif least.amount > most.amount:
        detail = f"The least amount, {least.amount:f}, is over the most, {most.amount:f}."
    else:
        return
    raise DomainError("validation_failed", detail, [FieldError("/most_amount", "limits_crossed", detail)])
