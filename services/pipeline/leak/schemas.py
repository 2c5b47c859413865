"""The answer about leaks."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.pipeline.leak.domain.comparison import (
    FALSE_ALARMS,
    LEAST_DIFFERENCE,
    MINIMUM_SAMPLE,
    Against,
)
from services.pipeline.leak.domain.counts import By, Measure
from shared.contracts.money import Money
from shared.reporting.figures import Meanings
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio

State = Literal["ok", "insufficient_history"]


class LevelOut(BaseModel):
    """Bad deals of so many, and their share; null of none."""

    deals: int
    of: int
    share: Ratio | None


class IntervalOut(BaseModel):
    """Between what the difference of the shares lies with 95 % certainty."""

    low: float
    high: float


class ComparisonOut(BaseModel):
    """One cut of one stage in the period (`now`) against what it was `earlier`, or against the `rest`."""

    stage_id: UUID
    stage: str
    pipeline_id: UUID
    pipeline: str
    measure: Measure
    by: By
    value: str | None = Field(description="Id of the team, rep or product; source; category; null: all.")
    label: str | None = Field(description="Its name, where this service knows it.")
    against: Against
    now: LevelOut
    reference: LevelOut
    difference: float
    interval: IntervalOut
    p_value: float
    q_value: float
    excess_deals: float
    bad_value: Money = Field(description="What the bad deals of the period are worth in base currency.")
    excess_value: Money
    deals_without_amount: int
    limit_days: float | None = Field(description="For `stuck`: longer than so many calendar days.")


class ExplainedOut(ComparisonOut):
    """A finding that is gone without the deals of the one above it."""

    since: str | None


class FindingOut(ComparisonOut):
    """A leak. `since`: the first of the worse months; null where no month was better.

    `deals`: the path that lists the deals behind it. `issue_id`: the issue that is open about it.
    """

    words: str
    since: str | None
    also_against: Against | None
    explains: list[ExplainedOut]
    deals: str
    issue_id: UUID | None


class MeasureOut(BaseModel):
    """A stage as a whole, in the period and earlier."""

    state: State
    now: LevelOut
    earlier: LevelOut
    limit_days: float | None


class StageOut(BaseModel):
    """What happens in a stage, whether it is a finding or not."""

    stage_id: UUID
    stage: str
    pipeline_id: UUID
    pipeline: str
    lost: MeasureOut
    stuck: MeasureOut


class LeaksOut(BaseModel):
    """What leaks, the dearest first. `state`: `insufficient_history` when nothing was large enough.

    `comparisons` were made; `too_small` were not, as there are fewer than `minimum_sample` deals on a side.
    """

    state: State
    period: PeriodOut
    earlier: PeriodOut
    currency: str
    comparisons: int
    too_small: int
    minimum_sample: int = MINIMUM_SAMPLE
    false_alarms: float = FALSE_ALARMS
    least_difference: float = LEAST_DIFFERENCE
    findings: list[FindingOut]
    stages: list[StageOut]
    definitions: dict[str, DefinitionOut]


MEANINGS: Meanings = {
    "lost": (
        "Deals lost in the stage",
        "Deals that left the stage: moved, won or lost; each once, by its last stay there",
    ),
    "stuck": (
        "Deals still in the stage when their time was up: after its target days (working days), without them "
        "after the time that three quarters of the earlier stays took",
        "Deals whose time in the stage was up; each once, by its last stay there",
    ),
    "difference": ("Share now less the share compared with.", None),
    "p_value": ("Chance of so many bad deals or more if nothing differed (Fisher's exact test).", None),
    "q_value": (
        "Share of false alarms among all findings at least as striking (Benjamini and Hochberg), where "
        "findings about the same deals vouch for one leak only.",
        None,
    ),
    "interval": ("Where the difference lies with 95 % certainty (Newcombe's hybrid score interval).", None),
    "excess_deals": ("Bad deals less those there would be at the share compared with.", None),
    "excess_value": (
        "Excess deals times the mean value of the bad deals in base currency; deals without an amount "
        "count 0.",
        None,
    ),
}
