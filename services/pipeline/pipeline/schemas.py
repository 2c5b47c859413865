"""Bodies and answers of pipelines."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.pipeline.body import Name, Probability, Strict
from services.pipeline.pipeline.domain import OpenCategory, Pipeline, Stage
from shared.web.concurrency import MergePatch, absent

_Item = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_StageName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
_Days = Annotated[int, Field(ge=1, le=3650, strict=True)]


class StageCreate(Strict):
    """A stage, in its place in the list. `target_days`: how long a deal may stay."""

    name: _StageName
    probability: Probability | None = None
    forecast_category: OpenCategory = "pipeline"
    target_days: _Days | None = None
    supervisor_id: UUID | None = None


class PipelineCreate(Strict):
    """A pipeline. Winning and losing are no stages: they end a deal in whatever stage it is."""

    name: Name
    stages: Annotated[tuple[StageCreate, ...], Field(min_length=1, max_length=50)]
    checklist: Annotated[tuple[_Item, ...], Field(max_length=50)] = ()
    is_default: bool = False

    def build(self, new_id: Callable[[], UUID]) -> Pipeline:
        """The pipeline with ids."""
        stages = tuple(
            Stage(id=new_id(), position=position, **dict(stage))
            for position, stage in enumerate(self.stages, start=1)
        )
        return Pipeline(new_id(), self.name, stages, self.checklist, is_default=self.is_default)


class FromTemplate(Strict):
    """What may differ from the template. `supervisors`: who answers for a stage, by the stage's name."""

    name: Name | None = None
    is_default: bool = False
    supervisors: dict[str, UUID] = Field(default_factory=dict, max_length=50)


class PipelinePatch(MergePatch):
    """A merge patch: what is named changes."""

    name: Name = absent()
    active: bool = absent()
    is_default: bool = absent()


class StageOut(BaseModel):
    """A stage. `position` counts from 1."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    position: int
    probability: Probability | None
    forecast_category: OpenCategory
    target_days: int | None
    supervisor_id: UUID | None


class PipelineOut(BaseModel):
    """A pipeline with its stages in order. `checklist`: what to have ready before the first stage."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    active: bool
    is_default: bool
    stages: tuple[StageOut, ...]
    checklist: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    version: int


class TemplateStageOut(BaseModel):
    """A stage of a template."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    probability: Probability
    forecast_category: OpenCategory
    target_days: int


class TemplateOut(BaseModel):
    """A ready pipeline; `key` is what `from-template` takes."""

    model_config = ConfigDict(from_attributes=True)

    key: str
    name: str
    description: str
    stages: tuple[TemplateStageOut, ...]
    checklist: tuple[str, ...]


class Templates(BaseModel):
    """All templates."""

    items: list[TemplateOut]
