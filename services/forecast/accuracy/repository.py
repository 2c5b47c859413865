"""Past forecasts whose periods are over, kept by owner and by product."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, insert, or_, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.accuracy.domain import Look
from services.forecast.accuracy.tables import accuracy_figure, accuracy_look


class Figure(NamedTuple):
    """Of a look by its index: by what it is cut, which part of it, and what of it."""

    look: int
    cut: str
    key: UUID | None
    bucket: str
    amount: Decimal


async def keep(
    connection: AsyncConnection, looks: Sequence[Look], figures: Iterable[Figure], currency: str
) -> None:
    """All of each look, also that it has no figures."""
    days = {
        each.index: {
            "starts_on": each.period.starts_on,
            "ends_on": each.period.ends_on,
            "made_at": each.made_at,
        }
        for each in looks
    }
    if not days:
        return
    await connection.execute(
        insert(accuracy_look), [{**each, "currency": currency} for each in days.values()]
    )
    rows = [
        {**days[each.look], "cut": each.cut, "key": each.key, "bucket": each.bucket, "amount": each.amount}
        for each in figures
    ]
    if rows:
        await connection.execute(insert(accuracy_figure), rows)


async def forget(connection: AsyncConnection, *, before: date | None = None, currency: str = "") -> None:
    """Those of periods that are over since long, or in another currency; all, unless told which."""
    look = accuracy_look.c
    old = or_(look.ends_on < before, look.currency != currency) if before else true()
    await connection.execute(delete(accuracy_look).where(old))
