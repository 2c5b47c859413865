"""What a gap means for its alert, in words and limits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from services.forecast.gap.domain.parts import Part
from shared.contracts.periods import Calendar

KIND = "forecast_gap"
NIGHTLY = "gap.nightly"
"""The kind of work that plans a look at every node."""
SOON = timedelta(seconds=20)
"""So long after a large change is looked, so that many changes are looked at together."""
_HOUR = timedelta(hours=4)
_WHAT_TO_DO: dict[Part, str] = {
    "lost": "Find out why deals{where} are lost{at} and mend that leak; until it is mended, win the same "
    "elsewhere: other leads, other products, another way to sell.",
    "pushed_out": "Close dates{where} slip{at}: agree on next steps with dates, offer less to decide at "
    "once, or plan with later dates.",
    "overdue": "Deals{where} wait{at} past their day: talk to each customer this week, then date it anew or "
    "give it up.",
    "still_open": "Deals{where} take longer than such deals used to{at}: agree on the next step with each "
    "customer, the largest first.",
    "dropped": "Deals{where} were taken out of the forecast: bring them back or put others in their place.",
    "shrunk": "Deals{where} are won for less than planned: look at discounts, scope and prices.",
}
_TOO_LITTLE = (
    "Nothing planned is missing: too little is in the pipeline. Find more leads or larger deals, or "
    "plan anew."
)


@dataclass(frozen=True, slots=True)
class Watched:
    """A node as it was last looked at: from which amount on a single deal may carry it over its limit."""

    node: UUID
    starts_at: datetime
    limit_amount: Decimal
    checked_at: datetime


def suggestion_of(part: Part | None, *, where: str | None, stage: str | None) -> str:
    """What to do about it: mend what leaks, or change the strategy."""
    if part is None or part not in _WHAT_TO_DO:
        return _TOO_LITTLE
    return _WHAT_TO_DO[part].format(
        where=f" of {where}" if where else "", at=f' in "{stage}"' if stage else ""
    )


def next_night(calendar: Calendar, now: datetime) -> datetime:
    """The first four o'clock local time after `now`: after the look for leaks."""
    today = calendar.local_date(now)
    tonight = calendar.start_of(today) + _HOUR
    return tonight if tonight > now else calendar.start_of(today + timedelta(days=1)) + _HOUR
