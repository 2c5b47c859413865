"""Answers about objections."""

from uuid import UUID

from pydantic import BaseModel

from services.pipeline.deal_report.schemas import GroupBy
from services.pipeline.objection.domain import ObjectionKind
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class ObjectionFigures(BaseModel):
    """`share`: of all objections counted beside it. Ratios and the median are null without cases."""

    raised: int
    resolved: int
    open: int
    resolution_rate: Ratio | None
    median_days_to_resolve: Ratio | None
    share: Ratio | None


class ObjectionsOfKind(ObjectionFigures):
    """One kind of objection."""

    kind: ObjectionKind


class ObjectionsOfStage(ObjectionFigures):
    """The stage the deal was in when they were raised; null when the deal came to be known later."""

    pipeline_id: UUID | None
    pipeline: str | None
    stage_id: UUID | None
    stage: str | None


class ObjectionsOfGroup(ObjectionFigures):
    """One part of the split; `key` null: the deals that have none."""

    key: str | None
    kinds: list[ObjectionsOfKind]


class ObjectionsReport(ObjectionFigures):
    """What customers object to, the most frequent first; each list adds up to the whole."""

    period: PeriodOut
    kinds: list[ObjectionsOfKind]
    stages: list[ObjectionsOfStage]
    group_by: GroupBy | None
    groups: list[ObjectionsOfGroup]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]
