"""The times of deals are reckoned anew: after each change of a deal, and when days or stages change."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import clocks, repository
from services.pipeline.deal.domain.clock import CHANGED, Clock, Touch
from services.pipeline.deal_activity.queries import last_done, planned_until
from services.pipeline.deal_time.domain import ALARM, SWEEP, Days, News, due_of, reckoned, with_alarm
from services.pipeline.tables import ORGANISATION
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.ids import new_id
from shared.organisation.queries import load_organisation

A_STEP = 500


async def reckon_changed(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """After changes of these deals. What each of them said of a touch counts if a member did it."""
    known_at: dict[UUID, datetime] = {}
    touches: dict[UUID, Touch] = {}
    for entry in sorted(entries, key=lambda each: each.due_at, reverse=True):
        deal_id = UUID(entry.payload["deal_id"])
        if "touch" in entry.payload:
            known_at[deal_id] = entry.due_at
        known_at.setdefault(deal_id, now)
        touch = _read_touch(entry.payload.get("touch"))
        if touch is not None and (deal_id not in touches or touch.at > touches[deal_id].at):
            touches[deal_id] = touch
    await _reckon(connection, known_at, touches, now=now)


async def reckon_many(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """The next of many deals, those of a stage or all; goes on with the next ones later."""
    for entry in entries:
        stage_id, after = _id(entry.payload.get("stage_id")), _id(entry.payload.get("after"))
        step = await clocks.next_open(
            connection, stage_id=stage_id, after=after, known_at=entry.due_at, most=A_STEP
        )
        await _reckon(connection, dict.fromkeys(step, entry.due_at), {}, now=now)
        if len(step) == A_STEP:
            await plan_work(connection, [sweep(stage_id, at=entry.due_at, after=step[-1])])


def sweep(stage_id: UUID | None, *, at: datetime, after: UUID | None = None) -> Due:
    """All open deals, or those of a stage, reckoned anew; those with an id after this one."""
    said = {"stage_id": stage_id and str(stage_id), "after": after and str(after)}
    return Due(SWEEP, new_id(), at, said)


def changed(deals: Sequence[UUID], at: datetime) -> list[Due]:
    """These deals reckoned anew, for something that happened beside them."""
    return [Due(CHANGED, new_id(), at, {"deal_id": str(deal_id)}) for deal_id in deals]


async def load_days(connection: AsyncConnection) -> Days:
    """The days of the organisation. Refuses with `organisation_unknown`."""
    organisation = await load_organisation(connection, ORGANISATION)
    return Days(organisation.working, organisation.calendar)


async def _reckon(
    connection: AsyncConnection,
    known_at: Mapping[UUID, datetime],
    touches: Mapping[UUID, Touch],
    *,
    now: datetime,
) -> None:
    held = await repository.hold_all(connection, known_at)
    if not held:
        return
    days = await load_days(connection)
    ids = [deal.id for deal in held]
    members = await _members(connection, {each.by for each in touches.values() if each.by})
    done = await last_done(connection, ids)
    planned = await planned_until(connection, ids)
    kept: list[Clock] = []
    alarms: list[Due] = []
    for deal in held:
        last, touch = done.get(deal.id), touches.get(deal.id)
        if touch is not None and touch.by not in members:
            touch = None
        if last is not None and last.at <= now and (touch is None or last.at > touch.at):
            touch = Touch("activity", last.at, last.id, last.by)
        news = News(known_at[deal.id], touch, planned.get(deal.id))
        clock, alarm_at = with_alarm(reckoned(deal, deal.clock, news, days))
        alarms += [alarm(deal.id, alarm_at)] if alarm_at else []
        if clock != deal.clock:
            kept.append(clock)
    await clocks.save_clocks(connection, kept, now)
    await plan_work(connection, alarms)
    await clocks.note_skipped(connection, ids)
    stays = await clocks.stays_to_reckon(connection, ids)
    due = [(stay, due_of(stay.passage, stay.target_days, days)) for stay in stays]
    await clocks.note_due(
        connection,
        [(stay, at) for stay, at in due if not stay.passage.reckoned or at != stay.passage.due_at],
    )


def alarm(deal_id: UUID, at: datetime) -> Due:
    """The worker looks at the deal then. Each has its own subject: none waits for one just being done."""
    return Due(ALARM, new_id(), at, {"deal_id": str(deal_id)})


async def _members(connection: AsyncConnection, ids: set[UUID]) -> set[UUID]:
    if not ids:
        return set()
    member = ORGANISATION.member.c.id
    return set(await connection.scalars(select(member).where(member.in_(ids))))


def _read_touch(said: Mapping[str, str] | None) -> Touch | None:
    if said is None:
        return None
    return Touch(said["kind"], datetime.fromisoformat(said["at"]), UUID(said["id"]), UUID(said["by"]))


def _id(said: str | None) -> UUID | None:
    return None if said is None else UUID(said)
