"""Load and save targets; every change checks the version it was made from."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.target.domain import AIMS, Aim, Target, TargetError
from services.forecast.target.tables import target
from shared.contracts.money import Money
from shared.contracts.periods import Calendar, Period


async def get(connection: AsyncConnection, target_id: UUID, calendar: Calendar) -> Target:
    """The target, locked for change. Refuses one that is not there, or withdrawn, with `target_not_found`."""
    found = await _one(connection, select(target).where(target.c.id == target_id), calendar)
    if found is None:
        raise TargetError("target_not_found", f"There is no target {target_id}.")
    return found


async def find(connection: AsyncConnection, period: Period, aim: Aim, calendar: Calendar) -> Target | None:
    """The target of this span and aim, locked for change."""
    wanted = select(target).where(
        target.c.starts_on == period.starts_on,
        target.c.ends_on == period.ends_on,
        *(target.c[name].is_not_distinct_from(value) for name, value in aim.values().items()),
    )
    return await _one(connection, wanted, calendar)


async def add(connection: AsyncConnection, new: Target) -> bool:
    """Write a new target. False when another of the same span and aim came first."""
    written = await connection.scalar(
        insert(target).values(id=new.id, **_values(new)).on_conflict_do_nothing().returning(target.c.id)
    )
    return written is not None


async def save(connection: AsyncConnection, changed: Target) -> None:
    """Write the next version. Someone else having written it first is `version_conflict`."""
    written = await connection.scalar(
        update(target)
        .where(target.c.id == changed.id, target.c.version == changed.version - 1)
        .values(**_values(changed))
        .returning(target.c.id)
    )
    if written is None:
        raise TargetError("version_conflict", "The target was changed meanwhile.")


async def _one(connection: AsyncConnection, wanted: Select[Any], calendar: Calendar) -> Target | None:
    standing = wanted.where(~target.c.withdrawn).with_for_update()
    row = (await connection.execute(standing)).one_or_none()
    return None if row is None else _target(row, calendar)


def _target(row: Row[Any], calendar: Calendar) -> Target:
    return Target(
        id=row.id,
        period=calendar.span(row.period, row.starts_on, row.ends_on),
        aim=Aim(**{name: getattr(row, name) for name in AIMS}),
        amount=Money(amount=row.amount, currency=row.currency),
        base_amount=Money(amount=row.base_amount, currency=row.base_currency),
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        withdrawn=row.withdrawn,
    )


def _values(state: Target) -> dict[str, Any]:
    return {
        "version": state.version,
        "period": state.period.name,
        "starts_on": state.period.starts_on,
        "ends_on": state.period.ends_on,
        **state.aim.values(),
        "amount": state.amount.amount,
        "currency": state.amount.currency,
        "base_amount": state.base_amount.amount,
        "base_currency": state.base_amount.currency,
        "withdrawn": state.withdrawn,
        "created_at": state.created_at,
        "updated_at": state.updated_at,
    }
