"""Bodies and answers of pipelines."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.pipeline.body import Link, Name, Probability, Strict
from services.pipeline.gate.schemas import GateOut, GatesIn, build_gates
from services.pipeline.pipeline.domain import OpenCategory, Pipeline, Stage, Task, find_stage
from shared.web.concurrency import MergePatch, absent

NewId = Callable[[], UUID]
_Item = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_StageName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
_Days = Annotated[int, Field(ge=1, le=3650, strict=True)]
_Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
StageRef = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
"""A stage by its name (case does not matter) or id."""


class ChecklistItemIn(Strict):
    """Something to tick off. With the `id` of an item that is there, that item is kept and changed."""

    id: UUID | None = None
    label: _Item
    required: bool = True
    description: _Prose | None = None
    expected_result: _Item | None = None

    def build(self, new_id: NewId) -> Task:
        """The task."""
        return Task(**{**dict(self), "id": self.id or new_id()})


class ActionIn(ChecklistItemIn):
    """Something to do, and the result it should give."""

    required: bool = False
    expected_result: _Item


_Checklist = Annotated[tuple[ChecklistItemIn, ...], Field(max_length=50)]
_Actions = Annotated[tuple[ActionIn, ...], Field(max_length=50)]


class _StageFields(Strict):
    """What a stage is made of, beside its name and its place."""

    probability: Probability | None = None
    forecast_category: OpenCategory = "pipeline"
    target_days: _Days | None = None
    rotting_days: _Days | None = None
    supervisor_id: UUID | None = None
    script: _Prose | None = None
    playbook_url: Link | None = None
    entry_gates: GatesIn = ()
    exit_gates: GatesIn = ()
    checklist: _Checklist = ()
    actions: _Actions = ()

    def fields(self, new_id: NewId, *, pointer: str) -> dict[str, Any]:
        """The fields that were named, gates checked and tasks with ids. Refuses with `expression_invalid`."""
        named = {name: value for name, value in self.given().items() if name != "id"}
        for gates in ("entry_gates", "exit_gates"):
            if gates in named:
                named[gates] = build_gates(named[gates], new_id, pointer=f"{pointer}/{gates}")
        for tasks in ("checklist", "actions"):
            if tasks in named:
                named[tasks] = tuple(task.build(new_id) for task in named[tasks])
        return named


class StageCreate(_StageFields):
    """A stage, in its place in the list. `target_days`: how long a deal may stay.

    `rotting_days`: after so many days without activity a deal is stale. `script`: what to say;
    `playbook_url`: where it is written. `entry_gates` ask a deal that comes, `exit_gates` one that leaves.
    """

    name: _StageName


class StageEdit(_StageFields):
    """A stage of the wanted list, in its place. Named by `id`, or by the `name` it has, it is the stage that
    is there, and what is not given stays as it is; any other name is a new stage."""

    id: UUID | None = None
    name: _StageName | None = None

    @model_validator(mode="after")
    def _named(self) -> "StageEdit":
        if self.id is None and self.name is None:
            raise ValueError("a stage is named by its id or its name")
        if self.name is None and "name" in self.model_fields_set:
            raise ValueError("a stage has a name")
        return self


def stages_from(
    given: Sequence[StageCreate | StageEdit], new_id: NewId, *, known: Sequence[Stage] = ()
) -> tuple[Stage, ...]:
    """The wanted stages in order. Refuses with `stage_unknown` an id that none of the known ones has, and
    with `expression_invalid`."""
    stages = []
    for index, each in enumerate(given):
        pointer = f"/stages/{index}"
        fields = {**each.fields(new_id, pointer=pointer), "position": index + 1}
        stage = _meant(each, known, pointer)
        if stage is None:
            fields = {"probability": None, "forecast_category": "pipeline", **fields}
            stages.append(Stage(id=new_id(), **fields))
        else:
            stages.append(replace(stage, **fields))
    return tuple(stages)


def _meant(each: StageCreate | StageEdit, known: Sequence[Stage], pointer: str) -> Stage | None:
    if isinstance(each, StageEdit) and each.id is not None:
        return find_stage(known, str(each.id), pointer=f"{pointer}/id")
    name = (each.name or "").casefold()
    return next((stage for stage in known if stage.name.casefold() == name), None)


class PipelineCreate(Strict):
    """A pipeline. Winning and losing are no stages: they end a deal in whatever stage it is.

    `skipping_allowed` false: no stage may be jumped over. `override_allowed`: managers and above may pass
    gates that are not met, with a reason.
    """

    name: Name
    stages: Annotated[tuple[StageCreate, ...], Field(min_length=1, max_length=50)]
    checklist: Annotated[tuple[_Item, ...], Field(max_length=50)] = ()
    is_default: bool = False
    skipping_allowed: bool = True
    override_allowed: bool = False
    win_gates: GatesIn = ()
    lose_gates: GatesIn = ()

    def build(self, new_id: NewId) -> Pipeline:
        """The pipeline with ids. Refuses with `expression_invalid`."""
        return Pipeline(
            id=new_id(),
            name=self.name,
            stages=stages_from(self.stages, new_id),
            checklist=self.checklist,
            is_default=self.is_default,
            skipping_allowed=self.skipping_allowed,
            override_allowed=self.override_allowed,
            win_gates=build_gates(self.win_gates, new_id, pointer="/win_gates"),
            lose_gates=build_gates(self.lose_gates, new_id, pointer="/lose_gates"),
        )


class FromTemplate(Strict):
    """What may differ from the template. `supervisors`: who answers for a stage, by the stage's name.

    `gates` false: its gates are there, but switched off.
    """

    name: Name | None = None
    is_default: bool = False
    gates: bool = True
    supervisors: dict[str, UUID] = Field(default_factory=dict, max_length=50)


class PipelineCopy(Strict):
    """What the copy is called, by default as the original with `(copy)`."""

    name: Name | None = None


class Supervisors(Strict):
    """Who answers for a stage, by the stage's name or id; null for nobody. What is not named stays."""

    stages: Annotated[dict[StageRef, UUID | None], Field(min_length=1, max_length=50)]


