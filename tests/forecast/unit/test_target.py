"""The rules of a target."""

import pytest

from services.forecast.target.domain import Aim, Target, TargetError, new_target
from shared.contracts.events.forecast_target import TargetSet
from shared.contracts.money import Money
from shared.contracts.periods import Calendar
from tests.forecast.builders import at, eur, named

PERIOD = Calendar().period("2027-Q1", now=at("2027-01-01"))
NOW = at("2027-01-02")


def a_target(aim: Aim = Aim(), amount: Money = eur(1000)) -> tuple[Target, TargetSet]:
    return new_target(named("target"), PERIOD, aim, amount=amount, base_amount=amount, now=NOW)


def test_a_new_target_tells_its_period_its_days_and_its_aim() -> None:
    target, event = a_target(Aim(team_id=named("north")))

    assert (event.period, event.starts_on, event.ends_on) == ("2027-Q1", PERIOD.starts_on, PERIOD.ends_on)
    assert (event.team_id, event.amount, event.withdrawn) == (named("north"), eur(1000), False)
    assert event.changed == ("period", "amount", "team_id")
    assert target.version == 1


def test_a_target_for_two_things_at_once_is_refused_naming_both() -> None:
    with pytest.raises(TargetError) as refusal:
        a_target(Aim(team_id=named("north"), product_id=named("p")))

    assert refusal.value.code == "validation_failed"
    assert [error.pointer for error in refusal.value.errors] == ["/team_id", "/product_id"]


def test_a_target_below_nothing_is_refused() -> None:
    with pytest.raises(TargetError) as refusal:
        a_target(amount=eur(-1))

    assert refusal.value.errors[0].pointer == "/amount/amount"


def test_a_target_of_nothing_is_a_target() -> None:
    assert a_target(amount=eur(0))[0].amount == eur(0)


def test_amending_makes_the_next_version_and_tells_the_new_amount() -> None:
    target, _ = a_target()

    amended, event = target.amended(eur(2000), eur(2000), now=at("2027-01-03"))

    assert (amended.version, amended.updated_at, amended.created_at) == (2, at("2027-01-03"), NOW)
    assert (event.amount, event.changed) == (eur(2000), ("amount",))


def test_a_withdrawn_target_says_so() -> None:
    target, _ = a_target()

    withdrawn, event = target.taken_back(now=at("2027-01-03"))

    assert withdrawn.withdrawn
    assert event.withdrawn
    assert event.type == "forecast.target.withdrawn"
