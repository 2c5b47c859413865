"""A year and a half of deals that were made up, for the demo organisation: enough past to foretell from.

The same deals for the same day: seeded. More of them month by month, busier at the end of each quarter, cheap
products sold sooner than dear ones, every rep with a hand of their own; one in seven is never closed.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

Json = dict[str, Any]
MONTHS = 18
STAGES = ("Qualification", "Needs analysis", "Proposal", "Negotiation")
SOURCES = ("web", "referral", "event", "call")
REASONS = ("price", "timing", "competitor", "no budget")
_SEED = 20
_FIRST_MONTH, _MORE_EACH_MONTH = 30, 1
_CHANCE_BY_REP = (0.62, 0.55, 0.47, 0.58)
_DAYS_BY_PRODUCT = (24, 38, 55, 80)
_PRODUCTS_SOLD = (5, 4, 3, 1)
_NEVER_CLOSED, _RUSH = 1 / 7, 0.35


@dataclass(frozen=True, slots=True)
class Course:
    """How one deal went, or would go: `ends` is None when nobody ever closes it."""

    begins: datetime
    ends: datetime | None
    won: bool
    rep: int
    product: int


def past_deals(
    today: date,
    *,
    reps: Sequence[str],
    accounts: Mapping[str, str],
    products: Sequence[tuple[str, str, str]],
) -> Iterator[Json]:
    """Deals for `POST /v1/deals/batch`, begun in the months before `today`. A product: id, name, price."""
    chance = random.Random(_SEED)
    companies = sorted(accounts)
    for number, course in enumerate(_courses(today, chance)):
        company = chance.choice(companies)
        product_id, product, price = products[course.product]
        amount = round(float(price) * chance.uniform(0.8, 1.15), 2)
        yield {
            "external_id": f"past-deal-{number}",
            "name": f"{company}: {product}",
            "owner_id": reps[course.rep],
            "account_id": accounts[company],
            "product_id": product_id,
            "source": SOURCES[(course.rep + number) % len(SOURCES)],
            "amount": {"amount": f"{amount:.2f}", "currency": "USD"},
            **_dates(course, today, chance),
        }


def _courses(today: date, chance: random.Random) -> Iterator[Course]:
    for back in range(MONTHS, 0, -1):
        first = _months_before(today, back)
        length = (_months_before(today, back - 1) - first).days
        for _ in range(_FIRST_MONTH + _MORE_EACH_MONTH * (MONTHS - back)):
            day = first + timedelta(days=chance.randrange(length))
            rep, product = chance.randrange(4), chance.choices(range(4), _PRODUCTS_SOLD)[0]
            days = 5 + chance.gammavariate(2.0, _DAYS_BY_PRODUCT[product] / 2)
            ends = _closing_day(day + timedelta(days=round(days)), chance)
            never = chance.random() < _NEVER_CLOSED
            won = chance.random() < _CHANCE_BY_REP[rep]
            yield Course(_at(day, 9), None if never else _at(ends, 15), won, rep, product)


def _closing_day(day: date, chance: random.Random) -> date:
    """Many a deal that would close in the second half of a quarter is closed in its last days."""
    last = _months_before(day, (day.month - 1) % 3 - 3) - timedelta(days=1)
    if (last - day).days < 45 and chance.random() < _RUSH:
        return last - timedelta(days=chance.randrange(6))
    return day


def _dates(course: Course, today: date, chance: random.Random) -> Json:
    """The stages it went through by `today`, and how it ended if it has."""
    closed = course.ends is not None and course.ends.date() < today
    planned = course.ends or course.begins + timedelta(days=60)
    until = course.ends if closed and course.ends else _at(today - timedelta(days=1), 18)
    step = max((planned - course.begins) / 5, timedelta(hours=3))
    entered = [course.begins + n * step for n in range(len(STAGES))]
    passed = [
        {"stage": stage, "entered_at": at.isoformat()}
        for stage, at in zip(STAGES, entered, strict=True)
        if at < until
    ]
    shown: Json = {
        "created_at": course.begins.isoformat(),
        "stage": passed[-1]["stage"],
        "stage_history": passed,
    }
    if not closed:
        due = max(planned.date(), today) + timedelta(days=chance.randrange(20))
        return shown | {"outcome": "open", "expected_close": due.isoformat()}
    shown |= {"outcome": "won" if course.won else "lost", "closed_at": until.isoformat()}
    return shown if course.won else shown | {"loss_reason": chance.choice(REASONS)}


def _months_before(day: date, count: int) -> date:
    """The first of the month so many months before the day's."""
    index = day.year * 12 + day.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)
