"""Load and save adjustments. Each state that is written is kept."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.adjustment.domain import Adjustment, AdjustmentError, Judgement, Place
from services.forecast.adjustment.tables import adjustment, adjustment_state
from services.forecast.node.domain import NODE_FIELDS, Node
from services.forecast.tables import OUTBOX
from shared.contracts.envelope import Envelope
from shared.contracts.money import Money
from shared.contracts.periods import Calendar

_A = adjustment.c


async def find(connection: AsyncConnection, place: Place, calendar: Calendar) -> Adjustment | None:
    """The one of this place, also one that was withdrawn, locked for change."""
    node = place.node
    wanted = select(adjustment).where(
        _A.starts_on == place.period.starts_on,
        _A.ends_on == place.period.ends_on,
        *(_A[name].is_not_distinct_from(getattr(node, name)) for name in NODE_FIELDS),
        _A.rollup == place.rollup,
        _A.figure == place.figure,
        _A.side == place.side,
    )
    return await _one(connection, wanted, calendar)


async def get(connection: AsyncConnection, adjustment_id: UUID, calendar: Calendar) -> Adjustment:
    """One that stands, locked for change. Refuses with `adjustment_not_found`."""
    found = await _one(connection, select(adjustment).where(_A.id == adjustment_id, ~_A.withdrawn), calendar)
    if found is None:
        raise AdjustmentError("adjustment_not_found", f"There is no adjustment {adjustment_id}.")
    return found


async def add(connection: AsyncConnection, new: Adjustment, envelope: Envelope) -> bool:
    """Write a new one with its fact. False when another of the same place came first."""
    written = await connection.scalar(
        insert(adjustment).values(_row(new)).on_conflict_do_nothing().returning(_A.id)
    )
    if written is not None:
        await _keep(connection, new, envelope)
    return written is not None


async def save(connection: AsyncConnection, changed: Adjustment, envelope: Envelope) -> None:
    """Write the next version of one that is held, with its fact."""
    await connection.execute(update(adjustment).where(_A.id == changed.id).values(_row(changed)))
    await _keep(connection, changed, envelope)


async def _keep(connection: AsyncConnection, state: Adjustment, envelope: Envelope) -> None:
    kept = {
        "adjustment_id": state.id,
        "version": state.version,
        "at": state.updated_at,
        **_judged(state),
    }
    await connection.execute(insert(adjustment_state).values(kept))
    await OUTBOX.add(connection, [envelope])


async def _one(connection: AsyncConnection, wanted: Select[Any], calendar: Calendar) -> Adjustment | None:
    row = (await connection.execute(wanted.with_for_update())).one_or_none()
    return None if row is None else _adjustment(row, calendar)


def _adjustment(row: Row[Any], calendar: Calendar) -> Adjustment:
    return Adjustment(
        id=row.id,
        place=Place(
            period=calendar.span(row.period, row.starts_on, row.ends_on),
            node=Node(*(getattr(row, name) for name in NODE_FIELDS)),
            rollup=row.rollup,
            figure=row.figure,
            side=row.side,
        ),
        judgement=Judgement(
            amount=Money(amount=row.amount, currency=row.currency),
            base_amount=Money(amount=row.base_amount, currency=row.base_currency),
            replaced=row.replaced,
            note=row.note,
            author_id=row.author_id,
        ),
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        withdrawn=row.withdrawn,
    )


def _row(state: Adjustment) -> dict[str, Any]:
    place = state.place
    return {
        "id": state.id,
        "version": state.version,
        "period": place.period.name,
        "starts_on": place.period.starts_on,
        "ends_on": place.period.ends_on,
        **{name: getattr(place.node, name) for name in NODE_FIELDS},
        "rollup": place.rollup,
        "figure": place.figure,
        "side": place.side,
        **_judged(state),
        "created_at": state.created_at,
        "updated_at": state.updated_at,
    }


def _judged(state: Adjustment) -> dict[str, Any]:
    judgement = state.judgement
    return {
        "amount": judgement.amount.amount,
        "currency": judgement.amount.currency,
        "base_amount": judgement.base_amount.amount,
        "base_currency": judgement.base_amount.currency,
        "replaced": judgement.replaced,
        "note": judgement.note,
        "author_id": judgement.author_id,
        "withdrawn": state.withdrawn,
    }
