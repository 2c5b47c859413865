"""Bodies and answers about payments."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy import Row

from services.pipeline.body import Strict, Text200
from services.pipeline.deal.schemas import When
from shared.contracts.money import Money

PaymentStatus = Literal["planned", "due", "overdue", "paid", "cancelled"]


def _positive(money: Money) -> Money:
    if money.amount <= 0:
        raise ValueError("an amount is more than zero")
    return money


_Positive = Annotated[Money, AfterValidator(_positive)]


class PaymentIn(Strict):
    """One part. `id`: of a payment that is there. `paid_amount`: what has come so far; with `paid_at` (an
    instant or a day) alone it is paid in full."""

    id: UUID | None = None
    due_on: date
    amount: _Positive
    paid_amount: _Positive | None = None
    paid_at: When | None = None
    note: Text200 = None


class PaymentsIn(Strict):
    """The whole schedule; what is not in it is no longer expected. All in one currency."""

    payments: Annotated[tuple[PaymentIn, ...], Field(max_length=200)]


class PaymentOut(BaseModel):
    """One part. `status`: paid (in full), else cancelled (the deal was lost), planned (it is not won yet),
    overdue or due. `overdue_days`: calendar days from the due date to today, or to when it was paid."""

    id: UUID
    deal_id: UUID
    deal: str
    owner_id: UUID | None
    account_id: UUID | None
    due_on: date
    amount: Money
    paid_amount: Money
    outstanding: Money
    paid_at: datetime | None
    note: str | None
    status: PaymentStatus
    overdue_days: int


class WarningOut(BaseModel):
    """Something to look at, which is not refused."""

    code: Literal["sum_differs", "currency_differs"]
    detail: str


class PaymentsOut(BaseModel):
    """The schedule of a deal; `version` 0: there is none yet. Sums are null without payments.

    `difference`: total less the deal's amount, null where these cannot be compared.
    """

    deal_id: UUID
    deal_amount: Money | None
    total: Money | None
    paid: Money | None
    outstanding: Money | None
    overdue: Money | None
    difference: Money | None
    warnings: list[WarningOut]
    payments: list[PaymentOut]
    version: int


def payment_out(row: Row[Any]) -> dict[str, Any]:
    """A row of the list, for `json_body.dumps`."""
    fields = dict(row._mapping)
    amounts = {name: fields[name] for name in ("amount", "paid_amount", "outstanding")}
    money = {
        name: Money.model_construct(amount=amount, currency=fields["currency"])
        for name, amount in amounts.items()
    }
    return {name: {**fields, **money}[name] for name in PaymentOut.model_fields}
