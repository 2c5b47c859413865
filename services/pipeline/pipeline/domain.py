"""Rules of a pipeline: at least one stage, stage names unique, probabilities between 0 and 1.

A stage that was taken out stays known as `removed`: deals that ended there name it, and so do histories.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from services.pipeline.gate.domain import Gate
from shared.contracts.errors import DomainError, FieldError

OpenCategory = Literal["pipeline", "best_case", "most_likely", "commit", "omitted"]
"""The forecast categories of open deals. Winning and losing set the rest."""


class PipelineError(DomainError):
    """A rule of pipelines said no."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do in a stage: an item of its checklist, or an action with the result it should give."""

    id: UUID
    label: str
    required: bool = True
    description: str | None = None
    expected_result: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the sale. `probability` 0 is a value, None is unset; `target_days`: how long it may take.

    `rotting_days`: after so many days without activity a deal here is stale. `script`: what to say, a text;
    `playbook_url`: where it is written. `successor_id`: where the deals of a removed stage go on.
    """

    id: UUID
    name: str
    position: int
    probability: Decimal | None
    forecast_category: OpenCategory
    target_days: int | None = None
    rotting_days: int | None = None
    supervisor_id: UUID | None = None
    script: str | None = None
    playbook_url: str | None = None
    entry_gates: tuple[Gate, ...] = ()
    exit_gates: tuple[Gate, ...] = ()
    checklist: tuple[Task, ...] = ()
    actions: tuple[Task, ...] = ()
    removed: bool = False
    successor_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Ordered stages. `checklist` names what a rep must have ready before the first stage.

    `skipping_allowed`: stages may be jumped over. `override_allowed`: a manager may pass gates with a reason.
    """

    id: UUID
    name: str
    stages: tuple[Stage, ...]
    checklist: tuple[str, ...] = ()
    active: bool = True
    is_default: bool = False
    skipping_allowed: bool = True
    override_allowed: bool = False
    win_gates: tuple[Gate, ...] = ()
    lose_gates: tuple[Gate, ...] = ()
    removed: tuple[Stage, ...] = ()
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    def edit(self, fields: Mapping[str, Any], successors: Mapping[UUID, UUID] | None = None) -> "Pipeline":
        """Other values for some fields; this very pipeline when none of them is new.

        `successors`: where the deals of stages that go, or of a pipeline that is retired, go on. Refuses with
        `state_conflict` to leave the organisation without an active default pipeline.
        """
        new = {name: value for name, value in fields.items() if value != getattr(self, name)}
        if not new:
            return self
        version = self.version + 1
        versions = {**self.field_versions, **dict.fromkeys(new, version)}
        after = replace(self, **new, version=version, field_versions=versions)
        if self.is_default and not after.is_default:
            raise PipelineError("state_conflict", "Make another pipeline the default one instead.")
        if after.is_default and not after.active:
            raise PipelineError("state_conflict", "The default pipeline is active.")
        return after._succeeding(self, successors or {})

    def _succeeding(self, before: "Pipeline", successors: Mapping[UUID, UUID]) -> "Pipeline":
        kept = {stage.id for stage in self.stages}
        gone = tuple(
            replace(stage, removed=True, successor_id=successors.get(stage.id))
            for stage in before.stages
            if stage.id not in kept
        )
        stages = tuple(
            replace(stage, successor_id=None if self.active else successors.get(stage.id))
            for stage in self.stages
        )
        return replace(self, stages=stages, removed=(*before.removed, *gone))

    def timed_anew(self, before: "Pipeline") -> list[Stage]:
        """The stages that give a deal more or fewer days than they did."""
        was = {stage.id: (stage.target_days, stage.rotting_days) for stage in before.stages}
        now = {stage.id: (stage.target_days, stage.rotting_days) for stage in self.stages}
        return [each for each in self.stages if each.id in was and was[each.id] != now[each.id]]

    @property
    def first_stage(self) -> Stage:
        """Where a deal starts when nobody says otherwise."""
        return self.stages[0]

    def stage(self, wanted: str, *, pointer: str = "/stage") -> Stage:
        """The stage of this name (case does not matter) or id. Refuses with `stage_unknown`."""
        return find_stage(self.stages, wanted, pointer=pointer)

    def past_stage(self, wanted: str, *, pointer: str = "/stage") -> Stage:
        """The same, or a stage that was removed: for what has been."""
        return find_stage((*self.stages, *self.removed), wanted, pointer=pointer)

    def standing(self, stage_id: UUID) -> Stage:
        """The stage with this id, also a removed one."""
        return next(each for each in (*self.stages, *self.removed) if each.id == stage_id)

    def goes_on(self, stage: Stage) -> Stage:
        """The stage itself, or what a removed one was followed by, as far as that is in this pipeline."""
        every = {each.id: each for each in (*self.stages, *self.removed)}
        while stage.removed and stage.successor_id in every:
            stage = every[stage.successor_id]
        return stage

    def skipped(self, before: Stage, after: Stage) -> tuple[Stage, ...]:
        """The stages that going from one to the other jumps over; none where that is allowed."""
        if self.skipping_allowed:
            return ()
        return tuple(each for each in self.stages if before.position < each.position < after.position)

    @property
    def gates(self) -> tuple[Gate, ...]:
        """All gates, of the stages in order and of the outcomes."""
        of_stages = (gate for each in self.stages for gate in (*each.entry_gates, *each.exit_gates))
        return (*of_stages, *self.win_gates, *self.lose_gates)


