"""Bodies and answers of deals."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    BaseModel,
    Field,
    StringConstraints,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)

from services.pipeline.body import (
    Name,
    Origin,
    Price,
    Probability,
    Reason,
    Strict,
    Text80,
    Text200,
    Text500,
    Text2000,
    Text5000,
)
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.domain.passage import History
from services.pipeline.deal.domain.stay import Lasted, StageKey, Stay, together
from services.pipeline.deal.domain.worth import arr, mrr, tcv
from services.pipeline.deal.tags import Tags
from services.pipeline.pipeline.domain import OpenCategory
from shared.contracts.events.pipeline_deal import (
    DealStatus,
    ForecastCategory,
    Priority,
    RecurringPeriod,
    SaleApproach,
    SaleChannel,
)
from shared.contracts.instants import Instant
from shared.contracts.money import Money
from shared.web.batch import MOST_ITEMS, BatchItems
from shared.web.concurrency import MergePatch, absent
from shared.working_time.domain import WorkingTime

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_LIFE = ("pipeline_id", "stage", "created_at", "closed_at", "outcome", "stage_history")
Term = Annotated[
    int, Field(ge=1, le=600, strict=True, description="Months the recurring amount is agreed for.")
]
Custom = Annotated[
    dict[str, Any],
    Field(max_length=200, description="The organisation's own fields by key: /v1/deal-fields."),
]
StageRef = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


def _instant_or_day(value: Any, instant: Callable[[Any], datetime]) -> date:
    read = date.fromisoformat(value) if isinstance(value, str) and _DAY.match(value) else instant(value)
    if not 1900 <= read.year <= 2199:
        raise ValueError("a time between the years 1900 and 2199")
    return read


When = Annotated[
    Instant,
    WrapValidator(_instant_or_day),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}],
            "description": "An instant, or a day: then its start in the organisation's time zone.",
        }
    ),
]


class StageEntry(Strict):
    """A stage the deal entered, by the stage's name or id."""

    stage: StageRef
    entered_at: When


class DealCreate(Origin):
    """A deal. `stage` is a name or id in the pipeline, by default its first stage.

    An importer may say when it was created and closed, its `outcome`, and the stages it went through.
    """

    name: Name
    amount: Price | None = None
    pipeline_id: UUID | None = None
    stage: StageRef | None = None
    expected_close: date | None = None
    owner_id: UUID | None = None
    account_id: UUID | None = None
    contact_id: UUID | None = None
    product_id: UUID | None = None
    source: Text80 = None
    probability: Probability | None = None
    forecast_category: OpenCategory | None = None
    competitor: Text200 = None
    sale_approach: SaleApproach | None = None
    sale_channel: SaleChannel | None = None
    tags: Tags = ()
    next_step: Text500 = None
    next_step_at: Instant | None = None
    description: Text5000 = None
    recurring_amount: Price | None = None
    recurring_period: RecurringPeriod | None = None
    term_months: Term | None = None
    custom: Custom = {}
    loss_reason: Reason | None = None
    loss_note: Text2000 = None
    win_reason: Reason | None = None
    created_at: When | None = None
    closed_at: When | None = None
    outcome: DealStatus | None = None
    stage_history: Annotated[tuple[StageEntry, ...], Field(max_length=200)] | None = None

    @model_validator(mode="after")
    def _reason_of_a_loss(self) -> "DealCreate":
        if self.loss_reason is not None and self.outcome != "lost":
            raise ValueError("loss_reason goes with the outcome lost")
        if self.loss_note is not None and self.outcome != "lost":
            raise ValueError("loss_note goes with the outcome lost")
        if self.win_reason is not None and self.outcome != "won":
            raise ValueError("win_reason goes with the outcome won")
        return self

    def details(self) -> dict[str, Any]:
        """The plain fields the caller named."""
        return {name: value for name, value in self.given().items() if name not in _LIFE}


class DealPatch(MergePatch):
    """A merge patch: what is named changes, null empties. A null probability is the stage's again."""

    name: Name = absent()
    amount: Price | None = absent()
    expected_close: date | None = absent()
    owner_id: UUID | None = absent()
    account_id: UUID | None = absent()
    contact_id: UUID | None = absent()
    product_id: UUID | None = absent()
    source: Text80 = absent()
    probability: Probability | None = absent()
    forecast_category: OpenCategory | None = absent()
    competitor: Text200 = absent()
    sale_approach: SaleApproach | None = absent()
    sale_channel: SaleChannel | None = absent()
    tags: Tags = absent()
    next_step: Text500 = absent()
    next_step_at: Instant | None = absent()
    description: Text5000 = absent()
    recurring_amount: Price | None = absent()
    recurring_period: RecurringPeriod | None = absent()
    term_months: Term | None = absent()
    custom: Custom = absent()


