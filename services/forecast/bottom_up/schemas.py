"""What `GET /v1/forecast/bottom-up` answers."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.forecast.market_growth.schemas import MarketGrowthOut
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class FactorsOut(BaseModel):
    """The four factors and their product. Null with insufficient history."""

    state: Literal["ok", "insufficient_history"]
    individuals: int
    average_pipeline: Money | None
    win_rate: Ratio | None
    expected: Money | None
    decided_deals: int
    won_deals: int
    spans: int


class TeamOut(FactorsOut):
    """By its own past, with its own members of then; null: members of no team."""

    team_id: UUID | None
    name: str | None


class IndividualOut(FactorsOut):
    """One salesperson, by the own past."""

    owner_id: UUID


class TrialOut(BaseModel):
    """An earlier period: expected when it began, without growth, and what was won."""

    period: PeriodOut
    expected: Money
    actual: Money


class AccuracyOut(BaseModel):
    """How this way of reckoning would have done; null where nothing was won."""

    spans: int
    wape: Ratio | None
    bias: Ratio | None
    trials: list[TrialOut]


class ProposedBasis(BaseModel):
    """What the target would rest on."""

    method: Literal["bottom_up"] = "bottom_up"


class ProposedTarget(BaseModel):
    """The body for `PUT /v1/targets`: change what is to be changed and send it."""

    period: str
    amount: Money
    team_id: UUID | None
    owner_id: UUID | None
    basis: ProposedBasis = ProposedBasis()


class TargetLink(BaseModel):
    """How to make a target of it."""

    method: Literal["PUT"] = "PUT"
    href: str = "/v1/targets"
    body: ProposedTarget


class BottomUpOut(FactorsOut):
    """`growth_factor` is 1 where nothing is said of the market. Teams and individuals by their own past."""

    period: PeriodOut
    as_of: datetime
    currency: str
    growth_factor: Ratio
    market_growth: MarketGrowthOut | None
    reckoned_from: date
    reckoned_to: date
    teams: list[TeamOut]
    individuals_by_owner: list[IndividualOut]
    parts_left_out: int
    accuracy: AccuracyOut
    set_as_target: TargetLink | None
    last_event_at: datetime | None
    definitions: dict[str, DefinitionOut]