def find_stage(stages: Sequence[Stage], wanted: str, *, pointer: str = "/stage") -> Stage:
    """The stage of this name (case does not matter) or id. Refuses with `stage_unknown`."""
    key = wanted.strip().casefold()
    for stage in stages:
        if key in (stage.name.casefold(), str(stage.id)):
            return stage
    detail = f"The stages of this pipeline are {', '.join(stage.name for stage in stages)}."
    raise PipelineError("stage_unknown", detail, [FieldError(pointer, "stage_unknown", detail)])


def copied(pipeline: Pipeline, new_id: Callable[[], UUID], *, name: str) -> Pipeline:
    """A new pipeline of the same shape; nothing in it has an id that the original has."""

    def gates(some: tuple[Gate, ...]) -> tuple[Gate, ...]:
        return tuple(replace(gate, id=new_id()) for gate in some)

    def tasks(some: tuple[Task, ...]) -> tuple[Task, ...]:
        return tuple(replace(task, id=new_id()) for task in some)

    stages = tuple(
        replace(
            stage,
            id=new_id(),
            successor_id=None,
            entry_gates=gates(stage.entry_gates),
            exit_gates=gates(stage.exit_gates),
            checklist=tasks(stage.checklist),
            actions=tasks(stage.actions),
        )
        for stage in pipeline.stages
    )
    return replace(
        pipeline,
        id=new_id(),
        name=name,
        stages=stages,
        removed=(),
        active=True,
        is_default=False,
        win_gates=gates(pipeline.win_gates),
        lose_gates=gates(pipeline.lose_gates),
        version=1,
        field_versions={},
    )


def checked(pipeline: Pipeline) -> Pipeline:
    """The pipeline, if its stage names differ, and all ids in it. Refuses with `validation_failed`."""
    errors = [*_equal_names(pipeline.stages), *_equal_ids(pipeline)]
    if errors:
        raise PipelineError("validation_failed", errors[0].detail, errors)
    if not pipeline.stages:
        raise PipelineError("validation_failed", "A pipeline has at least one stage.")
    return pipeline


def _equal_names(stages: Sequence[Stage]) -> Iterator[FieldError]:
    seen: set[str] = set()
    for index, stage in enumerate(stages):
        if stage.name.casefold() in seen:
            detail = f"Two stages are called {stage.name!r}."
            yield FieldError(f"/stages/{index}/name", "duplicate", detail)
        seen.add(stage.name.casefold())


def _equal_ids(pipeline: Pipeline) -> Iterator[FieldError]:
    tasks = (task.id for stage in pipeline.stages for task in (*stage.checklist, *stage.actions))
    ids = [*(stage.id for stage in pipeline.stages), *(gate.id for gate in pipeline.gates), *tasks]
    for each, count in Counter(ids).items():
        if count > 1:
            yield FieldError("/stages", "duplicate", f"{each} is named {count} times; leave out one id.")
