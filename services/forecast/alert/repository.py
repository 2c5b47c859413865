"""Alerts loaded and saved with their facts and history. Every change holds the row."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.alert.domain import Alert, AlertError, Change
from services.forecast.alert.rows import as_alert, row_of
from services.forecast.alert.tables import alert, alert_entry
from services.forecast.tables import OUTBOX, SOURCE
from shared.contracts.envelope import wrap
from shared.observability.causes import event_context
from shared.persistence.bulk import insert_rows

_A = alert.c


async def get(
    connection: AsyncConnection, alert_id: UUID, visible: ColumnElement[bool], *, lock: bool = False
) -> Alert:
    """One the caller may see, locked if asked. Refuses with `alert_not_found`."""
    query = select(alert).where(_A.id == alert_id, visible)
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    if row is None:
        raise AlertError("alert_not_found", "There is no such alert.")
    return as_alert(row)


async def hold(connection: AsyncConnection, alert_ids: Sequence[UUID]) -> list[Alert]:
    """These, whoever asks, unchanged by others until the transaction ends."""
    return await _held(connection, _A.id.in_(alert_ids))


async def hold_by_key(connection: AsyncConnection, key: str) -> Alert | None:
    """The one of this key, if there is one."""
    return next(iter(await _held(connection, _A.key == key)), None)


async def hold_of_past(connection: AsyncConnection, kind: str, *, before: date) -> list[Alert]:
    """Those that still wait though their period ended before this day."""
    return await _held(connection, _A.kind == kind, _A.status != "resolved", _A.ends_on < before)


async def hold_of_node(
    connection: AsyncConnection, kind: str, *, team_id: UUID | None, besides: str | None
) -> list[Alert]:
    """Those of a team (None: of all) that still wait, but for the one of this key."""
    of_node = and_(_A.team_id.is_not_distinct_from(team_id), _A.owner_id.is_(None))
    others = true() if besides is None else _A.key != besides
    return await _held(connection, _A.kind == kind, _A.status != "resolved", of_node, others)


async def add(connection: AsyncConnection, change: Change) -> Alert | None:
    """Write a new one with its fact; None when another of the same key came first."""
    insertion = insert_rows(alert, [row_of(change.after)]).on_conflict_do_nothing().returning(_A.id)
    if await connection.scalar(insertion) is None:
        return None
    await _tell(connection, change)
    return change.after


async def save(connection: AsyncConnection, change: Change) -> Alert:
    """Write a held one; with a fact and a line in the history where something happened."""
    await connection.execute(update(alert).where(_A.id == change.after.id).values(row_of(change.after)))
    await _tell(connection, change)
    return change.after


async def _held(connection: AsyncConnection, *which: ColumnElement[bool]) -> list[Alert]:
    query = select(alert).where(true(), *which).order_by(_A.id).with_for_update().limit(10_000)
    return [as_alert(row) for row in (await connection.execute(query)).mappings()]


async def _tell(connection: AsyncConnection, change: Change) -> None:
    after, event, entry = change.after, change.event, change.entry
    if event is None or entry is None:
        return
    context = event_context(SOURCE)
    envelope = wrap(event, subject=after.id, sequence=after.version, time=after.updated_at, context=context)
    await OUTBOX.add(connection, [envelope])
    await connection.execute(
        insert(alert_entry).values(
            alert_id=after.id,
            version=after.version,
            at=entry.at,
            what=entry.what,
            by=entry.by,
            note=entry.note,
            severity=after.finding.severity,
            figure=after.finding.figure,
        )
    )
