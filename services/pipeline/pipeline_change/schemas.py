"""Bodies and answers about changes of pipelines."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.pipeline.body import Probability, Strict
from services.pipeline.pipeline.domain import OpenCategory
from services.pipeline.pipeline.schemas import PipelineOut, StageRef
from services.pipeline.pipeline_change.domain import AT_ONCE, Effect, Impact, Job, Kind
from shared.contracts.money import CENT, Money


class Retire(Strict):
    """Where its open deals go on; neither is needed when it has none.

    `moves`: for each of its stages with open deals a stage of the target, both by name or id.
    `apply_probabilities`: whether they take the probabilities and categories of the target's stages.
    """

    target_pipeline_id: UUID | None = None
    moves: Annotated[dict[StageRef, StageRef], Field(max_length=50)] = {}
    apply_probabilities: bool | None = None


class ProbabilityChange(BaseModel):
    """From what it is to what it would be; null is unset."""

    from_: Annotated[Probability | None, Field(alias="from")]
    to: Probability | None


class CategoryChange(BaseModel):
    """From what it is to what it would be."""

    from_: Annotated[OpenCategory, Field(alias="from")]
    to: OpenCategory


class EffectOut(BaseModel):
    """A stage and its open deals. `counted_anew`: how many would take another probability or category with
    `apply_probabilities`, as nobody has set it for them. `amount` is in base currency."""

    stage_id: UUID
    stage: str
    change: Kind
    renamed_to: str | None
    open_deals: int
    amount: Money
    needs_target: bool
    target: str | None
    probability: ProbabilityChange | None
    forecast_category: CategoryChange | None
    counted_anew: int


class PreviewOut(BaseModel):
    """What a change would mean for open deals. `by_worker`: more follow than one request brings along."""

    pipeline_id: UUID
    version: int
    stages: list[EffectOut]
    following_deals: int
    counted_anew: int
    by_worker: bool


class JobOut(BaseModel):
    """Deals that follow a change: `done` of `total` so far."""

    id: UUID
    pipeline_id: UUID
    version: int
    status: Literal["running", "done"]
    apply_probabilities: bool
    total: int
    done: int
    by: str | None
    started_at: datetime
    finished_at: datetime | None


class PipelineChanged(PipelineOut):
    """The pipeline, and the change in which its deals follow; null when none has to."""

    change: JobOut | None


def job_out(job: Job) -> JobOut:
    """The answer for one change."""
    return JobOut(**{name: getattr(job, name) for name in JobOut.model_fields})


def impact_out(impact: Impact, currency: str) -> dict[str, Any]:
    """The stages and totals of a preview, for `json_body.dumps`."""
    following = sum(each.load.deals for each in impact.following(take_chances=True))
    return {
        "stages": [_effect_out(each, currency) for each in impact.effects],
        "following_deals": following,
        "counted_anew": sum(each.counted_anew for each in impact.effects),
        "by_worker": following > AT_ONCE,
    }


def _effect_out(each: Effect, currency: str) -> dict[str, Any]:
    stage = each.before or each.after
    assert stage is not None  # noqa: S101 - an effect is on a stage that was or will be
    changed = each.chances
    chance = changed.get("probability")
    category = changed.get("forecast_category")
    return {
        "stage_id": stage.id,
        "stage": stage.name,
        "change": each.kind,
        "renamed_to": each.after.name if each.renamed and each.after else None,
        "open_deals": each.load.deals,
        "amount": Money(amount=each.load.amount.quantize(CENT), currency=currency),
        "needs_target": each.needs_target,
        "target": each.target and each.target.name,
        "probability": chance and {"from": _number(chance[0]), "to": _number(chance[1])},
        "forecast_category": category and {"from": category[0], "to": category[1]},
        "counted_anew": each.counted_anew,
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