class DealBatch(BatchItems):
    """Up to 1,000 deals; each is judged by itself."""

    items: Annotated[
        list[Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/DealCreate"})]],
        Field(min_length=1, max_length=MOST_ITEMS),
    ]


class TouchOut(BaseModel):
    """What was last done about it: `kind` is an event of the deal or `activity`, `id` which one."""

    kind: str
    id: UUID | None
    by: UUID | None


class DealOut(BaseModel):
    """A deal. `base_amount` is the amount in the organisation's currency; `*_manual`: a person has set it.

    `pipeline_version`: the version of the pipeline under which it entered its stage. `sale_approach`: whether
    we looked for the customer or the customer came; `sale_channel`: whether we sell or a partner does.
    `team_ids`: the members who see it beside its owner. `least_amount`,
    `most_amount`: what it may be sold for, as a manager has said.
    """

    id: UUID
    name: str
    status: DealStatus
    pipeline_id: UUID
    stage_id: UUID
    stage: str
    stage_entered_at: datetime
    pipeline_version: int
    probability: Probability | None
    probability_manual: bool
    forecast_category: ForecastCategory
    forecast_category_manual: bool
    amount: Money | None
    base_amount: Money | None
    expected_close: date | None
    closed_at: datetime | None
    owner_id: UUID | None
    account_id: UUID | None
    contact_id: UUID | None
    lead_id: UUID | None
    product_id: UUID | None
    source: str | None
    loss_reason: str | None
    competitor: str | None
    sale_approach: SaleApproach | None
    sale_channel: SaleChannel | None
    source_system: str | None
    external_id: str | None
    tags: list[str]
    next_step: str | None
    next_step_at: datetime | None
    description: str | None
    recurring_amount: Money | None
    recurring_period: RecurringPeriod | None
    term_months: int | None
    mrr: Annotated[
        Money | None, Field(description="Monthly recurring revenue: recurring_amount / months of its period.")
    ]
    arr: Annotated[Money | None, Field(description="Annual recurring revenue: 12 x MRR, not rounded before.")]
    tcv: Annotated[
        Money | None,
        Field(
            description="Total contract value: amount (one-off) + MRR x term_months, not rounded before; "
            "null while something recurs without a term."
        ),
    ]
    custom: Annotated[dict[str, Any], Field(description="The organisation's own fields by key.")]
    loss_reason_id: UUID | None
    loss_note: str | None
    lost_in_stage_id: UUID | None
    win_reason: str | None
    win_reason_id: UUID | None
    team_ids: list[UUID]
    priority: Priority
    least_amount: Money | None
    most_amount: Money | None
    due_at: Annotated[datetime | None, Field(description="When its stage should be done, in working days.")]
    stage_overdue: bool
    touched_at: datetime | None
    last_touch: TouchOut | None
    snoozed_until: Annotated[
        datetime | None, Field(description="The last thing planned; it does not rot before.")
    ]
    rots_at: Annotated[datetime | None, Field(description="When it goes stale, unless it is touched.")]
    rotten_at: Annotated[datetime | None, Field(description="When it went stale.")]
    overdue: Annotated[bool, Field(description="Its close date is over.")]
    first_expected_close: date | None
    close_pushes: Annotated[int, Field(description="How often the close date was put off.")]
    close_days_pushed: int
    created_at: datetime
    updated_at: datetime
    version: int


_TIMES = ("due_at", "stage_overdue", "touched_at", "last_touch", "snoozed_until", "rots_at", "rotten_at")
_MADE = ("stage", "stage_id", "probability", "mrr", "arr", "tcv", "overdue", *_TIMES)
_PLAIN = tuple(name for name in DealOut.model_fields if name not in _MADE)


def deal_out(deal: Deal) -> dict[str, Any]:
    """The answer for one deal, for `json_body.dumps`: the fields of DealOut."""
    shown: dict[str, Any] = {name: getattr(deal, name) for name in _PLAIN}
    shown["stage_id"], shown["stage"] = deal.stage.id, deal.stage.name
    shown["probability"] = None if deal.probability is None else float(deal.probability)
    recurring = deal.recurring_amount, deal.recurring_period
    shown["mrr"], shown["arr"] = mrr(*recurring), arr(*recurring)
    shown["tcv"] = tcv(deal.amount, *recurring, deal.term_months)
    return {**shown, **running_times(deal)}


def running_times(deal: Deal) -> dict[str, Any]:
    """As the worker has reckoned them, at most a moment ago; nothing of a stay in a stage that is over."""
    clock, touch = deal.clock, deal.clock and deal.clock.touch
    known = clock if clock and clock.stage_entered_at == deal.stage_entered_at else None
    running = known if deal.status == "open" else None
    return {
        "due_at": running and running.due_at,
        "stage_overdue": bool(running and running.overdue_at),
        "touched_at": clock and clock.touched_at,
        "last_touch": touch and {"kind": touch.kind, "id": touch.id, "by": touch.by},
        "snoozed_until": running and running.snoozed_until,
        "rots_at": running and running.rots_at,
        "rotten_at": running and running.rotten_at,
        "overdue": bool(running and running.close_overdue_at),
    }


class PassageOut(BaseModel):
    """A stay in a stage. `outcome`: the deal was closed all that time, before it was reopened.

    `seconds` is exact, `days` the same rounded to 4 decimals, `business_days` the organisation's working days
    in it, each with its hours: up to now while the deal is there. `total_*`: of all stays in this stage so
    far, this one included. `due_at`: by when it should be done; `in_time`: whether it was, null meanwhile.
    """

    stage_id: UUID
    stage: str
    outcome: Literal["won", "lost"] | None
    entered_at: datetime
    left_at: datetime | None
    seconds: float
    days: float
    business_days: float
    total_seconds: float
    total_days: float
    total_business_days: float
    due_at: datetime | None
    in_time: bool | None
    probability: Probability | None
    forecast_category: ForecastCategory


class StageTimeOut(BaseModel):
    """All stays in one stage together, in the order of the first; time it was closed is by its `outcome`."""

    stage_id: UUID | None
    stage: str | None
    outcome: Literal["won", "lost"] | None
    stays: int
    seconds: float
    days: float
    business_days: float


class ChangeOut(BaseModel):
    """One version: what happened when, by whom (a member's id, or `system`), which fields changed.

    `overridden_gates` were not met and passed all the same, for this `reason`.
    """

    version: int
    at: datetime
    what: str
    by: str | None
    reason: str | None
    overridden_gates: list[str]
    fields: dict[str, dict[Literal["from", "to"], Any]]


class HistoryOut(BaseModel):
    """The stages a deal went through, whose times add up to its age, and its changes, both oldest first.

    `passages` are its stays one by one, `stages` the time in each stage over all of them.
    """

    deal_id: UUID
    age_seconds: float
    age_days: float
    age_business_days: float
    stages: list[StageTimeOut]
    passages: list[PassageOut]
    changes: list[ChangeOut]


def history_out(history: History, working: WorkingTime, now: datetime) -> dict[str, Any]:
    """Age, stages and passages, for `json_body.dumps`. Sums are rounded after adding."""
    stays = [Stay.of(each, working, now) for each in history]
    so_far: dict[StageKey, Lasted] = {}
    passages = []
    for stay in stays:
        so_far[stay.key] = so_far.get(stay.key, Lasted()) + stay.lasted
        passages.append(_passage_out(stay, so_far[stay.key]))
    age = together(stays)
    return {
        "age_seconds": age.seconds,
        "age_days": age.days,
        "age_business_days": age.working_days,
        "stages": [_stage_out(key, lasted, stays) for key, lasted in so_far.items()],
        "passages": passages,
    }


def _stage_out(key: StageKey, lasted: Lasted, stays: Sequence[Stay]) -> dict[str, Any]:
    here = [each.passage for each in stays if each.key == key]
    outcome = here[-1].outcome
    return {
        "stage_id": None if outcome else here[-1].stage_id,
        "stage": None if outcome else here[-1].stage,
        "outcome": outcome,
        "stays": len(here),
        "seconds": lasted.seconds,
        "days": lasted.days,
        "business_days": lasted.working_days,
    }


def _passage_out(stay: Stay, so_far: Lasted) -> dict[str, Any]:
    each = stay.passage
    return {
        "stage_id": each.stage_id,
        "stage": each.stage,
        "outcome": each.outcome,
        "entered_at": each.entered_at,
        "left_at": each.left_at,
        "seconds": stay.lasted.seconds,
        "days": stay.lasted.days,
        "business_days": stay.lasted.working_days,
        "total_seconds": so_far.seconds,
        "total_days": so_far.days,
        "total_business_days": so_far.working_days,
        "due_at": each.due_at,
        "in_time": each.in_time,
        "probability": None if each.probability is None else float(each.probability),
        "forecast_category": each.forecast_category,
    }
