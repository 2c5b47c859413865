"""What a deal with a recurring amount is worth.

MRR = recurring amount / months of its period. ARR = 12 x MRR. TCV (total contract value) = the one-off amount
+ the recurring amount over the term; without a term it is unknown, without anything recurring the amount.
Source of the definitions: Odoo's recurring revenue, HubSpot's line items.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, get_args

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.pipeline_deal import RecurringPeriod
from shared.contracts.money import CENT, Money

MONTHS: Mapping[RecurringPeriod, int] = dict(zip(get_args(RecurringPeriod), (1, 3, 12), strict=True))
_YEAR = 12


def mrr(recurring: Money | None, period: RecurringPeriod | None) -> Money | None:
    """Recurring amount a month, to the cent."""
    return _share(recurring, period, 1)


def arr(recurring: Money | None, period: RecurringPeriod | None) -> Money | None:
    """Recurring amount a year: of the amount itself, not of the rounded month."""
    return _share(recurring, period, _YEAR)


def tcv(
    amount: Money | None, recurring: Money | None, period: RecurringPeriod | None, term_months: int | None
) -> Money | None:
    """The one-off amount and what recurs over the term; None when nothing is known, or not for how long."""
    if recurring is None:
        return amount
    over_term = None if term_months is None else _share(recurring, period, term_months)
    return over_term + amount if over_term is not None and amount is not None else over_term


def _share(recurring: Money | None, period: RecurringPeriod | None, months: int) -> Money | None:
    if recurring is None or period is None:
        return None
    share = recurring.amount * months / Decimal(MONTHS[period])
    return Money.model_construct(amount=share.quantize(CENT, ROUND_HALF_EVEN), currency=recurring.currency)


def refuse_half_worth(deal: Any) -> None:
    """Refuses with `validation_failed` an amount without its period, a period or term without an amount, and
    two currencies in one deal."""
    errors = []
    if deal.recurring_amount is None:
        errors += [
            FieldError(f"/{name}", "goes_with_recurring_amount", f"{name} goes with recurring_amount.")
            for name in ("recurring_period", "term_months")
            if getattr(deal, name) is not None
        ]
    elif deal.recurring_period is None:
        errors.append(FieldError("/recurring_period", "required", "How often does the amount recur?"))
    elif deal.amount is not None and deal.amount.currency != deal.recurring_amount.currency:
        detail = f"The amount is in {deal.amount.currency}; what recurs has the same currency."
        errors.append(FieldError("/recurring_amount", "currency_differs", detail))
    if errors:
        raise DomainError("validation_failed", errors[0].detail, errors)
