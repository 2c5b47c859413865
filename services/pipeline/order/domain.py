"""An order: taken once, never edited; a wrong one is cancelled and taken anew."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.pipeline_order import (
    OrderCancelled,
    OrderChanged,
    OrderLine,
    OrderStatus,
    OrderTaken,
)
from shared.contracts.money import CENT, Money

_TOO_MUCH = Decimal(10) ** 14
_TOLD = (
    *("number", "status", "ordered_at", "created_at", "total", "base_total", "counter_sale"),
    *("account_id", "deal_id", "visit_id", "cancelled_at", "source_system", "external_id"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """So much of something at a price. `discount`: 0 to 1, of the price."""

    quantity: Decimal
    unit_price: Money
    discount: Decimal = Decimal(0)
    product_id: UUID | None = None
    description: str | None = None

    @property
    def amount(self) -> Money:
        """Quantity x unit price x (1 - discount), rounded half-even to the cent."""
        exact = self.quantity * self.unit_price.amount * (1 - self.discount)
        rounded = exact.quantize(CENT, ROUND_HALF_EVEN)
        return Money.model_construct(amount=rounded, currency=self.unit_price.currency)

    def as_published(self) -> OrderLine:
        """The line as events carry it."""
        return OrderLine(
            product_id=self.product_id,
            quantity=self.quantity,
            unit_price=self.unit_price,
            discount=self.discount,
            amount=self.amount,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`taken_by`: the member who took it; `visit_id`: the activity in which. `counter_sale`: its deal was
    made and won by taking it. `account_said`: the account it was taken for, whatever that is part of now."""

    id: UUID
    number: str
    lines: tuple[Line, ...]
    total: Money
    base_total: Money
    ordered_at: datetime
    created_at: datetime
    updated_at: datetime
    status: OrderStatus = "taken"
    counter_sale: bool = False
    account_id: UUID | None = None
    account_said: UUID | None = None
    deal_id: UUID | None = None
    taken_by: UUID | None = None
    visit_id: UUID | None = None
    note: str | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    source_system: str | None = None
    external_id: str | None = None
    recorded_by: str | None = None
    version: int = 1

    @property
    def product_id(self) -> UUID | None:
        """The product, where all lines are of one."""
        products = {line.product_id for line in self.lines}
        return products.pop() if len(products) == 1 else None

    def take(self) -> OrderTaken:
        """The fact that it was taken."""
        return OrderTaken(order_id=self.id, owner_id=self.taken_by, lines=self._lines(), **self._told())

    def cancel(self, reason: str | None, now: datetime) -> tuple["Order", OrderCancelled]:
        """It counts no more. Refuses with `state_conflict` the second time."""
        if self.status == "cancelled":
            raise DomainError("state_conflict", "The order was cancelled already.")
        after = replace(
            self,
            status="cancelled",
            cancelled_at=now,
            cancel_reason=reason,
            updated_at=now,
            version=self.version + 1,
        )
        changed = ("cancelled_at", "status")
        lines = self._lines()
        return after, OrderCancelled(
            order_id=self.id, owner_id=self.taken_by, lines=lines, changed=changed, **after._told()
        )

    def follow(self, account_id: UUID, now: datetime) -> tuple["Order", OrderChanged]:
        """Its account is this one now."""
        after = replace(self, account_id=account_id, updated_at=now, version=self.version + 1)
        return after, OrderChanged(
            order_id=self.id,
            owner_id=self.taken_by,
            lines=self._lines(),
            changed=("account_id",),
            **after._told(),
        )

    def says_the_same(self, other: "Order") -> bool:
        """Whether another telling of it names the same things at the same prices, for the same account."""
        return (self.lines, self.account_said, self.counter_sale) == (
            other.lines,
            other.account_said,
            other.counter_sale,
        )

    def _lines(self) -> tuple[OrderLine, ...]:
        return tuple(line.as_published() for line in self.lines)

    def _told(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in _TOLD}


def total_of(lines: Sequence[Line]) -> Money:
    """The sum of the lines, each rounded by itself. Refuses with `currency_mismatch` lines of different
    currencies, and with `validation_failed` what is too much to be true."""
    currency = lines[0].unit_price.currency
    for index, line in enumerate(lines):
        if line.unit_price.currency != currency:
            detail = "An order is in one currency."
            pointer = f"/lines/{index}/unit_price/currency"
            raise DomainError("currency_mismatch", detail, [FieldError(pointer, "currency_mismatch", detail)])
    total = sum((line.amount.amount for line in lines), Decimal())
    if total >= _TOO_MUCH:
        detail = "An order is worth less than 100,000,000,000,000."
        raise DomainError("validation_failed", detail, [FieldError("/lines", "too_large", detail)])
    return Money.model_construct(amount=total, currency=currency)