class PipelinePatch(MergePatch):
    """A merge patch: what is named changes. `stages` is the whole wanted list in order.

    `moves`: for stages that go while deals are in them, where these go on, both by name or id.
    `apply_probabilities`: whether open deals take the probabilities and categories that their stages have
    now; those a person has set stay in any case. It has to be said when any would change.
    """

    name: Name = absent()
    active: bool = absent()
    is_default: bool = absent()
    checklist: Annotated[tuple[_Item, ...], Field(max_length=50)] = absent()
    skipping_allowed: bool = absent()
    override_allowed: bool = absent()
    win_gates: GatesIn = absent()
    lose_gates: GatesIn = absent()
    stages: Annotated[tuple[StageEdit, ...], Field(min_length=1, max_length=50)] = absent()
    moves: Annotated[dict[StageRef, StageRef], Field(max_length=50)] = absent()
    apply_probabilities: bool | None = absent()

    def fields(self, new_id: NewId, known: Sequence[Stage]) -> dict[str, Any]:
        """The fields of the pipeline that were named. Refuses with `stage_unknown`, `expression_invalid`."""
        named = {
            name: value
            for name, value in self.changes().items()
            if name not in ("moves", "apply_probabilities")
        }
        for gates in ("win_gates", "lose_gates"):
            if gates in named:
                named[gates] = build_gates(named[gates], new_id, pointer=f"/{gates}")
        if "stages" in named:
            named["stages"] = stages_from(named["stages"], new_id, known=known)
        return named


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class TaskOut(_Out):
    """Something to do, and the result it should give."""

    id: UUID
    label: str
    required: bool
    description: str | None
    expected_result: str | None


class StageOut(_Out):
    """A stage. `position` counts from 1."""

    id: UUID
    name: str
    position: int
    probability: Probability | None
    forecast_category: OpenCategory
    target_days: int | None
    rotting_days: int | None
    supervisor_id: UUID | None
    script: str | None
    playbook_url: str | None
    entry_gates: tuple[GateOut, ...]
    exit_gates: tuple[GateOut, ...]
    checklist: tuple[TaskOut, ...]
    actions: tuple[TaskOut, ...]


class PipelineBody(_Out):
    """A pipeline with its stages in order, as it stands or stood. `checklist`: what to have ready before the
    first stage."""

    id: UUID
    name: str
    active: bool
    is_default: bool
    skipping_allowed: bool
    override_allowed: bool
    stages: tuple[StageOut, ...]
    win_gates: tuple[GateOut, ...]
    lose_gates: tuple[GateOut, ...]
    checklist: tuple[str, ...]
    version: int


class PipelineOut(PipelineBody):
    """A pipeline with its stages in order. `checklist`: what to have ready before the first stage."""

    created_at: datetime
    updated_at: datetime


def pipeline_out(each: Pipeline, created_at: datetime, updated_at: datetime) -> PipelineOut:
    """The answer for one pipeline."""
    body = PipelineBody.model_validate(each)
    return PipelineOut(**dict(body), created_at=created_at, updated_at=updated_at)


def version_body(each: Pipeline) -> dict[str, Any]:
    """The pipeline as a version keeps it; probabilities are texts, so that they stay exact."""
    body = PipelineBody.model_validate(each)
    shown = body.model_dump(mode="json")
    for stage, written in zip(each.stages, shown["stages"], strict=True):
        written["probability"] = None if stage.probability is None else str(stage.probability)
    return shown


class VersionOut(BaseModel):
    """A version of a pipeline: as it stood from `at`, and who made it so (a member's id)."""

    version: int
    at: datetime
    by: str | None
    pipeline: PipelineBody


class ActionOut(TaskOut):
    """An action with the stage it belongs to."""

    stage_id: UUID
    stage: str


class Actions(BaseModel):
    """All actions of a pipeline in the order of its stages."""

    items: list[ActionOut]


class TemplateGateOut(_Out):
    """A gate of a template."""

    kind: str
    label: str


class TemplateStageOut(_Out):
    """A stage of a template."""

    name: str
    probability: Probability
    forecast_category: OpenCategory
    target_days: int
    entry_gates: tuple[TemplateGateOut, ...]


class TemplateOut(_Out):
    """A ready pipeline; `key` is what `from-template` takes."""

    key: str
    name: str
    description: str
    stages: tuple[TemplateStageOut, ...]
    win_gates: tuple[TemplateGateOut, ...]
    checklist: tuple[str, ...]


class Templates(BaseModel):
    """All templates."""

    items: list[TemplateOut]
