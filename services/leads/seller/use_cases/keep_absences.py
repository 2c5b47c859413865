"""When members get no leads."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.domain import Change, edited
from services.leads.record.use_cases.keep_settings import Settings
from services.leads.seller.domain import ABSENCE_STARTS, ROOM, Absence, SellerError
from services.leads.seller.repository import ABSENCES
from services.leads.seller.schemas import AbsenceCreate
from services.leads.seller.use_cases.describe_seller import load_member
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.errors import FieldError
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id

_KEPT = Settings(ABSENCES, "absence")


async def add_absence(
    connection: AsyncConnection, identity: Identity, member_id: UUID, body: AbsenceCreate, *, now: datetime
) -> Absence:
    """The new absence; from then on the member gets no leads."""
    await load_member(connection, identity, member_id)
    new = Absence(new_id(), member_id, created_at=now, updated_at=now, **body.model_dump())
    absence = await _KEPT.add(connection, new, now=now)
    await _plan_looks(connection, absence, now)
    return absence


async def edit_absence(
    connection: AsyncConnection,
    identity: Identity,
    member_id: UUID,
    absence_id: UUID,
    values: Mapping[str, Any],
    *,
    seen_version: int,
    now: datetime,
) -> Absence:
    """The absence with these values. Refuses one that ends before it starts."""
    await load_member(connection, identity, member_id)

    def decide(absence: Absence) -> Change[Absence] | None:
        change = edited(absence, values, now=now)
        if change is not None and change.after.starts_at >= change.after.ends_at:
            detail = "An absence ends after it starts."
            raise SellerError("validation_failed", detail, [FieldError("/to", "out_of_range", detail)])
        return change

    within = _of(member_id)
    absence = await _KEPT.change(connection, absence_id, decide, seen_version=seen_version, within=within)
    await _plan_looks(connection, absence, now)
    return absence


async def drop_absence(
    connection: AsyncConnection,
    identity: Identity,
    member_id: UUID,
    absence_id: UUID,
    *,
    seen_version: int | None,
    now: datetime,
) -> None:
    """The member gets leads again, also those that wait. Refuses with `absence_not_found`."""
    await load_member(connection, identity, member_id)

    def decide(absence: Absence) -> Change[Absence] | None:
        return edited(absence, {"archived_at": now}, now=now)

    within = _of(member_id)
    await _KEPT.change(connection, absence_id, decide, seen_version=seen_version, within=within)
    await plan_work(connection, [Due(ROOM, absence_id, now)])


async def absences_at(connection: AsyncConnection, ids: Collection[UUID], now: datetime) -> dict[UUID, UUID]:
    """Those of these absences that go on now, with whose they are."""
    found = await ABSENCES.find_many(connection, ids)
    return {
        each.id: each.member_id
        for each in found.values()
        if each.archived_at is None and each.starts_at <= now < each.ends_at
    }


async def _plan_looks(connection: AsyncConnection, absence: Absence, now: datetime) -> None:
    """What waits for the member is looked at when the absence begins, what waits for anybody when it ends; at
    once where it has."""
    back = Due(ROOM, absence.id, max(absence.ends_at, now))
    if absence.ends_at > now:
        starts = Due(ABSENCE_STARTS, absence.id, max(absence.starts_at, now))
        await plan_work(connection, [starts, back])
    else:
        await plan_work(connection, [back])


def _of(member_id: UUID) -> ColumnElement[bool]:
    absence = ABSENCES.table.c
    return and_(absence.member_id == member_id, absence.archived_at.is_(None))
