"""Tasks of the stage a deal is in are done, or not after all."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.note_on_deal import hold_deal, note_on_deal, see_deal
from services.pipeline.deal.use_cases.seen import refuse_changed
from services.pipeline.deal_checklist import repository
from services.pipeline.deal_checklist.domain import Item, Tick, items_of, task_of
from services.pipeline.deal_checklist.schemas import TickIn
from services.pipeline.pipeline import repository as pipelines
from services.pipeline.pipeline.domain import Stage
from shared.contracts.events.pipeline_deal import DealChecklistChanged
from shared.contracts.identity import Identity

Checklist = tuple[Deal, tuple[Item, ...]]


async def see_checklist(connection: AsyncConnection, deal_id: UUID, caller: Identity) -> Checklist:
    """The deal and the items of its stage. Refuses with `deal_not_found`."""
    deal = await see_deal(connection, deal_id, caller)
    return await _checklist(connection, deal, await _stage_of(connection, deal))


async def tick_off(
    connection: AsyncConnection,
    deal_id: UUID,
    caller: Identity,
    given: Sequence[TickIn],
    *,
    seen_version: int | None,
    now: datetime,
) -> Checklist:
    """The deal and its items from now on. Refuses with `deal_not_found`, `reference_unknown`, and with
    `version_conflict` when the deal left the stage since it was read."""
    deal = await hold_deal(connection, deal_id, caller)
    refuse_changed(deal, seen_version)
    stage = await _stage_of(connection, deal)
    known = await repository.ticks_of(connection, deal_id)
    ticks = []
    for index, each in enumerate(given):
        task = task_of(stage, each.id, index)
        tick = Tick(deal_id, task.id, stage.id, each.done, each.result_came, each.note, caller.sub, now)
        before = known.get(task.id)
        if before is None or _said(before) != _said(tick):
            ticks.append(tick)
    last = list({tick.task_id: tick for tick in ticks}.values())
    if last:
        await repository.set_ticks(connection, last)
        deal = await note_on_deal(connection, deal, DealChecklistChanged, now=now)
    return await _checklist(connection, deal, stage)


async def _stage_of(connection: AsyncConnection, deal: Deal) -> Stage:
    """The stage with its tasks, which are not read with a deal."""
    return (await pipelines.get(connection, deal.pipeline_id, lock=False)).standing(deal.stage.id)


async def _checklist(connection: AsyncConnection, deal: Deal, stage: Stage) -> Checklist:
    return deal, items_of(stage, await repository.ticks_of(connection, deal.id))


def _said(tick: Tick) -> tuple[object, ...]:
    return tick.done, tick.result_came, tick.note
