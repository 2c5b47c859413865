"""Rules of a pipeline: at least one stage, stage names unique, probabilities between 0 and 1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError

OpenCategory = Literal["pipeline", "best_case", "most_likely", "commit", "omitted"]
"""The forecast categories of open deals. Winning and losing set the rest."""


class PipelineError(DomainError):
    """A rule of pipelines said no."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the sale. `probability` 0 is a value, None is unset; `target_days`: how long it may take."""

    id: UUID
    name: str
    position: int
    probability: Decimal | None
    forecast_category: OpenCategory
    target_days: int | None = None
    supervisor_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Ordered stages. `checklist` names what a rep must have ready before the first stage."""

    id: UUID
    name: str
    stages: tuple[Stage, ...]
    checklist: tuple[str, ...] = ()
    active: bool = True
    is_default: bool = False
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    def edit(self, fields: Mapping[str, Any]) -> "Pipeline":
        """Other values for some fields; this very pipeline when none of them is new.

        Refuses with `state_conflict` to leave the organisation without an active default pipeline.
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
        return after

    @property
    def first_stage(self) -> Stage:
        """Where a deal starts when nobody says otherwise."""
        return self.stages[0]

    def stage(self, wanted: str, *, pointer: str = "/stage") -> Stage:
        """The stage of this name (case does not matter) or id. Refuses with `stage_unknown`."""
        return find_stage(self.stages, wanted, pointer=pointer)


def find_stage(stages: Sequence[Stage], wanted: str, *, pointer: str = "/stage") -> Stage:
    """The stage of this name (case does not matter) or id. Refuses with `stage_unknown`."""
    key = wanted.strip().casefold()
    for stage in stages:
        if key in (stage.name.casefold(), str(stage.id)):
            return stage
    detail = f"The stages of this pipeline are {', '.join(stage.name for stage in stages)}."
    raise PipelineError("stage_unknown", detail, [FieldError(pointer, "stage_unknown", detail)])


def checked(pipeline: Pipeline) -> Pipeline:
    """The pipeline, if its stage names differ. Refuses with `validation_failed`."""
    seen: set[str] = set()
    errors = []
    for stage in pipeline.stages:
        name = stage.name.casefold()
        if name in seen:
            detail = f"Two stages are called {stage.name!r}."
            errors.append(FieldError(f"/stages/{stage.position - 1}/name", "duplicate", detail))
        seen.add(name)
    if errors:
        raise PipelineError("validation_failed", "Stage names are unique in a pipeline.", errors)
    if not pipeline.stages:
        raise PipelineError("validation_failed", "A pipeline has at least one stage.")
    return pipeline
