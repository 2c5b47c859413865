"""What `GET /v1/forecast/accuracy` answers."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.forecast.accuracy.domain import GroupBy, Horizon, Kind, Method, State
from services.forecast.accuracy.spans import SpanMethod
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class ActualOut(BaseModel):
    """What a finished period brought."""

    period: PeriodOut
    actual: Money


class PointOut(BaseModel):
    """One forecast. `error` and `accuracy` are null when nothing came."""

    period: str
    made_at: datetime
    then: bool
    forecast: Money
    actual: Money
    error: Ratio | None
    accuracy: Ratio | None


class ScoreOut(BaseModel):
    """A method at a horizon: `start` of the period, or so many days before its end. Below three periods
    `state` is `insufficient_history` and the figures are null."""

    method: Method
    horizon: Horizon
    state: State
    periods: int
    wape: Ratio | None
    bias: Ratio | None
    accuracy: Ratio | None


class MethodOut(ScoreOut):
    """With every forecast it is made of."""

    points: list[PointOut]


class GroupOut(BaseModel):
    """Only the one grouped by is set; null in it: nobody, no team, no product."""

    owner_id: UUID | None = None
    team_id: UUID | None = None
    product_id: UUID | None = None
    name: str | None = None
    actual: Money
    methods: list[ScoreOut]


class BinOut(BaseModel):
    """Deals whose probability lay from `low` to `high`: said `probability` on average, `share_won` came."""

    low: Ratio
    high: Ratio
    deals: int
    probability: Ratio
    share_won: Ratio


class ProbabilitiesOut(BaseModel):
    """How probabilities turned out; below 30 decided deals `insufficient_history`."""

    state: State
    deals: int
    undecided: int
    brier: Ratio | None
    brier_of_share: Ratio | None
    reliability: list[BinOut]


class SpanScoreOut(BaseModel):
    """A method over the spans of which it says something. Below three `state` is `insufficient_history` and
    the figures are null. `coverage`: of the prediction only."""

    method: SpanMethod
    state: State
    spans: int
    wape: Ratio | None
    bias: Ratio | None
    accuracy: Ratio | None
    coverage: Ratio | None


class HeldOut(BaseModel):
    """The ranges of all teams, products or members together."""

    group_by: GroupBy
    ranges: int
    coverage: Ratio | None


class SpansOut(BaseModel):
    """Spans of so many whole months, foretold at their beginning."""

    months: int
    methods: list[SpanScoreOut]
    parts: list[HeldOut]
    chances: ProbabilitiesOut


class GroupSpanScoreOut(SpanScoreOut):
    """Of one group."""

    months: int


class GroupSpansOut(BaseModel):
    """Only the one grouped by is set; null in it: nobody, no team, no product. Teams without those below."""

    owner_id: UUID | None = None
    team_id: UUID | None = None
    product_id: UUID | None = None
    name: str | None = None
    spans: list[GroupSpanScoreOut]


class PredictionsOut(BaseModel):
    """How right the prediction was beside simple methods over the same spans."""

    spans: list[SpansOut]
    groups: list[GroupSpansOut]
    groups_left_out: int


class AccuracyOut(BaseModel):
    """`actual` earliest first. `methods` say in `definitions` what they are. `predictions` is null when not
    everything was asked for, or the caller does not see all."""

    kind: Kind
    group_by: GroupBy | None
    as_of: datetime
    currency: str
    actual: list[ActualOut]
    methods: list[MethodOut]
    groups: list[GroupOut]
    groups_left_out: int
    probabilities: ProbabilitiesOut
    predictions: PredictionsOut | None
    definitions: dict[str, DefinitionOut]
