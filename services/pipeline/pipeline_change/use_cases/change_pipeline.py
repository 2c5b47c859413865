"""A pipeline is changed, and its open deals with it. Nothing of theirs is reset that was not asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_time.use_cases.reckon_deals import sweep
from services.pipeline.merging import merged
from services.pipeline.pipeline import repository as pipelines
from services.pipeline.pipeline.domain import Pipeline, Stage, checked
from services.pipeline.pipeline.schemas import PipelinePatch
from services.pipeline.pipeline.use_cases.know_gate_fields import know_gate_fields
from services.pipeline.pipeline_change import queries, repository
from services.pipeline.pipeline_change.domain import AT_ONCE, Impact, Job, impact, targets_of
from services.pipeline.pipeline_change.use_cases.lead_deals import take_step
from services.pipeline.tables import ORGANISATION
from shared.agenda.planning import plan_work
from shared.contracts.errors import DomainError
from shared.contracts.ids import new_id
from shared.observability import context
from shared.organisation.queries import load_organisation


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would mean. `version`: of the pipeline it was worked out for."""

    pipeline: Pipeline
    impact: Impact
    currency: str


async def preview_change(connection: AsyncConnection, pipeline_id: UUID, patch: PipelinePatch) -> Preview:
    """What this change would mean now. Nothing is written."""
    before = await pipelines.get(connection, pipeline_id, lock=False)
    fields = patch.fields(new_id, before.stages)
    wanted = fields.get("stages", before.stages)
    targets = targets_of(patch.moves or {}, before.stages, wanted)
    return await _preview(connection, before, wanted, targets)


async def change_pipeline(
    connection: AsyncConnection,
    pipeline_id: UUID,
    patch: PipelinePatch,
    *,
    seen_version: int | None,
    now: datetime,
) -> Job | None:
    """The job in which its deals follow, done or running; None when no deal has to. Needs a transaction.

    Refuses with `pipeline_not_found`, `version_conflict`, `state_conflict`, `stage_in_use`,
    `pipeline_in_use`, `stage_unknown`, `expression_invalid`, `validation_failed`.
    """
    before = await pipelines.get(connection, pipeline_id)
    fields = patch.fields(new_id, before.stages)
    wanted = await merged(connection, before, fields, seen_version=seen_version)
    stages: tuple[Stage, ...] = wanted.get("stages", before.stages)
    targets = targets_of(patch.moves or {}, before.stages, stages)
    seen = await _preview(connection, before, stages, targets)
    if wanted.get("active") is False:
        _refuse_in_use(seen)
    seen.impact.refuse_stranding()
    seen.impact.refuse_unsaid(patch.apply_probabilities)
    going = {stage_id: stage.id for stage_id, stage in targets.items()}
    after = before.edit(wanted, going)
    if after is before:
        return None
    await know_gate_fields(connection, after)
    await pipelines.save(connection, checked(after), now=now)
    await plan_work(connection, [sweep(stage.id, at=now) for stage in after.timed_anew(before)])
    return await _lead(connection, after, seen.impact, take_chances=bool(patch.apply_probabilities), now=now)


async def retire_pipeline(
    connection: AsyncConnection,
    pipeline_id: UUID,
    *,
    target_id: UUID | None,
    moves: Mapping[str, str],
    apply_probabilities: bool | None,
    seen_version: int | None,
    now: datetime,
) -> Job | None:
    """It takes no deals any more; those it has go on in the target pipeline. Needs a transaction.

    Refuses with `stage_in_use` open deals that have nowhere to go; else as `change_pipeline` does.
    """
    before = await pipelines.get(connection, pipeline_id)
    wanted: dict[str, Any] = await merged(connection, before, {"active": False}, seen_version=seen_version)
    targets: dict[UUID, Stage] = {}
    if target_id is not None:
        target = await pipelines.get(connection, target_id)
        if target.id == before.id or not target.active:
            raise DomainError("state_conflict", "Name another pipeline, one that is active.")
        targets = targets_of(moves, before.stages, target.stages)
    seen = await _preview(connection, before, (), targets)
    seen.impact.refuse_stranding()
    seen.impact.refuse_unsaid(apply_probabilities)
    after = before.edit(wanted, {stage_id: stage.id for stage_id, stage in targets.items()})
    if after is before:
        return None
    await pipelines.save(connection, after, now=now)
    return await _lead(connection, after, seen.impact, take_chances=bool(apply_probabilities), now=now)


async def _preview(
    connection: AsyncConnection, before: Pipeline, wanted: tuple[Stage, ...], targets: Mapping[UUID, Stage]
) -> Preview:
    currency = (await load_organisation(connection, ORGANISATION)).base_currency
    loads = await queries.open_loads(connection, [stage.id for stage in before.stages], currency)
    return Preview(before, impact(before, wanted, loads, targets), currency)


def _refuse_in_use(seen: Preview) -> None:
    count = sum(each.load.deals for each in seen.impact.effects)
    if count:
        detail = f"{count} open deals are in it; retire it with a target pipeline for them."
        raise DomainError("pipeline_in_use", detail, extra={"open_deals": count})


async def _lead(
    connection: AsyncConnection, after: Pipeline, seen: Impact, *, take_chances: bool, now: datetime
) -> Job | None:
    following = seen.following(take_chances=take_chances)
    if not following:
        return None
    total = sum(each.load.deals for each in following)
    job = Job(
        id=new_id(),
        pipeline_id=after.id,
        version=after.version,
        status="running",
        stage_ids=tuple(each.before.id for each in following if each.before),
        was_called={
            str(each.before.id): each.before.name for each in following if each.before and each.renamed
        },
        apply_probabilities=take_chances,
        total=total,
        done=0,
        last_deal_id=None,
        by=context.actor.get(),
        correlation_id=context.correlation_id.get(),
        started_at=now,
        finished_at=None,
    )
    await repository.add(connection, job)
    if total <= AT_ONCE:
        await take_step(connection, job, now=now, most=2 * AT_ONCE)
    return await repository.get(connection, job.id)
