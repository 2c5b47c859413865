"""Payments as they stand on a day: one list for a deal and for all deals."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Integer, Row, case, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.rows import DEALS
from services.pipeline.payment.schemas import PaymentOut, PaymentStatus
from services.pipeline.payment.tables import payment
from shared.contracts.periods import Calendar
from shared.web.listing import Field, Listing

_P, _D = payment.c, DEALS.c
_SOURCE = payment.join(DEALS, _D.id == _P.deal_id)
_PAID = _P.paid_amount >= _P.amount
_UNPAID = frozenset(get_args(PaymentStatus)) - {"paid"}


def status_on(today: date) -> ColumnElement[str]:
    """What a payment is on this day of the organisation."""
    return case(
        (_PAID, "paid"),
        (_D.status == "lost", "cancelled"),
        (_D.status == "open", "planned"),
        (_P.due_on < literal(today, Date), "overdue"),
        else_="due",
    )


def overdue_days_on(today: date, time_zone: str) -> ColumnElement[int]:
    """How many calendar days it is or was late; 0 when it is not."""
    paid_on = cast(func.timezone(time_zone, _P.paid_at), Date)
    late = case((_PAID, paid_on - _P.due_on), else_=literal(today, Date) - _P.due_on)
    counts = status_on(today).in_(("paid", "overdue"))
    return cast(case((counts, func.greatest(late, 0)), else_=0), Integer)


@lru_cache(maxsize=8)
def listing_on(today: date, time_zone: str = "UTC") -> Listing:
    """The list as of this day."""
    status, overdue_days = status_on(today), overdue_days_on(today, time_zone)
    own = tuple(_P[name] for name in ("id", "deal_id", "due_on", "amount", "paid_amount", "paid_at", "note"))
    return Listing(
        name="payments",
        table=_SOURCE,
        fields={
            "id": Field(_P.id, "uuid"),
            "status": Field(status, "enum", values=get_args(PaymentStatus), nullable=False),
            "due_on": Field(_P.due_on, "date", sortable=True),
            "overdue_days": Field(overdue_days, "int", sortable=True, nullable=False),
            "amount": Field(_P.amount, "decimal", sortable=True, description="In its own currency."),
            "currency": Field(_P.currency, "text"),
            "paid_at": Field(_P.paid_at, "datetime", sortable=True),
            "deal_id": Field(_P.deal_id, "uuid"),
            "owner_id": Field(_D.owner_id, "uuid", description="The deal's owner."),
            "account_id": Field(_D.account_id, "uuid"),
        },
        default_sort="due_on",
        text=(_D.name, _P.note),
        columns=(
            *own,
            *(_P.currency, _D.name.label("deal"), _D.owner_id, _D.account_id),
            func.greatest(_P.amount - _P.paid_amount, 0).label("outstanding"),
            status.label("status"),
            overdue_days.label("overdue_days"),
        ),
        item_fields=tuple(PaymentOut.model_fields),
    )


def narrowed(status: str | None) -> list[ColumnElement[bool]]:
    """What a filter by this status implies, said so that the unpaid ones are found by their index."""
    return [_P.paid_amount < _P.amount] if status in _UNPAID else []


OPENAPI = listing_on(date(2027, 1, 1)).openapi


async def payments_on(
    connection: AsyncConnection, deal_id: UUID, today: date, calendar: Calendar
) -> Sequence[Row[Any]]:
    """Those of one deal, by due date, as rows of the list."""
    listing = listing_on(today, calendar.time_zone)
    query = select(*listing.columns or ()).select_from(_SOURCE).where(_P.deal_id == deal_id)
    return (await connection.execute(query.order_by(_P.due_on, _P.id))).all()
