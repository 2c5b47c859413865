"""Rules as they come and go."""

from datetime import datetime, time
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.forecast.node.domain import PeopleKind
from services.forecast.submission_rule.domain import PeriodKind, Rule, Rules
from shared.reporting.schemas import Ratio


class RuleIn(BaseModel):
    """For every period of the kind: a deadline each week on `weekday` (1 is Monday), or one on `working_day`
    (1 is the first of the period, -1 the last before it), `at` a time of the organisation's clock."""

    model_config = ConfigDict(extra="forbid")

    kind: PeriodKind
    weekday: int | None = Field(default=None, ge=1, le=7)
    working_day: int | None = Field(default=None, ge=-60, le=60)
    at: time = Field(default=time(17), examples=["17:00"])
    reminder_hours: int = Field(default=24, ge=0, le=144, description="Before the deadline.")
    grace_hours: int = Field(default=24, ge=0, le=144, description="From the deadline to the lock.")
    asked: tuple[PeopleKind, ...] = Field(
        default=("member", "team"),
        description="Who is to hand in: active reps, active teams, the organisation.",
    )


class RulesIn(BaseModel):
    """All rules at once, at most one for each kind of period."""

    model_config = ConfigDict(extra="forbid")

    rules: tuple[RuleIn, ...] = Field(max_length=4)
    stale_beyond: Decimal = Field(default=Decimal("0.05"), ge=0, le=1, decimal_places=4)


class RuleOut(RuleIn):
    """`next_due_at`: the next deadline."""

    next_due_at: datetime


class RulesOut(BaseModel):
    """`stale_beyond`: a submission is stale when a figure beneath has moved by more than this share of it.
    Version 0 is that nobody has set any."""

    rules: list[RuleOut]
    stale_beyond: Ratio
    version: int
    updated_at: datetime | None
    author_id: UUID | None


def rules_of(body: RulesIn) -> Rules:
    """The body as rules."""
    return Rules(
        tuple(Rule(**{name: getattr(each, name) for name in RuleIn.model_fields}) for each in body.rules),
        body.stale_beyond,
    )
