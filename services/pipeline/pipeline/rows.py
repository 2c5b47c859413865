"""Pipelines and stages as rows, alone and as parts of the reads of deals."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, RowMapping, Text, cast, func, literal_column, select
from sqlalchemy.sql.selectable import ScalarSelect

from services.pipeline.pipeline.domain import Pipeline, Stage
from services.pipeline.pipeline.tables import pipeline, stage

_P, _S = pipeline.c, stage.c
_KEY = {
    name: literal_column(f"'{name}'", Text)
    for name in ("id", "name", "position", "target_days", "supervisor_id", "probability", "category")
}
STAGES: FromClause = stage
"""For joins: id, pipeline_id, position, name, probability, forecast_category, target_days."""
PIPELINES: FromClause = pipeline
"""For joins: id, name, active."""


def stages_of(pipeline_id: ColumnElement[UUID]) -> ScalarSelect[Any]:
    """The stages of a pipeline as one JSON value, for `read_stages`. Probabilities are texts, not floats."""
    built = func.jsonb_build_object(
        *(_KEY["id"], _S.id, _KEY["name"], _S.name, _KEY["position"], _S.position),
        *(_KEY["target_days"], _S.target_days, _KEY["supervisor_id"], _S.supervisor_id),
        *(_KEY["probability"], cast(_S.probability, Text), _KEY["category"], _S.forecast_category),
    )
    return (
        select(func.jsonb_agg(built).label("stages"))
        .where(_S.pipeline_id == pipeline_id)
        .correlate_except(stage)
        .scalar_subquery()
    )


def read_stages(value: Sequence[Mapping[str, Any]]) -> tuple[Stage, ...]:
    """What `stages_of` selected, in order."""
    read = [
        Stage(
            id=UUID(each["id"]),
            name=each["name"],
            position=each["position"],
            probability=None if each["probability"] is None else Decimal(each["probability"]),
            forecast_category=each["category"],
            target_days=each["target_days"],
            supervisor_id=each["supervisor_id"] and UUID(each["supervisor_id"]),
        )
        for each in value
    ]
    return tuple(sorted(read, key=lambda each: each.position))


COLUMNS = (*pipeline.columns, stages_of(_P.id).label("stages"))


def as_pipeline(row: RowMapping) -> Pipeline:
    """A row of COLUMNS as a pipeline."""
    return Pipeline(
        id=row["id"],
        name=row["name"],
        stages=read_stages(row["stages"]),
        checklist=tuple(row["checklist"]),
        active=row["active"],
        is_default=row["is_default"],
        version=row["version"],
        field_versions=row["field_versions"],
    )
