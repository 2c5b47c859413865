"""What a deal may be sold for."""

from services.pipeline.deal.domain.deal import Deal, DealError
from shared.contracts.errors import FieldError
from shared.contracts.money import Money


def refuse_outside(deal: Deal, amount: Money | None) -> None:
    """Refuses with `outside_limits` an amount under the least, over the most, or in another currency."""
    least, most = deal.least_amount, deal.most_amount
    limit = least or most
    if limit is None:
        return
    if amount is not None and amount.currency == limit.currency and not _beyond(amount, least, most):
        return
    between = [f"{word} {each.amount:f}" for word, each in (("from", least), ("to", most)) if each]
    detail = f"It may be sold {' '.join(between)} {limit.currency}; ask your manager for other limits."
    raise DealError("outside_limits", detail, [FieldError("/amount", "outside_limits", detail)])


def _beyond(amount: Money, least: Money | None, most: Money | None) -> bool:
    under = least is not None and amount.amount < least.amount
    return under or (most is not None and amount.amount > most.amount)
