"""The checks of a deal's health: pure rules over what is known of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from services.pipeline.deal.domain.deal import Deal

Kind = Literal[
    "close_overdue", "stage_overdue", "stuck", "no_next_step", "no_activity", "pushed_often", "single_contact"
]
State = Literal["ok", "warning", "unknown"]
MOST_PUSHES = 2
FEWEST_CONTACTS = 2
QUIET_DAYS = 14
ENOUGH = 5
"""So many earlier stays make a norm."""


@dataclass(frozen=True, slots=True)
class Norm:
    """How long deals stay in a stage: three of four of the last `stays` were through after `days`."""

    stays: int
    days: Decimal | None


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside the deal: its contacts, and the last activity that was done."""

    contacts: int
    last_done_at: datetime | None
    norm: Norm


@dataclass(frozen=True, slots=True)
class Check:
    """`figure` against `limit`, in `unit`: a warning when it is over, for contacts when it is below."""

    kind: Kind
    state: State
    figure: Decimal | None
    limit: Decimal | None
    unit: Literal["days", "times", "contacts"]
    says: str


def checks(deal: Deal, beside: Beside, *, now: datetime, today: date) -> tuple[Check, ...]:
    """All checks of an open deal; a closed one has none."""
    return tuple(_checks(deal, beside, now, today)) if deal.status == "open" else ()


def _checks(deal: Deal, beside: Beside, now: datetime, today: date) -> Iterator[Check]:
    yield _close(deal, today)
    yield _stage(deal, now)
    yield _stuck(deal, beside.norm, now)
    yield _next_step(deal, now)
    yield _activity(deal, beside, now)
    often = deal.close_pushes > MOST_PUSHES
    yield Check(
        *("pushed_often", _state(often), Decimal(deal.close_pushes), Decimal(MOST_PUSHES), "times"),
        f"The close date was put off {deal.close_pushes} times, {deal.close_days_pushed} days in all.",
    )
    few = beside.contacts < FEWEST_CONTACTS
    yield Check(
        *("single_contact", _state(few), Decimal(beside.contacts), Decimal(FEWEST_CONTACTS), "contacts"),
        f"{beside.contacts} people on the customer's side are known.",
    )


def _close(deal: Deal, today: date) -> Check:
    if deal.expected_close is None:
        return Check("close_overdue", "unknown", None, Decimal(), "days", "There is no close date.")
    over = Decimal((today - deal.expected_close).days)
    says = f"It was to close on {deal.expected_close}."
    return Check("close_overdue", _state(over > 0), max(over, Decimal()), Decimal(), "days", says)


def _stage(deal: Deal, now: datetime) -> Check:
    clock = deal.clock
    if clock is None or clock.stage_entered_at != deal.stage_entered_at or clock.due_at is None:
        says = "The stage has no target days, or they are not reckoned yet."
        return Check("stage_overdue", "unknown", None, Decimal(), "days", says)
    over = _days(clock.due_at, now)
    says = f"{deal.stage.name!r} was to be done by {clock.due_at:%Y-%m-%d %H:%M} UTC."
    return Check(
        "stage_overdue", _state(clock.overdue_at is not None), max(over, Decimal()), Decimal(), "days", says
    )


def _stuck(deal: Deal, norm: Norm, now: datetime) -> Check:
    stayed = _days(deal.stage_entered_at, now)
    if norm.days is None or norm.stays < ENOUGH:
        says = f"Only {norm.stays} earlier stays in {deal.stage.name!r} are known; {ENOUGH} make a norm."
        return Check("stuck", "unknown", stayed, None, "days", says)
    says = f"Three of four deals left {deal.stage.name!r} sooner ({norm.stays} earlier stays)."
    return Check("stuck", _state(stayed > norm.days), stayed, norm.days, "days", says)


def _next_step(deal: Deal, now: datetime) -> Check:
    planned = deal.clock.snoozed_until if deal.clock else None
    ahead = [each for each in (deal.next_step_at, planned) if each is not None and each >= now]
    if ahead:
        says = f"Something is planned until {max(ahead):%Y-%m-%d %H:%M} UTC."
        return Check("no_next_step", "ok", None, None, "days", says)
    if deal.next_step is not None and deal.next_step_at is None:
        return Check("no_next_step", "ok", None, None, "days", "A next step is named, without a time.")
    return Check("no_next_step", "warning", None, None, "days", "Nothing is planned from now on.")


def _activity(deal: Deal, beside: Beside, now: datetime) -> Check:
    """Silence since the last activity or other touch; since the opening where there was none."""
    touched = deal.clock.touched_at if deal.clock else None
    since = max(each for each in (beside.last_done_at, touched, deal.created_at) if each is not None)
    limit = Decimal(deal.stage.rotting_days or QUIET_DAYS)
    quiet = _days(since, now)
    return Check(
        *("no_activity", _state(quiet > limit), quiet, limit, "days"),
        f"Nothing was done about it since {since:%Y-%m-%d %H:%M} UTC.",
    )


def _state(warns: bool) -> State:
    return "warning" if warns else "ok"


def _days(since: datetime, until: datetime) -> Decimal:
    return Decimal(str(round((until - since).total_seconds() / 86_400, 1)))
