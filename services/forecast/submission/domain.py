"""A submission and what may happen to it.

draft -> submitted -> accepted or returned; submitted anew from each of them; locked at its deadline and
grace, or at the end of the period; unlocked with a reason into what it was. Every state is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from services.forecast.amount_view.domain import Views, has_moved
from services.forecast.node.domain import Node
from services.forecast.outlook.domain import Figure, Rollup
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.forecast_submission import (
    SubmissionAccepted,
    SubmissionDrafted,
    SubmissionLocked,
    SubmissionOverdue,
    SubmissionReminded,
    SubmissionReturned,
    SubmissionState,
    SubmissionStatus,
    SubmissionSubmitted,
    SubmissionUnlocked,
)
from shared.contracts.money import Money
from shared.contracts.periods import Period

Fact = TypeVar("Fact", bound=SubmissionState)
OVERDUE, LOCK = "submission.overdue", "submission.lock"
"""Kinds of work: to tell that it is late, and to lock it."""
UNLOCKED_FOR = timedelta(hours=24)
WAITING: tuple[SubmissionStatus, ...] = ("draft", "returned")


class SubmissionError(DomainError):
    """Why nothing was handed in, or decided."""


@dataclass(frozen=True, slots=True)
class FrozenFigure:
    """In base currency: from the deals alone; as the node's owner saw it; with adjustments from above."""

    calculated: Decimal
    adjusted: Decimal
    forecast_amount: Decimal


@dataclass(frozen=True, slots=True)
class StageSum:
    """Deals of a stage with its category as they were then, in base currency."""

    pipeline_id: UUID
    stage_id: UUID
    stage: str
    category: str
    deals: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class FrozenTeam:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Frozen:
    """All it rested on, as it was at `at`: no change of team, calendar, stage or rate alters it.

    `teams`: the teams above, the highest first, a team last of its own. `owner_ids`: whose deals they were;
    None for all.
    """

    at: datetime
    currency: str
    figures: Mapping[Rollup, Mapping[Figure, FrozenFigure]]
    stages: tuple[StageSum, ...]
    teams: tuple[FrozenTeam, ...]
    owner_ids: tuple[UUID, ...] | None
    time_zone: str
    fiscal_year_start_month: int
    working_days: tuple[int, ...]

    @property
    def commit(self) -> FrozenFigure:
        """What the stated number is held against: commit with what is closed."""
        return self.figures["cumulative"]["commit"]


