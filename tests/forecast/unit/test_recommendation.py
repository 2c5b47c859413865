"""What to do next, and what that was worth elsewhere."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.recommendation.domain import (
    Cases,
    OpenDeal,
    Sign,
    Slot,
    actions_for,
    best_times,
)
from services.forecast.recommendation.use_cases.predict_chance import (
    Predictor,
    WinChance,
    predict_chance,
    stage_probability,
)
from tests.forecast.builders import at, named

NOW = at("2027-02-10T12:00")
TODAY = date(2027, 2, 10)
TWICE = Cases(with_sign=100, won_with=60, without=100, won_without=25)
THRICE = Cases(with_sign=100, won_with=60, without=100, won_without=10)


def deal(**fields: Any) -> OpenDeal:
    """A deal that lacks nothing."""
    plain: dict[str, Any] = {
        "id": named("deal"),
        "name": "deal",
        "owner_id": None,
        "stage": "Offer",
        "value": None,
        "probability": None,
        "created_at": NOW - timedelta(days=60),
        "expected_close": date(2027, 3, 1),
        "last_activity_at": NOW - timedelta(days=2),
        "planned": True,
        "contacts": 2,
    }
    return OpenDeal(**plain | fields)


def test_a_deal_that_lacks_nothing_asks_for_nothing() -> None:
    assert actions_for(deal(), {}, now=NOW, today=TODAY) == []


def test_what_is_plainly_overdue_comes_first_then_what_was_worth_most_elsewhere() -> None:
    lacking = deal(
        expected_close=date(2027, 2, 9), planned=False, last_activity_at=NOW - timedelta(days=30), contacts=1
    )
    known: dict[Sign, Cases] = {"next_step": TWICE, "activity": THRICE, "contacts": Cases()}

    actions = actions_for(lacking, known, now=NOW, today=TODAY)

    assert [each.rule for each in actions] == ["close_date_passed", "quiet", "no_next_step", "single_contact"]
    assert actions[0].cases is None
    assert actions[1].fact == "Nothing was done for 30 days."
    assert actions[3].lift is None


def test_a_lift_is_drawn_to_none_and_not_told_of_few_deals() -> None:
    lift = TWICE.lift

    assert lift is not None
    assert 1.9 < lift < 60 / 25
    assert Cases(with_sign=19, won_with=19, without=500, won_without=1).lift is None
    assert Cases(with_sign=50, won_with=0, without=50, won_without=0).lift is None


def test_the_best_part_of_the_week_is_not_that_of_one_lucky_try() -> None:
    slots = [Slot(1, 8, 100, 40), Slot(2, 8, 100, 20), Slot(3, 16, 1, 1)]

    found = best_times(slots)

    assert found[0].slot == slots[0]
    assert found[1].rate < 0.4
    assert best_times([Slot(1, 8, 29, 20)]) == []


async def test_the_first_model_that_has_something_to_say_is_taken() -> None:
    async def silent(connection: AsyncConnection, deal: OpenDeal, now: datetime) -> WinChance | None:
        return None

    async def sure(connection: AsyncConnection, deal: OpenDeal, now: datetime) -> WinChance | None:
        return WinChance(0.9, "prediction", 400, now)

    async def chance(*predictors: Predictor) -> float | None:
        connection: Any = None
        found = await predict_chance(connection, deal(probability=Decimal("0.3")), NOW, predictors)
        return None if found is None else found.probability

    assert await chance(silent, sure) == 0.9
    assert await chance(silent, stage_probability) == 0.3
    assert await chance(silent) is None
