"""Schedules of payments to and from their tables, under the lock of the deal."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.payment.domain import Payment
from services.pipeline.payment.tables import payment, payment_plan
from shared.contracts.money import Money
from shared.persistence.bulk import insert_rows

_P = payment.c


async def version_of(connection: AsyncConnection, deal_id: UUID) -> int:
    """The version of the deal's schedule; 0 before there is one."""
    query = select(payment_plan.c.version).where(payment_plan.c.deal_id == deal_id)
    return await connection.scalar(query) or 0


async def payments_of(connection: AsyncConnection, deal_id: UUID) -> tuple[Payment, ...]:
    """By due date."""
    query = select(payment).where(_P.deal_id == deal_id).order_by(_P.due_on, _P.id)
    return tuple(_payment(row) for row in (await connection.execute(query)).mappings())


async def save(
    connection: AsyncConnection, deal_id: UUID, payments: Sequence[Payment], *, version: int, now: datetime
) -> None:
    """Write the whole schedule as this version of it."""
    plan = insert_rows(payment_plan, [{"deal_id": deal_id, "updated_at": now, "version": version}])
    new = {name: plan.excluded[name] for name in ("updated_at", "version")}
    await connection.execute(plan.on_conflict_do_update(index_elements=["deal_id"], set_=new))
    await connection.execute(delete(payment).where(_P.deal_id == deal_id))
    if payments:
        await connection.execute(insert_rows(payment, [_row(deal_id, each) for each in payments]))


def _payment(row: RowMapping) -> Payment:
    paid = row["paid_amount"]
    return Payment(
        id=row["id"],
        due_on=row["due_on"],
        amount=Money.model_construct(amount=row["amount"], currency=row["currency"]),
        paid_amount=Money.model_construct(amount=paid, currency=row["currency"]) if paid else None,
        paid_at=row["paid_at"],
        note=row["note"],
    )


def _row(deal_id: UUID, each: Payment) -> dict[str, Any]:
    return {
        "id": each.id,
        "deal_id": deal_id,
        "due_on": each.due_on,
        "amount": each.amount.amount,
        "paid_amount": each.paid_amount.amount if each.paid_amount else Decimal(0),
        "currency": each.amount.currency,
        "paid_at": each.paid_at,
        "note": each.note,
    }
