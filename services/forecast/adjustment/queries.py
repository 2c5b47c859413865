"""Reads of adjustments: the list, one with its history, and what stood in a period at some instant."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.adjustment.domain import AdjustmentError, Standing
from services.forecast.adjustment.schemas import (
    Adjustable,
    AdjustmentChangeOut,
    AdjustmentOut,
    JudgedOut,
)
from services.forecast.adjustment.tables import adjustment, adjustment_state
from services.forecast.node.domain import NODE_FIELDS, Node, Side
from services.forecast.node.queries import visible
from services.forecast.outlook.domain import Figure, Rollup
from shared.contracts.identity import Identity
from shared.contracts.money import Money
from shared.contracts.periods import Calendar, Period
from shared.web.listing import Field, Listing

_A, _S = adjustment.c, adjustment_state.c
_MADE = ("amount", "base_amount", "replaced", "of_present_calendar")
_MOST_STANDING = 100_000
LISTING = Listing(
    name="adjustments",
    table=adjustment,
    default_sort="-updated_at",
    fields={
        "id": Field(_A.id, "uuid"),
        "period": Field(_A.period, "text", sortable=True),
        "starts_on": Field(_A.starts_on, "date", sortable=True),
        "ends_on": Field(_A.ends_on, "date", sortable=True),
        "team_id": Field(_A.team_id, "uuid"),
        "owner_id": Field(_A.owner_id, "uuid"),
        "territory_id": Field(_A.territory_id, "uuid"),
        "product_family": Field(_A.product_family, "text"),
        "product_id": Field(_A.product_id, "uuid"),
        "author_id": Field(_A.author_id, "uuid"),
        "rollup": Field(_A.rollup, "enum", values=get_args(Rollup)),
        "figure": Field(_A.figure, "enum", values=get_args(Adjustable)),
        "side": Field(_A.side, "enum", values=get_args(Side)),
        "created_at": Field(_A.created_at, "datetime", sortable=True),
        "updated_at": Field(_A.updated_at, "datetime", sortable=True),
    },
    columns=list(adjustment.c),
    item_fields=tuple(AdjustmentOut.model_fields),
)


def visible_to(identity: Identity) -> ColumnElement[bool]:
    """Those of nodes the caller may see."""
    return visible(identity, team_id=_A.team_id, owner_id=_A.owner_id, territory_id=_A.territory_id)


def shown(row: Row[Any], calendar: Calendar, now: datetime) -> AdjustmentOut:
    """A row of the list, or of one adjustment."""
    return AdjustmentOut(
        **{name: getattr(row, name) for name in AdjustmentOut.model_fields if name not in _MADE},
        **_amounts(row),
        of_present_calendar=is_of(calendar, row.period, row.starts_on, row.ends_on, now=now),
    )


def is_of(calendar: Calendar, period: str, starts_on: Any, ends_on: Any, *, now: datetime) -> bool:
    """Whether the name of the period means these days under the calendar."""
    present = calendar.period(period, now=now)
    return (present.starts_on, present.ends_on) == (starts_on, ends_on)


async def one_visible(
    connection: AsyncConnection, identity: Identity, adjustment_id: UUID, calendar: Calendar, now: datetime
) -> AdjustmentOut:
    """The adjustment, also one that was withdrawn. Refuses with `adjustment_not_found`."""
    query = select(adjustment).where(_A.id == adjustment_id, visible_to(identity))
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise AdjustmentError("adjustment_not_found", f"There is no adjustment {adjustment_id}.")
    return shown(row, calendar, now)


async def history(connection: AsyncConnection, adjustment_id: UUID) -> list[AdjustmentChangeOut]:
    """Every change, the oldest first; the first thousand."""
    query = select(adjustment_state).where(_S.adjustment_id == adjustment_id).order_by(_S.version)
    changes: list[AdjustmentChangeOut] = []
    before: JudgedOut | None = None
    for row in await connection.execute(query.limit(1000)):
        after = None if row.withdrawn else JudgedOut(**_amounts(row), note=row.note)
        changes.append(
            AdjustmentChangeOut(
                version=row.version, at=row.at, author_id=row.author_id, before=before, after=after
            )
        )
        before = after
    return changes


async def standing(
    connection: AsyncConnection,
    period: Period,
    rollup: Rollup,
    *,
    currency: str,
    as_of: datetime | None = None,
    seen_by: Identity | None = None,
) -> list[Standing]:
    """Those of exactly these days in this base currency, as they stood then; withdrawn ones do not stand.
    `seen_by`: only of nodes the caller may see."""
    of_period = (_A.starts_on == period.starts_on, _A.ends_on == period.ends_on, _A.rollup == rollup)
    seen = () if seen_by is None else (visible_to(seen_by),)
    state = (
        select(adjustment_state, *(_A[name] for name in NODE_FIELDS), _A.figure, _A.side)
        .ext(distinct_on(_S.adjustment_id))
        .join(adjustment, _S.adjustment_id == _A.id)
        .where(_S.at <= as_of if as_of is not None else _S.version == _A.version, *of_period, *seen)
        .order_by(_S.adjustment_id, _S.version.desc())
        .subquery("state")
    )
    kept = and_(~state.c.withdrawn, state.c.base_currency == currency)
    rows = await connection.execute(select(state).where(kept).limit(_MOST_STANDING))
    return [_standing(row) for row in rows]


def instead(those: Sequence[Standing]) -> dict[tuple[Node, Figure, Side], Decimal]:
    """What stands instead of which figure."""
    return {(each.node, each.figure, each.side): each.base_amount for each in those}


def _standing(row: Row[Any]) -> Standing:
    return Standing(
        id=row.adjustment_id,
        node=Node(*(getattr(row, name) for name in NODE_FIELDS)),
        figure=row.figure,
        side=row.side,
        amount=Money(amount=row.amount, currency=row.currency),
        base_amount=row.base_amount,
        replaced=row.replaced,
        note=row.note,
        author_id=row.author_id,
        at=row.at,
        version=row.version,
    )


def _amounts(row: Row[Any]) -> dict[str, Money]:
    return {
        "amount": Money(amount=row.amount, currency=row.currency),
        "base_amount": Money(amount=row.base_amount, currency=row.base_currency),
        "replaced": Money.model_construct(amount=row.replaced, currency=row.base_currency),
    }
