"""The open deals of changed stages follow, a step at a time: each with history, version and event."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository as deals
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.domain.passage import moved
from services.pipeline.deal.use_cases.arriving import fact
from services.pipeline.pipeline.domain import Pipeline, Stage
from services.pipeline.pipeline.queries import pipelines_by_id
from services.pipeline.pipeline_change import queries, repository
from services.pipeline.pipeline_change.domain import A_STEP, Job
from shared.observability import context
from shared.persistence.database import Database

Placed = tuple[Pipeline, Stage]


async def take_step(connection: AsyncConnection, job: Job, *, now: datetime, most: int = A_STEP) -> int:
    """The next deals of a change follow; how many they were. Needs a transaction."""
    context.actor.set(job.by)
    context.correlation_id.set(job.correlation_id or f"pipeline-change-{job.id}")
    waiting = await deals.lock_open_in(connection, job.stage_ids, after=job.last_deal_id, most=most)
    await _follow(connection, waiting, job.was_called, take_chances=job.apply_probabilities, now=now)
    last = waiting[-1].id if len(waiting) == most else None
    await repository.note_step(connection, job, last, len(waiting), now=now)
    return len(waiting)


async def run_changes(database: Database, now: datetime) -> None:
    """All that is running, one transaction a step; then deals that came to a deserted stage just before."""
    while True:
        async with database.transaction() as connection:
            job = await repository.next_running(connection)
            if job is None:
                break
            await take_step(connection, job, now=now)
    async with database.transaction() as connection:
        stages = await queries.deserted_stages(connection)
        if stages:
            context.actor.set("system")
            late = await deals.lock_open_in(connection, stages, after=None, most=A_STEP)
            await _follow(connection, late, {}, take_chances=True, now=now)


async def _follow(
    connection: AsyncConnection,
    waiting: Sequence[Deal],
    was_called: Mapping[str, str],
    *,
    take_chances: bool,
    now: datetime,
) -> None:
    if not waiting:
        return
    places = _places(await pipelines_by_id(connection))
    histories = await deals.histories_of(connection, [deal.id for deal in waiting])
    changed, facts, rewritten = [], [], {}
    for deal in waiting:
        pipeline, stage = _goes_on(places, deal.stage.id)
        name = was_called.get(str(deal.stage.id), deal.stage.name)
        known = replace(deal, stage=replace(deal.stage, name=name))
        if stage.id == deal.stage.id and name == stage.name:
            known = replace(known, stage=stage)
        after, event = known.follow(
            stage, pipeline.id, now, pipeline_version=pipeline.version, take_chances=take_chances
        )
        if after is known:
            continue
        after = deals.stamped(after, now)
        changed.append(after)
        if stage.id != deal.stage.id:
            rewritten[deal.id] = moved(histories[deal.id], stage, after.stage_entered_at)
        facts.append(fact(event, deal.id, after.version, now))
    await deals.save(connection, changed, facts, rewritten, touching=False)


def _places(pipelines: Mapping[UUID, Pipeline]) -> dict[UUID, Placed]:
    return {
        stage.id: (pipeline, stage)
        for pipeline in pipelines.values()
        for stage in (*pipeline.stages, *pipeline.removed)
    }


def _goes_on(places: Mapping[UUID, Placed], stage_id: UUID) -> Placed:
    """Where deals of this stage are now, over as many changes as there were."""
    pipeline, stage = places[stage_id]
    for _ in range(len(places)):
        if stage.successor_id is None:
            break
        pipeline, stage = places[stage.successor_id]
    return pipeline, stage
