"""When a deal is to be paid, in which parts, and what has been paid of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.pipeline.deal.domain.life import CLOCK_SKEW
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.pipeline_deal import DealPayment
from shared.contracts.ids import new_id
from shared.contracts.money import Money


@dataclass(frozen=True, slots=True)
class Payment:
    """One part. `paid_amount` may be less than `amount`; `paid_at` is when the last of it came."""

    id: UUID
    due_on: date
    amount: Money
    paid_amount: Money | None = None
    paid_at: datetime | None = None
    note: str | None = None

    def as_published(self) -> DealPayment:
        """The part as events carry it."""
        return DealPayment(
            payment_id=self.id,
            due_on=self.due_on,
            amount=self.amount,
            paid_amount=self.paid_amount,
            paid_at=self.paid_at,
        )


@dataclass(frozen=True, slots=True)
class Expected:
    """A part as a caller describes it. `id`: of a known one; with `paid_at` alone it is paid in full."""

    due_on: date
    amount: Money
    id: UUID | None = None
    paid_amount: Money | None = None
    paid_at: datetime | None = None
    note: str | None = None


def scheduled(
    expected: Sequence[Expected], known: Sequence[Payment], *, now: datetime
) -> tuple[Payment, ...]:
    """The payments from now on, by due date. One without an id that falls due as a known one does, for the
    same amount, is that one. Refuses with `currency_mismatch`, `reference_unknown`, `validation_failed`."""
    _refuse_mixed(expected)
    _refuse_unknown(expected, known)
    errors = [error for index, each in enumerate(expected) for error in _faults(index, each, now)]
    if errors:
        raise DomainError("validation_failed", errors[0].detail, errors)
    free = [each for each in known if each.id not in {given.id for given in expected}]
    return tuple(sorted((_payment(each, free) for each in expected), key=lambda each: each.due_on))


def _payment(given: Expected, free: list[Payment]) -> Payment:
    """The part, under the id it has; what it takes is taken out of `free`."""
    same = next((each for each in free if (each.due_on, each.amount) == (given.due_on, given.amount)), None)
    if given.id is None and same is not None:
        free.remove(same)
    paid = given.paid_amount if given.paid_amount or given.paid_at is None else given.amount
    return Payment(
        id=given.id or (same.id if same else new_id()),
        due_on=given.due_on,
        amount=given.amount,
        paid_amount=paid,
        paid_at=given.paid_at,
        note=given.note,
    )


def _refuse_mixed(expected: Sequence[Expected]) -> None:
    for index, each in enumerate(expected):
        for name, money in (("amount", each.amount), ("paid_amount", each.paid_amount)):
            if money is not None and money.currency != expected[0].amount.currency:
                detail = "A deal is paid in one currency."
                pointer = f"/payments/{index}/{name}/currency"
                raise DomainError(
                    "currency_mismatch", detail, [FieldError(pointer, "currency_mismatch", detail)]
                )


def _refuse_unknown(expected: Sequence[Expected], known: Sequence[Payment]) -> None:
    seen: set[UUID | None] = set()
    ids = {each.id for each in known}
    for index, each in enumerate(expected):
        if each.id is not None and (each.id not in ids or each.id in seen):
            detail = "The deal has no such payment, or it is named twice."
            raise DomainError(
                "reference_unknown",
                detail,
                [FieldError(f"/payments/{index}/id", "reference_unknown", detail)],
            )
        seen.add(each.id)


def _faults(index: int, given: Expected, now: datetime) -> Iterator[FieldError]:
    pointer = f"/payments/{index}/paid_at"
    if given.paid_amount is not None and given.paid_at is None:
        yield FieldError(pointer, "required", "What was paid was paid at some time.")
    if given.paid_at is not None and given.paid_at > now + CLOCK_SKEW:
        yield FieldError(pointer, "in_the_future", "It cannot have been paid in the future.")
