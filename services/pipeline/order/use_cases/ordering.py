"""From what a caller says of an order to an order: references looked up, prices filled in, valued."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository as deals
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.domain.life import CLOCK_SKEW
from services.pipeline.deal.use_cases.know_references import unknown_after_waiting
from services.pipeline.deal.use_cases.valuation import load_valuation
from services.pipeline.order import repository
from services.pipeline.order.domain import Line, Order, total_of
from services.pipeline.product.queries import list_prices
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.contracts.money import Money


@dataclass(frozen=True, slots=True)
class WantedLine:
    """A line as a caller describes it; without a price it has the product's list price."""

    quantity: Decimal
    discount: Decimal
    product_id: UUID | None
    description: str | None
    unit_price: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedOrder:
    """An order as a caller describes it. `deal`: of a counter sale, what is said of the deal it makes."""

    lines: Sequence[WantedLine]
    number: str | None = None
    account_id: UUID | None = None
    deal_id: UUID | None = None
    ordered_at: date | None = None
    taken_by: UUID | None = None
    visit_id: UUID | None = None
    note: str | None = None
    source_system: str | None = None
    external_id: str | None = None
    quick: bool = False
    deal: dict[str, Any] | None = None


async def ordered(
    connection: AsyncConnection, wanted: WantedOrder, caller: Identity, *, now: datetime
) -> Order:
    """The order, not written yet. Refuses with `forbidden`, `reference_unknown`, `currency_mismatch`,
    `rate_missing`, `deal_not_open` of a lost deal, `validation_failed`."""
    _refuse_contradictions(wanted)
    taken_by = _taken_by(wanted, caller)
    await _know_references(connection, replace(wanted, taken_by=taken_by))
    deal = await _deal_of(connection, wanted, caller)
    lines = await _priced(connection, wanted.lines)
    total = total_of(lines)
    valuation = await load_valuation(connection, [total])
    at = valuation.instant(wanted.ordered_at) or now
    if at > now + CLOCK_SKEW:
        raise _refusal("/ordered_at", "in_the_future", "It cannot have been ordered in the future.")
    base_total = valuation.base(total, at)
    assert base_total is not None  # noqa: S101 - there is a total
    account_id = wanted.account_id or (deal.account_id if deal else None)
    year = valuation.calendar.local_date(at).year
    return Order(
        id=new_id(),
        number=wanted.number or await repository.next_number(connection, year),
        lines=lines,
        total=total,
        base_total=base_total,
        ordered_at=at,
        created_at=now,
        updated_at=now,
        counter_sale=wanted.quick,
        account_id=account_id,
        account_said=account_id,
        deal_id=wanted.deal_id,
        taken_by=taken_by,
        visit_id=wanted.visit_id,
        note=wanted.note,
        source_system=wanted.source_system,
        external_id=wanted.external_id,
        recorded_by=caller.sub,
    )


def _refuse_contradictions(wanted: WantedOrder) -> None:
    if wanted.quick and wanted.deal_id is not None:
        raise _refusal("/deal_id", "contradiction", "A counter sale makes a deal of its own.")
    if not wanted.quick and wanted.deal is not None:
        raise _refusal("/deal", "contradiction", "Only a counter sale (quick=true) makes a deal.")
    if not wanted.quick and wanted.account_id is None and wanted.deal_id is None:
        raise _refusal("/account_id", "required", "Say whose order it is: an account or a deal.")


def _taken_by(wanted: WantedOrder, caller: Identity) -> UUID | None:
    """Who sees only what is own takes orders as own."""
    taken_by = wanted.taken_by or caller.member_id
    if caller.scope == "own" and taken_by != caller.member_id:
        detail = "An order you record is taken by you; ask your manager to record another's."
        raise DomainError("forbidden", detail, [FieldError("/taken_by", "forbidden", detail)])
    return taken_by


async def _know_references(connection: AsyncConnection, wanted: WantedOrder) -> None:
    products = {line.product_id for line in wanted.lines if line.product_id is not None}
    asked = {
        "account_id": {wanted.account_id} if wanted.account_id else set(),
        "owner_id": {wanted.taken_by} if wanted.taken_by else set(),
        "product_id": products,
    }
    unknown = await unknown_after_waiting(connection, asked)
    given = [
        ("/account_id", "account_id", wanted.account_id),
        ("/taken_by", "owner_id", wanted.taken_by),
        *((f"/lines/{n}/product_id", "product_id", line.product_id) for n, line in enumerate(wanted.lines)),
    ]
    errors = [
        FieldError(pointer, "reference_unknown", f"{record_id} is not known here.")
        for pointer, name, record_id in given
        if record_id in unknown.get(name, ())
    ]
    if errors:
        raise DomainError("reference_unknown", errors[0].detail, errors)


async def _deal_of(connection: AsyncConnection, wanted: WantedOrder, caller: Identity) -> Deal | None:
    if wanted.deal_id is None:
        return None
    try:
        deal = (await deals.get(connection, wanted.deal_id, caller)).deal
    except DomainError:
        detail = "There is no such deal."
        raise DomainError(
            "reference_unknown", detail, [FieldError("/deal_id", "reference_unknown", detail)]
        ) from None
    if deal.status == "lost":
        raise DomainError("deal_not_open", "The deal was lost; reopen it first.")
    if wanted.account_id not in (None, deal.account_id):
        raise _refusal("/account_id", "contradiction", "The deal is of another account.")
    return deal


async def _priced(connection: AsyncConnection, lines: Sequence[WantedLine]) -> tuple[Line, ...]:
    asked = {line.product_id for line in lines if line.unit_price is None and line.product_id is not None}
    prices = await list_prices(connection, asked) if asked else {}
    return tuple(_line(index, line, prices) for index, line in enumerate(lines))


def _line(index: int, line: WantedLine, prices: dict[UUID, Money]) -> Line:
    price = line.unit_price or (prices.get(line.product_id) if line.product_id else None)
    if price is None:
        raise _refusal(f"/lines/{index}/unit_price", "required", "The product has no list price; say one.")
    return Line(line.quantity, price, line.discount, line.product_id, line.description)


def _refusal(pointer: str, code: str, detail: str) -> DomainError:
    return DomainError("validation_failed", detail, [FieldError(pointer, code, detail)])
