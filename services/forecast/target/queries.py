"""Reads of targets: who may see and set which, and what was planned for a period."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, case, exists, false, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.product.queries import product_exists
from services.forecast.tables import ORGANISATION
from services.forecast.target.domain import Aim, TargetError
from services.forecast.target.schemas import TargetOut
from services.forecast.target.tables import target
from services.forecast.territory.queries import territory_exists
from shared.contracts.identity import Identity
from shared.contracts.money import Money
from shared.contracts.periods import Period
from shared.organisation.scope import owner_scope
from shared.web.listing import Field, Listing

_T = target.c
_MONEY = ("amount", "base_amount")
LISTING = Listing(
    name="targets",
    table=target,
    default_sort="-created_at",
    fields={
        "id": Field(_T.id, "uuid"),
        "period": Field(_T.period, "text", sortable=True),
        "starts_on": Field(_T.starts_on, "date", sortable=True),
        "ends_on": Field(_T.ends_on, "date", sortable=True),
        "team_id": Field(_T.team_id, "uuid"),
        "owner_id": Field(_T.owner_id, "uuid"),
        "product_id": Field(_T.product_id, "uuid"),
        "territory_id": Field(_T.territory_id, "uuid"),
        "country": Field(_T.country, "text"),
        "created_at": Field(_T.created_at, "datetime", sortable=True),
        "updated_at": Field(_T.updated_at, "datetime", sortable=True),
    },
    columns=list(target.c),
    item_fields=tuple(TargetOut.model_fields),
)


def visible(identity: Identity) -> ColumnElement[bool]:
    """Collective targets are told to every member; a member's own target is seen by whom the member is."""
    if identity.scope in ("none", "partner"):
        return false()
    collective = target.c.owner_id.is_(None)
    return and_(~target.c.withdrawn, or_(collective, owner_scope(ORGANISATION, identity, target.c.owner_id)))


def shown(row: Row[Any]) -> TargetOut:
    """A row of the list, or of one target."""
    return TargetOut(
        **{name: getattr(row, name) for name in TargetOut.model_fields if name not in _MONEY},
        amount=Money(amount=row.amount, currency=row.currency),
        base_amount=Money(amount=row.base_amount, currency=row.base_currency),
    )


async def one_visible(connection: AsyncConnection, identity: Identity, target_id: UUID) -> TargetOut:
    """The target. Refuses with `target_not_found` what is not there or not for the caller."""
    row = (
        await connection.execute(select(target).where(target.c.id == target_id, visible(identity)))
    ).one_or_none()
    if row is None:
        raise TargetError("target_not_found", f"There is no target {target_id}.")
    return shown(row)


async def may_set(connection: AsyncConnection, identity: Identity, aim: Aim) -> bool:
    """All: any target. A manager: those of the teams below, and of their members. Nobody else."""
    if identity.scope == "all":
        return True
    if identity.scope != "subtree":
        return False
    if aim.owner_id is not None:
        member = ORGANISATION.member.c
        of_mine = exists().where(member.id == aim.owner_id, member.team_id.in_(identity.team_ids))
        return bool(await connection.scalar(select(of_mine)))
    return aim.team_id in identity.team_ids


async def unknown_reference(connection: AsyncConnection, aim: Aim) -> str | None:
    """The field that names something not known here, if any."""
    if aim.product_id is not None:
        return None if await product_exists(connection, aim.product_id) else "product_id"
    if aim.territory_id is not None:
        return None if await territory_exists(connection, aim.territory_id) else "territory_id"
    for name, table in (("team_id", ORGANISATION.team), ("owner_id", ORGANISATION.member)):
        wanted = getattr(aim, name)
        if wanted is not None and not await connection.scalar(select(exists().where(table.c.id == wanted))):
            return name
    return None


class Told(NamedTuple):
    """The currency plans are told in, and how many units of base currency one of it is worth."""

    currency: str
    rate: Decimal


async def planned(
    connection: AsyncConnection,
    identity: Identity,
    period: Period,
    aim: Aim,
    *,
    currency: str,
    told: Told | None = None,
) -> Decimal | None:
    """What was planned for exactly these days and this aim, in base currency or as told; None when nothing
    was."""
    amount: Decimal | None = await connection.scalar(
        select(_worth(told)).where(
            *_of(period, currency),
            visible(identity),
            *(target.c[name].is_not_distinct_from(value) for name, value in aim.values().items()),
        )
    )
    return amount


async def planned_for(
    connection: AsyncConnection, identity: Identity, periods: Iterable[Period], aim: Aim, *, currency: str
) -> dict[tuple[date, date], Decimal]:
    """By first and last day what was planned for each of these periods and this aim, in base currency."""
    spans = [(period.starts_on, period.ends_on) for period in periods]
    rows = await connection.execute(
        select(_T.starts_on, _T.ends_on, _T.base_amount).where(
            tuple_(_T.starts_on, _T.ends_on).in_(spans),
            _T.base_currency == currency,
            visible(identity),
            *(target.c[name].is_not_distinct_from(value) for name, value in aim.values().items()),
        )
    )
    return {(row[0], row[1]): row[2] for row in rows}


async def planned_by(
    connection: AsyncConnection,
    identity: Identity,
    period: Period,
    aimed_at: str,
    *,
    currency: str,
    told: Told | None = None,
) -> dict[Any, Decimal]:
    """What was planned for these days for each `owner_id`, `territory_id` or whatever it is aimed at, in base
    currency or as told."""
    key = target.c[aimed_at]
    rows = await connection.execute(
        select(key, _worth(told))
        .where(*_of(period, currency), visible(identity), key.is_not(None))
        .limit(10_000)
    )
    return {row[0]: row[1] for row in rows}


def _worth(told: Told | None) -> ColumnElement[Decimal]:
    if told is None:
        return target.c.base_amount
    return case((target.c.currency == told.currency, target.c.amount), else_=target.c.base_amount / told.rate)


def _of(period: Period, currency: str) -> tuple[ColumnElement[bool], ...]:
    return (
        target.c.starts_on == period.starts_on,
        target.c.ends_on == period.ends_on,
        target.c.base_currency == currency,
    )
