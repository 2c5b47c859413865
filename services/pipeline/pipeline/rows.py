"""Pipelines and stages as rows, alone and as parts of the reads of deals."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    RowMapping,
    Text,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.sql.selectable import ScalarSelect

from services.pipeline.gate.schemas import GATES, written_gates
from services.pipeline.pipeline.domain import Pipeline, Stage, Task
from services.pipeline.pipeline.tables import pipeline, stage

_P, _S = pipeline.c, stage.c
STAGES: FromClause = stage
"""For joins: id, pipeline_id, position, name, probability, forecast_category, target_days, ..., removed."""
PIPELINES: FromClause = pipeline
"""For joins: id, name, active."""
_TASKS: TypeAdapter[tuple[Task, ...]] = TypeAdapter(tuple[Task, ...])
_OF_DEALS = (
    *("id", "name", "position", "forecast_category", "target_days", "rotting_days", "supervisor_id"),
    *("entry_gates", "exit_gates", "removed", "successor_id"),
)
_ALL = (*_OF_DEALS, "script", "playbook_url", "checklist", "actions")
_RULES = (
    "id",
    "name",
    "version",
    "active",
    "skipping_allowed",
    "override_allowed",
    "win_gates",
    "lose_gates",
)


def stages_of(pipeline_id: ColumnElement[UUID], *, whole: bool = False) -> ScalarSelect[Any]:
    """The stages of a pipeline as one JSON value, for `read_stages`. Probabilities are texts, not floats.

    `whole`: with scripts and tasks, which the moves of deals do not need.
    """
    built = func.jsonb_build_object(
        *_pairs(stage.c[name] for name in (_ALL if whole else _OF_DEALS)),
        literal_column("'probability'", Text),
        cast(_S.probability, Text),
    )
    return (
        select(func.jsonb_agg(built).label("stages"))
        .where(_S.pipeline_id == pipeline_id)
        .correlate_except(stage)
        .scalar_subquery()
    )


def rules_of(pipeline_id: ColumnElement[UUID]) -> ScalarSelect[Any]:
    """What else of a pipeline decides about a move, as one JSON value for `read_pipeline`."""
    built = func.jsonb_build_object(*_pairs(pipeline.c[name] for name in _RULES))
    return (
        select(built.label("rules")).where(_P.id == pipeline_id).correlate_except(pipeline).scalar_subquery()
    )


def _pairs(columns: Any) -> list[ColumnElement[Any]]:
    named: list[Column[Any]] = list(columns)
    return [part for each in named for part in (literal_column(f"'{each.name}'", Text), each)]


def read_stages(value: Sequence[Mapping[str, Any]]) -> tuple[Stage, ...]:
    """What `stages_of` selected, in order, also the removed ones."""
    return tuple(sorted((_read_stage(each) for each in value), key=lambda each: each.position))


def _read_stage(each: Mapping[str, Any]) -> Stage:
    return Stage(
        id=UUID(each["id"]),
        name=each["name"],
        position=each["position"],
        probability=None if each["probability"] is None else Decimal(each["probability"]),
        forecast_category=each["forecast_category"],
        target_days=each["target_days"],
        rotting_days=each["rotting_days"],
        supervisor_id=each["supervisor_id"] and UUID(each["supervisor_id"]),
        script=each.get("script"),
        playbook_url=each.get("playbook_url"),
        entry_gates=_read(GATES, each["entry_gates"]),
        exit_gates=_read(GATES, each["exit_gates"]),
        checklist=_read(_TASKS, each.get("checklist")),
        actions=_read(_TASKS, each.get("actions")),
        removed=each["removed"],
        successor_id=each["successor_id"] and UUID(each["successor_id"]),
    )


def read_tasks(written: Any) -> tuple[Task, ...]:
    """A checklist or the actions of a stage."""
    return _read(_TASKS, written)


def _read(adapter: TypeAdapter[tuple[Any, ...]], written: Any) -> tuple[Any, ...]:
    return adapter.validate_python(written) if written else ()


def read_pipeline(rules: Mapping[str, Any], stages: Sequence[Mapping[str, Any]]) -> Pipeline:
    """What `rules_of` and `stages_of` selected: enough of a pipeline to decide about a deal."""
    every = read_stages(stages)
    return Pipeline(
        id=UUID(rules["id"]),
        name=rules["name"],
        stages=tuple(each for each in every if not each.removed),
        removed=tuple(each for each in every if each.removed),
        active=rules["active"],
        skipping_allowed=rules["skipping_allowed"],
        override_allowed=rules["override_allowed"],
        win_gates=_read(GATES, rules["win_gates"]),
        lose_gates=_read(GATES, rules["lose_gates"]),
        version=rules["version"],
    )


COLUMNS = (*pipeline.columns, stages_of(_P.id, whole=True).label("stages"))


def as_pipeline(row: RowMapping) -> Pipeline:
    """A row of COLUMNS as a pipeline."""
    every = read_stages(row["stages"])
    return Pipeline(
        id=row["id"],
        name=row["name"],
        stages=tuple(each for each in every if not each.removed),
        removed=tuple(each for each in every if each.removed),
        checklist=tuple(row["checklist"]),
        active=row["active"],
        is_default=row["is_default"],
        skipping_allowed=row["skipping_allowed"],
        override_allowed=row["override_allowed"],
        win_gates=_read(GATES, row["win_gates"]),
        lose_gates=_read(GATES, row["lose_gates"]),
        version=row["version"],
        field_versions=row["field_versions"],
    )


def pipeline_row(each: Pipeline) -> dict[str, Any]:
    """A pipeline as the values of its row, without its id."""
    return {
        "name": each.name,
        "checklist": list(each.checklist),
        "active": each.active,
        "is_default": each.is_default,
        "skipping_allowed": each.skipping_allowed,
        "override_allowed": each.override_allowed,
        "win_gates": written_gates(each.win_gates),
        "lose_gates": written_gates(each.lose_gates),
        "version": each.version,
        "field_versions": dict(each.field_versions),
    }


def stage_row(each: Stage, pipeline_id: UUID) -> dict[str, Any]:
    """A stage as a row of its table."""
    return {
        **{name: getattr(each, name) for name in (*_ALL, "probability")},
        "pipeline_id": pipeline_id,
        "entry_gates": written_gates(each.entry_gates),
        "exit_gates": written_gates(each.exit_gates),
        "checklist": _TASKS.dump_python(each.checklist, mode="json"),
        "actions": _TASKS.dump_python(each.actions, mode="json"),
    }
