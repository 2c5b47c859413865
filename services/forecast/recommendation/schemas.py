"""What `GET /v1/recommendations` answers."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.forecast.recommendation.domain import Rule
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, Ratio

State = Literal["ok", "insufficient_history"]


class WinChanceOut(BaseModel):
    """`sample_size`: closings it was learned from; null for the probability of a stage."""

    probability: Ratio
    method: Literal["prediction", "stage_probability"]
    sample_size: int | None
    as_of: datetime


class EvidenceOut(BaseModel):
    """Deals that are over: with what the action brings, and without it."""

    state: State
    lift: Ratio | None
    deals_with: int
    won_with: int
    deals_without: int
    won_without: int


class ActionOut(BaseModel):
    """What to do and why; `evidence` is null where a plain fact is enough."""

    rule: Rule
    action: str
    explanation: str
    evidence: EvidenceOut | None


class AdviceOut(BaseModel):
    """One open deal; the first of `actions` is the next best one."""

    deal_id: UUID
    name: str
    owner_id: UUID | None
    stage: str
    value: Money | None
    expected_close: date | None
    last_activity_at: datetime | None
    win_chance: WinChanceOut | None
    actions: list[ActionOut]


class BestTimeOut(BaseModel):
    """ISO weekday, hours of the organisation's clock: from included, to not."""

    weekday: int
    from_hour: int
    to_hour: int
    answer_rate: Ratio
    tries: int
    answered: int


class ContactTimesOut(BaseModel):
    """When tries were answered; no best one with insufficient history."""

    state: State
    time_zone: str
    tries: int
    answered: int
    best: list[BestTimeOut]


class RecommendationsOut(BaseModel):
    """The deals with the largest value first."""

    as_of: datetime
    deals: list[AdviceOut]
    best_time_to_contact: ContactTimesOut
    definitions: dict[str, DefinitionOut]
