"""Rules that name the next best action, and the evidence for them from deals that are over.

Evidence looks at deals that were still open 30 days after they began, as they stood on that day, so that
nothing that came with the outcome counts for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

Rule = Literal["close_date_passed", "no_next_step", "quiet", "single_contact"]
Sign = Literal["next_step", "activity", "contacts"]
QUIET = timedelta(days=14)
LANDMARK = timedelta(days=30)
ENOUGH_CONTACTS = 2
FEWEST_CASES = 20
FEWEST_TRIES = 30
_PRIOR = 10
_SIGN_OF: Mapping[Rule, Sign] = {
    "no_next_step": "next_step",
    "quiet": "activity",
    "single_contact": "contacts",
}
ACTIONS: Mapping[Rule, str] = {
    "close_date_passed": "Agree on a new close date, or close the deal.",
    "no_next_step": "Plan the next step with the customer.",
    "quiet": "Get in touch.",
    "single_contact": "Win a second contact at the customer.",
}


@dataclass(frozen=True, slots=True)
class OpenDeal:
    """An open deal. `planned`: an activity is to come; `contacts`: how many people took part in any."""

    id: UUID
    name: str
    owner_id: UUID | None
    stage: str
    value: Decimal | None
    probability: Decimal | None
    created_at: datetime
    expected_close: date | None
    last_activity_at: datetime | None
    planned: bool
    contacts: int


@dataclass(frozen=True, slots=True)
class Cases:
    """Deals that are over, with the sign on the day looked at and without it, and how many were won."""

    with_sign: int = 0
    won_with: int = 0
    without: int = 0
    won_without: int = 0

    @property
    def lift(self) -> float | None:
        """How many times as often deals with the sign are won; both rates drawn to that of all by ten cases.
        None below 20 cases on either side, or when none was won."""
        whole = (self.won_with + self.won_without) / max(1, self.with_sign + self.without)
        if min(self.with_sign, self.without) < FEWEST_CASES or not whole:
            return None
        above = (self.won_with + _PRIOR * whole) / (self.with_sign + _PRIOR)
        below = (self.won_without + _PRIOR * whole) / (self.without + _PRIOR)
        return above / below


@dataclass(frozen=True, slots=True)
class Action:
    """What to do, the fact that asks for it, and the evidence; None where the fact is enough."""

    rule: Rule
    fact: str
    cases: Cases | None

    @property
    def lift(self) -> float | None:
        return None if self.cases is None else self.cases.lift


def actions_for(
    deal: OpenDeal, evidence: Mapping[Sign, Cases], *, now: datetime, today: date
) -> list[Action]:
    """The best first: what is plainly overdue, then by what it was worth elsewhere."""
    actions = [
        Action(rule, fact, evidence.get(_SIGN_OF[rule], Cases()) if rule in _SIGN_OF else None)
        for rule, fact in _facts(deal, now, today)
        if fact is not None
    ]
    return sorted(actions, key=lambda each: (each.rule in _SIGN_OF, -(each.lift or 1.0)))


def _facts(deal: OpenDeal, now: datetime, today: date) -> list[tuple[Rule, str | None]]:
    close = deal.expected_close
    silent = now - (deal.last_activity_at or deal.created_at)
    passed = f"It was to close on {close}." if close is not None and close < today else None
    quiet = f"Nothing was done for {silent.days} days." if silent > QUIET else None
    few = f"Contacts that took part so far: {deal.contacts}." if deal.contacts < ENOUGH_CONTACTS else None
    return [
        ("close_date_passed", passed),
        ("no_next_step", None if deal.planned else "Nothing is planned."),
        ("quiet", quiet),
        ("single_contact", few),
    ]


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of the week (ISO weekday, first hour of four): tries, and how many were answered."""

    weekday: int
    hour: int
    tries: int
    answered: int


@dataclass(frozen=True, slots=True)
class BestTime:
    """`rate`: of the tries answered, drawn to the rate of all by ten tries."""

    slot: Slot
    rate: float


def best_times(slots: Sequence[Slot], most: int = 3) -> list[BestTime]:
    """The best parts of the week first; none below 30 tries in all."""
    tries = sum(each.tries for each in slots)
    if tries < FEWEST_TRIES:
        return []
    whole = sum(each.answered for each in slots) / tries
    found = [BestTime(each, (each.answered + _PRIOR * whole) / (each.tries + _PRIOR)) for each in slots]
    found.sort(key=lambda each: (-each.rate, -each.slot.tries, each.slot.weekday, each.slot.hour))
    return found[:most]
