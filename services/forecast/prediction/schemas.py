"""What predictions answer. Amounts in base currency; null where `state` is insufficient_history."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.forecast.prediction.domain.chosen import GroupBy
from services.forecast.prediction.domain.outcome import Outcome
from services.forecast.prediction.domain.run import State
from shared.contracts.money import Money
from shared.reporting.figures import money
from shared.reporting.schemas import DefinitionOut, PeriodOut


class MissingOut(BaseModel):
    """What there is too little of: `wins`, `closings` or `months_with_closings` of the last year, `run` (none
    was made by then), `next_run` (the deal is newer than the last), or `days_ahead` (the period ends too
    late). Of the wins those count whose amount is known in the organisation's currency."""

    what: str
    needed: int
    present: int


class OutcomeOut(BaseModel):
    """What the period brings. The parts of `mean` add up over groups; ranges do not: each is of its own.

    `closed`: won in it so far, as in `GET /v1/forecast`.
    """

    closed: Money
    open_deals: Money | None = None
    new_business: Money | None = None
    mean: Money | None = None
    p10: Money | None = None
    p50: Money | None = None
    p90: Money | None = None
    expected_wins: float | None = None
    deals: int | None = Field(default=None, description="Open deals reckoned with.")


class PredictedGroupOut(OutcomeOut):
    """Of the first three only the one grouped by is there; null in it: nobody, no team, no product."""

    owner_id: UUID | None = None
    team_id: UUID | None = None
    product_id: UUID | None = None
    name: str | None = Field(default=None, description="Of a team or product, where known.")


class BlendOut(BaseModel):
    """What the model says of the rest of the period for the whole organisation, beside simple methods
    (`foretold`, null for who does not see all deals).

    `errors`: each method's root mean square error in the past, as a logarithm of foretold over true, over so
    many `trials`; `spread`: the share by which the whole may be off beyond the chances of its deals, and
    `spread_of_parts` one team, product or member.
    """

    weights: dict[str, float]
    foretold: dict[str, Money] | None
    scale: float
    errors: dict[str, float]
    trials: dict[str, int]
    spread: float
    spread_of_parts: dict[str, float]


class PredictionOut(OutcomeOut):
    """`rest`: the days still to come of the period, null once it is over. `reckoned_at`: when the run was."""

    period: PeriodOut
    as_of: datetime
    known_at: datetime | None
    currency: str
    state: State
    missing: list[MissingOut]
    run_id: UUID | None
    reckoned_at: datetime | None
    rest: PeriodOut | None
    blend: BlendOut | None
    group_by: GroupBy | None
    groups: list[PredictedGroupOut]
    groups_left_out: int
    last_event_at: datetime | None
    definitions: dict[str, DefinitionOut]


class RequestIn(BaseModel):
    """`as_of`: how things stood at an instant of the past; as they stand when nothing is given."""

    model_config = {"extra": "forbid"}

    as_of: Annotated[AwareDatetime, Field(ge=datetime(1900, 1, 1, tzinfo=UTC))] | None = None


class RunOut(BaseModel):
    """One run. `seconds` without the walk through the past, which is made once (`walk_seconds`)."""

    id: UUID
    status: str
    state: State | None
    as_of: datetime | None
    of_past: bool
    requested_at: datetime
    requested_by: str | None
    finished_at: datetime | None
    has_rows: bool
    deals_learned_from: int | None
    closings: int | None
    open_deals: int | None
    seconds: float | None
    walk_seconds: float | None


class TrialOut(BaseModel):
    """What each method would have foretold on the day before `from` for the span, and what came."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    true: float
    foretold: dict[str, float]
    reckoned_at: datetime

    model_config = {"populate_by_name": True}


class BinOut(BaseModel):
    """Of the deals whose chance lay between `low` and `high`: the mean chance, and the share that was won."""

    low: float
    high: float
    deals: int
    foretold: float | None
    won: float | None


class OneRunOut(RunOut):
    """With what the run knew of itself. Amounts of `trials` in `currency`, as numbers; who does not see all
    deals is not told them.

    `brier`: the mean squared difference of chance and outcome (0 is perfect), and `reliability`: of the
    chances to be won within three months, over the trials of the past.
    """

    missing: list[MissingOut]
    currency: str | None
    grid: list[date] | None
    weights: dict[str, float] | None
    errors: dict[str, float] | None
    trial_counts: dict[str, int] | None
    spread: float | None
    spread_of_parts: dict[str, float] | None
    trials: list[TrialOut]
    brier: float | None
    reliability: list[BinOut]


class ChanceByOut(BaseModel):
    """The chance to be won by the end of the day."""

    date: date
    probability: float


class ReasonOut(BaseModel):
    """`effect` multiplies the chance. `closings`: how many it was learned from, recent ones counting more.

    The factor `calibration` is what became of chances foretold in the past, over so many trials as its level
    says.
    """

    factor: str = Field(examples=["stage"])
    level: str = Field(examples=["Proposal"])
    effect: float = Field(examples=[1.6])
    closings: int
    text: str = Field(examples=["stage Proposal: x1.60, from 430 closings"])


class WinProbabilityOut(BaseModel):
    """`probability`: to be won within 13 months, `in_quarter`: until the present fiscal quarter ends.

    `usual_probability`: of all open deals on average; times the effects of all factors it is `probability`;
    `reasons` are the five that weigh most and, last, `calibration`. `predicted_close`: the day by which half
    of the chance has passed.
    """

    deal_id: UUID
    status: str
    as_of: datetime
    state: State
    missing: list[MissingOut]
    run_id: UUID | None
    reckoned_at: datetime | None
    probability: float | None
    in_quarter: float | None
    by_date: list[ChanceByOut]
    usual_probability: float | None
    reasons: list[ReasonOut]
    sample_size: int | None = Field(description="Closings learned from.")
    value_of_a_win: Money | None
    expected_value: Money | None
    predicted_close: date | None
    definitions: dict[str, DefinitionOut]


class DealChanceOut(BaseModel):
    """An open deal as the last run saw it. `probability`: to be won within 13 months; `in_quarter`: until the
    present fiscal quarter ends. `expected_close` is what was entered, `predicted_close` the day by which half
    of its chance has passed. `expected_value` = `probability` x `value_of_a_win`; both are filtered and
    sorted by their amount."""

    deal_id: UUID
    name: str
    owner_id: UUID | None
    account_id: UUID | None
    product_id: UUID | None
    pipeline_id: UUID
    stage: str
    forecast_category: str
    expected_close: date | None
    predicted_close: date | None
    probability: float
    in_quarter: float
    value_of_a_win: Money
    expected_value: Money


def range_shown(expected: Outcome | None, currency: str) -> dict[str, Money | None]:
    """P10, P50 and P90, as they stand in other reports; null where nothing is foretold."""
    bounds = ("p10", "p50", "p90")
    if expected is None:
        return dict.fromkeys(bounds)
    return {name: money(Decimal(f"{getattr(expected, name):.6f}"), currency) for name in bounds}
