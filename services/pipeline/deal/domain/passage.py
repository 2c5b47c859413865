"""The stages a deal went through, without a gap: the times of all passages always add up to the deal's age.

Time spent won or lost before a reopening is a passage of its own, with an `outcome`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.pipeline.pipeline.domain import Stage
from shared.contracts.events.pipeline_deal import ForecastCategory, StagePassage

Outcome = Literal["won", "lost"]


@dataclass(frozen=True, slots=True)
class Passage:
    """One stay in one stage. `left_at` is None while the deal is there; `position` counts from 1.

    `due_at`: by when the stage should be done, None where nothing says so; `reckoned`: whether that is known;
    `skipped`: the stages that were jumped over to come here.
    """

    position: int
    stage_id: UUID
    stage: str
    entered_at: datetime
    left_at: datetime | None
    probability: Decimal | None
    forecast_category: ForecastCategory
    outcome: Outcome | None = None
    due_at: datetime | None = None
    reckoned: bool = False
    skipped: tuple[UUID, ...] = ()

    def lasted(self, now: datetime) -> timedelta:
        """How long the stay was, or is until `now`."""
        return (self.left_at or max(now, self.entered_at)) - self.entered_at

    @property
    def in_time(self) -> bool | None:
        """Whether the stage was done by when it should be; None where nothing says so, or while it lasts."""
        return None if self.due_at is None or self.left_at is None else self.left_at <= self.due_at

    def as_published(self) -> StagePassage:
        """The passage as events carry it."""
        return StagePassage(
            stage_id=self.stage_id,
            stage=self.stage,
            entered_at=self.entered_at,
            probability=self.probability,
            forecast_category=self.forecast_category,
        )


History = tuple[Passage, ...]


def passage(stage: Stage, entered_at: datetime, *, position: int, left_at: datetime | None = None) -> Passage:
    """A stay in `stage` with what the stage says of the chances."""
    return Passage(
        position=position,
        stage_id=stage.id,
        stage=stage.name,
        entered_at=entered_at,
        left_at=left_at,
        probability=stage.probability,
        forecast_category=stage.forecast_category,
    )


def moved(history: History, stage: Stage, at: datetime) -> History:
    """The history after entering `stage`; the stage before is left at the same instant."""
    ended = end(history, at)
    return (*ended, passage(stage, at, position=len(ended) + 1))


def end(history: History, at: datetime) -> History:
    """The history of a deal that closed at `at`.

    A closing recorded late may lie before the last moves: these then lasted no time at all, and none is lost.
    """
    return tuple(
        replace(each, entered_at=min(each.entered_at, at), left_at=min(each.left_at or at, at))
        for each in history
    )


def resumed(history: History, outcome: Outcome, stage: Stage, at: datetime) -> History:
    """The history of a closed deal taken up again in `stage`; the time it was closed becomes a passage."""
    last = history[-1]
    closed_at = last.left_at or at
    closed = replace(
        last,
        position=last.position + 1,
        entered_at=closed_at,
        left_at=at,
        probability=Decimal(1 if outcome == "won" else 0),
        forecast_category="closed" if outcome == "won" else "omitted",
        outcome=outcome,
        due_at=None,
        reckoned=True,
        skipped=(),
    )
    return (*history, closed, passage(stage, at, position=closed.position + 1))


def through(entries: Sequence[tuple[Stage, datetime]], closed_at: datetime | None) -> History:
    """The history of a deal that entered these stages at these instants, oldest first."""
    leavings = [entered_at for _, entered_at in entries[1:]] + [closed_at]
    return tuple(
        passage(stage, entered_at, position=position, left_at=left_at)
        for position, ((stage, entered_at), left_at) in enumerate(
            zip(entries, leavings, strict=True), start=1
        )
    )