@dataclass(frozen=True, slots=True)
class Stated:
    """The number that was named, what will have been closed by the end, and its base amount at the rate of
    the day."""

    amount: Money
    base_amount: Decimal


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure then and now; `stale`: it moved beyond the limit."""

    then: Decimal
    now: Decimal
    stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """`late`: handed in after `due_at`. `reason`: why it was returned or unlocked."""

    id: UUID
    period: Period
    node: Node
    frozen: Frozen
    status: SubmissionStatus = "draft"
    status_before_lock: SubmissionStatus | None = None
    due_at: datetime | None = None
    locks_at: datetime
    stated: Stated | None = None
    note: str | None = None
    author_id: UUID | None = None
    submitted_at: datetime | None = None
    late: bool = False
    reviewer_id: UUID | None = None
    reviewed_at: datetime | None = None
    reason: str | None = None
    reminded_at: datetime | None = None
    overdue_at: datetime | None = None
    locked_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    version: int = 1

    @property
    def number(self) -> Decimal:
        """What was foretold: the stated number, else commit as adjusted by its owner."""
        return self.frozen.commit.adjusted if self.stated is None else self.stated.base_amount

    def drafted(
        self, frozen: Frozen, stated: Stated | None, note: str | None, *, by: UUID | None, now: datetime
    ) -> tuple["Submission", SubmissionDrafted]:
        """With other words and figures, to be handed in later. Refuses what was handed in."""
        self._unless_locked(now)
        if self.status not in WAITING:
            raise _not_now(self, "it is handed in; hand it in anew to change it")
        return self._next(
            SubmissionDrafted, now, frozen=frozen, stated=stated, note=note, author_id=by, status="draft"
        )

    def submitted(
        self, frozen: Frozen, stated: Stated | None, note: str | None, *, by: UUID | None, now: datetime
    ) -> tuple["Submission", SubmissionSubmitted]:
        """Handed in, or handed in anew; then it waits to be accepted again."""
        self._unless_locked(now)
        return self._next(
            SubmissionSubmitted,
            now,
            frozen=frozen,
            stated=stated,
            note=note,
            author_id=by,
            status="submitted",
            submitted_at=now,
            late=self.due_at is not None and now > self.due_at,
            reviewer_id=None,
            reviewed_at=None,
            reason=None,
        )

    def accepted(self, *, by: UUID | None, now: datetime) -> tuple["Submission", SubmissionAccepted]:
        """By the manager above."""
        self._unless_locked(now)
        if self.status != "submitted":
            raise _not_now(self, "only what is handed in can be accepted")
        return self._next(SubmissionAccepted, now, status="accepted", reviewer_id=by, reviewed_at=now)

    def returned(
        self, reason: str, *, by: UUID | None, now: datetime
    ) -> tuple["Submission", SubmissionReturned]:
        """To be handed in anew."""
        self._unless_locked(now)
        if self.status not in ("submitted", "accepted"):
            raise _not_now(self, "only what is handed in can be returned")
        return self._next(
            SubmissionReturned, now, status="returned", reviewer_id=by, reviewed_at=now, reason=reason
        )

    def reminded(self, *, now: datetime) -> tuple["Submission", SubmissionReminded] | None:
        """Once; None when it is handed in or was told of before."""
        if self.status not in WAITING or self.reminded_at is not None:
            return None
        return self._next(SubmissionReminded, now, reminded_at=now)

    def overdue(self, *, now: datetime) -> tuple["Submission", SubmissionOverdue] | None:
        """Once; None before its deadline, and when it is handed in or was told of before."""
        if self.due_at is None or now < self.due_at:
            return None
        if self.status not in WAITING or self.overdue_at is not None:
            return None
        return self._next(SubmissionOverdue, now, overdue_at=now)

    def locked(self, *, now: datetime) -> tuple["Submission", SubmissionLocked] | None:
        """None when it is locked already, or was unlocked for longer."""
        if self.status == "locked" or now < self.locks_at:
            return None
        return self._next(
            SubmissionLocked, now, status="locked", status_before_lock=self.status, locked_at=now
        )

    def unlocked(
        self, reason: str, *, by: UUID | None, now: datetime
    ) -> tuple["Submission", SubmissionUnlocked]:
        """What it was before, for a day."""
        if self.status != "locked" or self.status_before_lock is None:
            raise _not_now(self, "only what is locked can be unlocked")
        return self._next(
            SubmissionUnlocked,
            now,
            status=self.status_before_lock,
            status_before_lock=None,
            locked_at=None,
            locks_at=now + UNLOCKED_FOR,
            reviewer_id=by,
            reviewed_at=now,
            reason=reason,
        )

    def moved(self, views: Views, beyond: Decimal, *, rollup: Rollup = "cumulative") -> dict[Figure, Moved]:
        """Each figure as its owner saw it then and sees it now. `views` of the same roll-up."""
        found: dict[Figure, Moved] = {}
        for figure, frozen in self.frozen.figures[rollup].items():
            now = views[figure].amount_without_manager_adjustment
            found[figure] = Moved(frozen.adjusted, now, has_moved(frozen.adjusted, now, beyond))
        return found

    def is_stale(self, moved: Mapping[Figure, Moved]) -> bool:
        """Whether a figure beneath what was handed in has moved beyond the limit; a mere draft never is."""
        return self.submitted_at is not None and any(each.stale for each in moved.values())

    def _unless_locked(self, now: datetime) -> None:
        """Its time decides, also while the worker has not come to lock it."""
        if self.status == "locked" or now >= self.locks_at:
            raise SubmissionError("submission_locked", "It is locked since its deadline; it may be unlocked.")

    def _next(self, kind: type[Fact], now: datetime, **fields: Any) -> tuple["Submission", Fact]:
        after = replace(self, **fields, updated_at=now, version=self.version + 1)
        return after, _fact(kind, after)


def _fact(kind: type[Fact], state: Submission) -> Fact:
    def money(amount: Decimal) -> Money:
        return Money.model_construct(amount=amount, currency=state.frozen.currency)

    return kind(
        submission_id=state.id,
        status=state.status,
        period=state.period.name,
        starts_on=state.period.starts_on,
        ends_on=state.period.ends_on,
        created_at=state.created_at,
        computed=money(state.frozen.commit.calculated),
        adjusted=money(state.frozen.commit.adjusted),
        stated=None if state.stated is None else money(state.stated.base_amount),
        team_id=state.node.team_id,
        owner_id=state.node.owner_id,
        author_id=state.author_id,
        submitted_at=state.submitted_at,
        due_at=state.due_at,
        locks_at=state.locks_at,
        late=state.late,
        changed=("status",),
    )


def _not_now(state: Submission, why: str) -> SubmissionError:
    detail = f"It is {state.status}: {why}."
    return SubmissionError("state_conflict", detail, [FieldError("/status", "not_from_here", detail)])
