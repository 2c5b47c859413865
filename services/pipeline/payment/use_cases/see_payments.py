"""The payments of a deal as they stand today, with what they add up to."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import Deal
from services.pipeline.payment import repository
from services.pipeline.payment.queries import payments_on
from services.pipeline.payment.schemas import payment_out
from services.pipeline.tables import ORGANISATION
from shared.contracts.money import Money
from shared.organisation.queries import load_organisation

_SUMS = ("total", "paid", "outstanding", "overdue", "difference")


async def see_payments(connection: AsyncConnection, deal: Deal, *, now: datetime) -> dict[str, Any]:
    """The fields of PaymentsOut."""
    calendar = (await load_organisation(connection, ORGANISATION)).calendar
    rows = await payments_on(connection, deal.id, calendar.local_date(now), calendar)
    return {
        "deal_id": deal.id,
        "deal_amount": deal.amount,
        **_sums(rows, deal.amount),
        "warnings": _warnings(rows, deal.amount),
        "payments": [payment_out(row) for row in rows],
        "version": await repository.version_of(connection, deal.id),
    }


def _sums(rows: Sequence[Row[Any]], of_deal: Money | None) -> dict[str, Money | None]:
    if not rows:
        return dict.fromkeys(_SUMS)
    currency = rows[0].currency
    total = sum((row.amount for row in rows), Decimal())
    sums = {
        "total": total,
        "paid": sum((row.paid_amount for row in rows), Decimal()),
        "outstanding": sum((row.outstanding for row in rows if row.status != "cancelled"), Decimal()),
        "overdue": sum((row.outstanding for row in rows if row.status == "overdue"), Decimal()),
    }
    if of_deal is not None and of_deal.currency == currency:
        sums["difference"] = total - of_deal.amount
    shown = {name: Money.model_construct(amount=amount, currency=currency) for name, amount in sums.items()}
    return {name: shown.get(name) for name in _SUMS}


def _warnings(rows: Sequence[Row[Any]], of_deal: Money | None) -> list[dict[str, str]]:
    if not rows or of_deal is None:
        return []
    total, currency = sum((row.amount for row in rows), Decimal()), rows[0].currency
    if currency != of_deal.currency:
        detail = f"The payments are in {currency}, the deal is in {of_deal.currency}."
        return [{"code": "currency_differs", "detail": detail}]
    if total != of_deal.amount:
        detail = f"The payments add up to {total} {currency}, the deal is worth {of_deal.amount} {currency}."
        return [{"code": "sum_differs", "detail": detail}]
    return []
