"""Bodies and answers about issues."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.pipeline.body import Name, Price, Strict, Text200, Text2000
from services.pipeline.issue.domain import Issue, Level
from services.pipeline.leak.domain.comparison import Against
from services.pipeline.leak.domain.counts import By, Measure
from shared.contracts.events.forecast_alert import AlertStatus
from shared.contracts.events.pipeline_issue import IssueStatus, KnownLeak, Verdict
from shared.contracts.money import Money
from shared.reporting.figures import ratio
from shared.reporting.schemas import Ratio
from shared.web.concurrency import MergePatch, absent


class TriedBody(Strict):
    """Something that was done about it, on which day, and what came of it."""

    on: date
    what: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    result: Text2000 = None


_TriedList = Annotated[tuple[TriedBody, ...], Field(max_length=50)]


class IssueCreate(Strict):
    """What leaks, as a finding of `GET /v1/analytics/leaks` names it (`stage_id`, `measure`, `by`, `value`,
    `against` and the period), or anything else that holds sales up: then with a `title`."""

    title: Name | None = None
    stage_id: UUID | None = None
    measure: Measure = "lost"
    by: By = "all"
    value: Text200 = None
    against: Against = "earlier"
    first: Annotated[date | None, Field(alias="from")] = None
    last: Annotated[date | None, Field(alias="to")] = None
    earlier_months: Annotated[int, Field(ge=1, le=36)] = 12
    owner_id: UUID | None = None
    fix: Text2000 = None
    tried: _TriedList = ()
    recheck_on: date | None = None
    value_at_stake: Annotated[
        Price | None, Field(description="In base currency; by default what the excess deals are worth.")
    ] = None


class IssuePatch(MergePatch):
    """A merge patch: what is named changes, null empties."""

    title: Name = absent()
    status: IssueStatus = absent()
    owner_id: UUID | None = absent()
    fix: Text2000 = absent()
    tried: _TriedList = absent()
    recheck_on: date | None = absent()
    value_at_stake: Price | None = absent()


class LevelOut(BaseModel):
    """Bad deals of so many, and their share; null of none."""

    deals: int
    of: int
    share: Ratio | None


class TriedOut(BaseModel):
    """Something that was done about it."""

    on: date
    what: str
    result: str | None


class EvidenceOut(BaseModel):
    """What the figures said when it was opened: the period against earlier times or the rest.

    `limit_days`: what counted as too long, in calendar days, where deals are stuck.
    """

    against: Against
    earlier_begins: date
    begins: date
    ends: date
    now: LevelOut
    reference: LevelOut
    p_value: float
    since: date | None
    limit_days: float | None


class RecheckOut(BaseModel):
    """The figures since a fix was in place. `better`, `still_worse`: how likely by chance alone (Fisher)."""

    on: date
    begins: date
    now: LevelOut
    reference: LevelOut
    better: float
    still_worse: float
    verdict: Verdict


class IssueOut(BaseModel):
    """A bottleneck somebody mends. `age_days`: from its opening to its end, or to now.

    `watched_since`: the day from which a fix is in place. `verdict`: of the last recheck. `alert_id`: the
    alert it was opened for, by the service itself, `team_id` that alert's team, and `leak`, the leak as it
    was then.
    """

    id: UUID
    title: str
    status: IssueStatus
    stage_id: UUID | None
    stage: str | None
    pipeline_id: UUID | None
    measure: Measure | None
    by: By
    value: str | None
    owner_id: UUID | None
    opened_by: str
    fix: str | None
    tried: list[TriedOut]
    recheck_on: date | None
    watched_since: date | None
    evidence: EvidenceOut | None
    rechecks: list[RecheckOut]
    verdict: Verdict | None
    value_at_stake: Money | None
    alert_id: UUID | None
    alert_status: AlertStatus | None
    team_id: UUID | None
    leak: KnownLeak | None
    age_days: int
    created_at: datetime
    updated_at: datetime
    ended_at: datetime | None
    version: int


_PLAIN = tuple(
    name
    for name in IssueOut.model_fields
    if name not in ("stage", "pipeline_id", "tried", "evidence", "rechecks", "leak", "age_days")
)
StageOf = Mapping[str, Any]
"""`stage` and `pipeline_id`."""


def issue_out(found: Issue, stage: StageOf, now: datetime) -> dict[str, Any]:
    """For `json_body.dumps`: the fields of IssueOut."""
    return {
        **{name: getattr(found, name) for name in _PLAIN},
        **stage,
        "tried": [_shown(each, TriedOut) for each in found.tried],
        "evidence": None if found.evidence is None else _shown(found.evidence, EvidenceOut),
        "leak": found.leak and found.leak.model_dump(mode="json"),
        "rechecks": [_shown(each, RecheckOut) for each in found.rechecks],
        "age_days": ((found.ended_at or now) - found.created_at).days,
    }


def _shown(kept: object, out: type[BaseModel]) -> dict[str, Any]:
    values = {name: getattr(kept, name) for name in out.model_fields}
    return {name: _level(value) if isinstance(value, Level) else value for name, value in values.items()}


def _level(each: Level) -> dict[str, Any]:
    share = ratio(each.deals, each.of)
    return {"deals": each.deals, "of": each.of, "share": None if share is None else float(share)}
