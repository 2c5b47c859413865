"""Load and save the settings and the rates."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import FromClause, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.organisation.domain import Organisation, OrganisationError
from services.gateway.organisation.tables import closed_day, exchange_rate, organisation
from services.gateway.versioned import insert_all, update_all
from shared.contracts.events.gateway_organisation import DatedRate
from shared.persistence.bulk import insert_rows

CLOSED_DAY_ROWS: FromClause = closed_day
"""For the reads of other capabilities: day, name, country."""


async def get(connection: AsyncConnection, *, lock: bool = True) -> Organisation:
    """The organisation, locked for change. Refuses `organisation_unknown` before it is founded."""
    query = select(organisation).with_for_update() if lock else select(organisation)
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise OrganisationError("organisation_unknown", "The organisation is not set up yet.")
    days = await connection.scalars(select(closed_day.c.day).order_by(closed_day.c.day))
    return Organisation(**row, closed_days=tuple(days))


async def add(connection: AsyncConnection, new: Organisation) -> None:
    """Write the one organisation."""
    await insert_all(connection, organisation, [_row(new)])


async def save(connection: AsyncConnection, changed: Organisation) -> None:
    """Write the next version."""
    await update_all(connection, organisation, [_row(changed)])


async def has_rates(connection: AsyncConnection) -> bool:
    """Whether any rate is recorded."""
    return await connection.scalar(select(exchange_rate.c.currency).limit(1)) is not None


async def put_rates(connection: AsyncConnection, rates: Sequence[DatedRate], now: datetime) -> None:
    """Add rates, or correct those of the same currency and day."""
    rows = [rate.model_dump() | {"set_at": now} for rate in rates]
    new = insert_rows(exchange_rate, rows)
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["currency", "valid_from"],
            set_={"rate": new.excluded.rate, "set_at": new.excluded.set_at},
        )
    )


async def close_days(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> set[date]:
    """Close days; answers those that were not closed before."""
    if not rows:
        return set()
    new = insert_rows(closed_day, rows).on_conflict_do_nothing()
    return set(await connection.scalars(new.returning(closed_day.c.day)))


async def open_day(connection: AsyncConnection, day: date) -> str | None:
    """What the closed day was called; None when it was none."""
    gone = delete(closed_day).where(closed_day.c.day == day).returning(closed_day.c.name)
    name: str | None = await connection.scalar(gone)
    return name


def _row(state: Organisation) -> dict[str, Any]:
    return {name: value for name, value in asdict(state).items() if name != "closed_days"}
