"""Findings as they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import RowMapping

from services.pipeline.leak.domain.comparison import MINIMUM_SAMPLE, Comparison, Finding
from services.pipeline.leak.domain.counts import ALL, Count, Cut, Line, Measure
from services.pipeline.leak.domain.words import said
from services.pipeline.leak.queries import Limits
from services.pipeline.leak.schemas import (
    ExplainedOut,
    FindingOut,
    IntervalOut,
    LevelOut,
    MeasureOut,
    StageOut,
)
from services.pipeline.leak.use_cases.find_leaks import Leaks
from shared.reporting.figures import money, ratio

PATH = "/v1/analytics/leaks/deals"


@dataclass(frozen=True, slots=True)
class Context:
    """What findings are shown with. `question`: the parameters that select the same deals again."""

    stages: Mapping[UUID, RowMapping]
    labels: Mapping[Cut, str]
    limits: Limits
    issues: Mapping[tuple[UUID, Cut], UUID]
    currency: str
    question: Mapping[str, Any]


def finding_out(finding: Finding, context: Context) -> FindingOut:
    """One finding, with those it explains."""
    found = finding.comparison
    shown = _comparison(found, context)
    worth = (
        "" if found.excess_value <= 0 else f", worth about {shown['excess_value'].amount} {context.currency}"
    )
    where = {"in_stage": found.stage_id, "measure": found.measure, "by": found.cut.by}
    value = {} if found.cut.value is None else {"value": found.cut.value}
    return FindingOut(
        **shown,
        words=said(
            finding,
            stage=shown["stage"],
            label=shown["label"] or found.cut.value,
            limit_days=shown["limit_days"],
            worth=worth,
        ),
        since=_month(finding),
        also_against=finding.also and finding.also.against,
        explains=[
            ExplainedOut(**_comparison(each.comparison, context), since=_month(each))
            for each in finding.explains
        ],
        deals=f"{PATH}?{urlencode({**where, **value, **context.question})}",
        issue_id=context.issues.get((found.stage_id, found.cut)),
    )


def stages_out(leaks: Leaks, context: Context) -> list[StageOut]:
    """Every stage, also where nothing was found."""
    return [
        StageOut(
            stage_id=stage_id,
            stage=row["name"],
            pipeline_id=row["pipeline_id"],
            pipeline=row["pipeline"],
            lost=_measure(leaks, stage_id, "lost", limit=None),
            stuck=_measure(leaks, stage_id, "stuck", limit=context.limits.get(stage_id)),
        )
        for stage_id, row in context.stages.items()
    ]


def _measure(leaks: Leaks, stage_id: UUID, measure: Measure, *, limit: timedelta | None) -> MeasureOut:
    levels = leaks.run.levels.get((stage_id, measure))
    line = Line() if levels is None else levels.lines[ALL]
    enough = min(line.now.of, line.earlier.of) >= MINIMUM_SAMPLE
    return MeasureOut(
        state="ok" if enough else "insufficient_history",
        now=level_out(line.now),
        earlier=level_out(line.earlier),
        limit_days=_days(limit),
    )


def level_out(count: Count) -> LevelOut:
    """The bad ones of so many."""
    return LevelOut(deals=count.bad, of=count.of, share=ratio(count.bad, count.of))


def _comparison(found: Comparison, context: Context) -> dict[str, Any]:
    stage = context.stages[found.stage_id]
    low, high = found.interval
    return {
        "stage_id": found.stage_id,
        "stage": stage["name"],
        "pipeline_id": stage["pipeline_id"],
        "pipeline": stage["pipeline"],
        "measure": found.measure,
        "by": found.cut.by,
        "value": found.cut.value,
        "label": context.labels.get(found.cut),
        "against": found.against,
        "now": level_out(found.now),
        "reference": level_out(found.reference),
        "difference": round(found.difference, 4),
        "interval": IntervalOut(low=round(low, 4), high=round(high, 4)),
        "p_value": float(f"{found.p_value:.3g}"),
        "q_value": float(f"{found.q_value:.3g}"),
        "excess_deals": round(found.excess, 1),
        "bad_value": money(found.now.value, context.currency),
        "excess_value": money(found.excess_value, context.currency),
        "deals_without_amount": found.now.unvalued,
        "limit_days": _days(context.limits.get(found.stage_id)) if found.measure == "stuck" else None,
    }


def _days(limit: timedelta | None) -> float | None:
    return None if limit is None else round(limit.total_seconds() / 86400, 1)


def _month(finding: Finding) -> str | None:
    return None if finding.since is None else f"{finding.since:%Y-%m}"
