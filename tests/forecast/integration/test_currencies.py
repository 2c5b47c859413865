"""Figures in any currency with a known rate, and in the organisation's days, to the edges."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shared.contracts.envelope import Envelope, wrap
from shared.contracts.events.gateway_organisation import DatedRate, ExchangeRatesSet, OrganisationChanged
from shared.contracts.money import Money
from tests.forecast.builders import CONTEXT, at, deal_event, eur, named, organisation
from tests.forecast.integration.test_contributions import assert_opens
from tests.forecast.integration.world import World

SETTINGS: dict[str, Any] = {
    "organisation_id": named("organisation"),
    "name": "Example",
    "base_currency": "EUR",
    "time_zone": "UTC",
}


def usd(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


def rates(*rows: tuple[str, str, str], sequence: int = 2) -> Envelope:
    set_ = [
        DatedRate(currency=currency, valid_from=date.fromisoformat(on), rate=Decimal(rate))
        for currency, on, rate in rows
    ]
    event = ExchangeRatesSet(rates=tuple(set_), **SETTINGS)
    return wrap(
        event, subject=event.organisation_id, sequence=sequence, time=at("2026-01-01"), context=CONTEXT
    )


def won(name: str, amount: Money, closed: str, **fields: Any) -> Envelope:
    fields |= {"status": "won", "amount": amount, "closed_at": at(closed)}
    return deal_event("opened", name, time="2027-01-10", **fields)


def opened(name: str, amount: Money | None, closes: str | None, **fields: Any) -> Envelope:
    fields["expected_close"] = None if closes is None else date.fromisoformat(closes)
    return deal_event("opened", name, time="2027-01-10", amount=amount, probability="0.5", **fields)


DOLLAR = (("USD", "2027-01-01", "0.5"), ("USD", "2027-02-01", "0.8"), ("USD", "2027-03-01", "0.4"))


def trade() -> list[Envelope]:
    """Two won deals and two open ones; the dollar at 0.50, 0.80 and from March on 0.40 EUR. Today: 10 Feb."""
    return [
        organisation(),
        rates(*DOLLAR),
        won("in january", eur(100), "2027-01-15"),
        won("in february", eur(100), "2027-02-05"),
        opened("overdue", eur(10), "2027-01-20"),
        opened("in march", eur(10), "2027-03-20"),
        opened("in dollars", usd("7"), "2027-03-20", base_amount=eur(3)),
        opened("without amount", None, "2027-03-20"),
    ]


async def test_each_deal_is_told_at_the_rate_of_its_own_day_at_most_today(world: World) -> None:
    await world.consume(*trade())

    forecast = await world.forecast(currency="USD")

    assert forecast["closed"] == {"amount": "325.00", "currency": "USD"}  # 100 / 0.50 + 100 / 0.80
    assert forecast["open_pipeline"]["amount"] == "39.50"  # 10 / 0.50 + 10 / 0.80 + 7
    assert forecast["weighted"]["amount"] == "344.75"
    assert (forecast["currency"], forecast["rates"], forecast["deals_without_amount"]) == ("USD", "dated", 1)
    await assert_opens(world, forecast, currency="USD")


async def test_current_rates_are_those_of_today_for_all(world: World) -> None:
    await world.consume(*trade())

    forecast = await world.forecast(currency="USD", rates="current")

    assert forecast["closed"]["amount"] == "250.00"  # 200 / 0.80
    assert forecast["open_pipeline"]["amount"] == "32.00"  # 20 / 0.80 + 7
    await assert_opens(world, forecast, currency="USD", rates="current")


async def test_current_rates_tell_own_amounts_in_base_currency_too(world: World) -> None:
    await world.consume(*trade())

    forecast = await world.forecast(rates="current")

    assert forecast["open_pipeline"] == {"amount": "25.60", "currency": "EUR"}  # 20 + 7 * 0.80


async def test_groups_in_another_currency_add_up(world: World) -> None:
    await world.consume(*trade())

    forecast = await world.forecast(currency="USD", group_by="month")

    assert [(each["month"], each["best_case"]["amount"]) for each in forecast["groups"]] == [
        ("2027-01", "200.00"),
        ("2027-02", "125.00"),
        ("2027-03", "0.00"),
    ]


@pytest.mark.parametrize("path", ["/v1/forecast", "/v1/forecast/deals"])
@pytest.mark.parametrize("asked", [{"rates": "dated"}, {"rates": "current"}])
async def test_a_missing_rate_is_named_and_nothing_is_summed(
    world: World, path: str, asked: dict[str, str]
) -> None:
    await world.consume(*trade(), rates(("GBP", "2027-06-01", "1.2"), sequence=3))

    params = {"period": "2027-Q1", "currency": "GBP", "figure": "closed", **asked}
    if path == "/v1/forecast":
        del params["figure"]
    answer = await world.send("GET", path, params=params)

    assert (answer.status_code, answer.json()["code"]) == (422, "rate_missing")
    day = "2027-01-01" if asked["rates"] == "dated" else "2027-02-10"
    if path == "/v1/forecast/deals" and asked["rates"] == "dated":
        day = "2027-01-15"
    assert f"GBP to EUR on {day}" in answer.json()["detail"]


async def test_a_currency_nobody_writes_is_a_400(world: World) -> None:
    await world.consume(organisation())

    answer = await world.send("GET", "/v1/forecast", params={"currency": "euro"})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")


async def test_a_target_is_told_in_the_currency_asked_for(world: World) -> None:
    await world.consume(*trade())
    body = {"period": "2027-Q1", "amount": {"amount": "1000.00", "currency": "USD"}}
    assert (await world.send("PUT", "/v1/targets", json=body)).status_code == 201

    in_dollars, in_euros = await world.forecast(currency="USD"), await world.forecast()

    assert in_dollars["target"] == {"amount": "1000.00", "currency": "USD"}
    assert in_dollars["gap_to_target"]["amount"] == "675.00"
    assert in_euros["target"] == {"amount": "500.00", "currency": "EUR"}


async def test_a_deal_won_late_on_the_last_local_day_is_of_that_period(world: World) -> None:
    await world.consume(
        organisation(time_zone="America/New_York"),
        won("late", eur(1), "2027-04-01T03:30"),  # 23:30 on 31 March in New York
        won("later", eur(10), "2027-04-01T04:30"),
    )

    first, second = await world.forecast(period="2027-Q1"), await world.forecast(period="2027-Q2")

    assert (first["closed"]["amount"], second["closed"]["amount"]) == ("1.00", "10.00")
    assert (await world.forecast(period="2027-03"))["closed"]["amount"] == "1.00"


async def test_quarters_and_weeks_of_a_fiscal_year_that_begins_in_february(world: World) -> None:
    await world.consume(
        organisation(fiscal_start=2),
        won("last of the old year", eur(1), "2027-01-31T12:00"),
        won("first of the new", eur(10), "2027-02-01T12:00"),
        won("on a sunday", eur(100), "2027-05-02T12:00"),
    )

    old, new = await world.forecast(period="2027-Q4"), await world.forecast(period="2028-Q1")
    week, after = await world.forecast(period="2027-W17"), await world.forecast(period="2027-W18")

    assert (old["period"]["from"], old["period"]["to"]) == ("2026-11-01", "2027-01-31")
    assert (old["closed"]["amount"], new["closed"]["amount"]) == ("1.00", "10.00")
    assert (week["closed"]["amount"], after["closed"]["amount"]) == ("100.00", "0.00")


async def test_closed_days_are_no_working_days(world: World) -> None:
    closed = (date(2027, 3, 30), date(2027, 3, 28))  # a Tuesday, and a Sunday anyway
    event = OrganisationChanged(**SETTINGS, closed_days=closed)
    await world.consume(
        wrap(event, subject=event.organisation_id, sequence=1, time=at("2026-01-01"), context=CONTEXT)
    )
    body = {"period": "2027-Q1", "amount": {"amount": "200.00", "currency": "EUR"}}
    assert (await world.send("PUT", "/v1/targets", json=body)).status_code == 201
    world.now = at("2027-03-29T12:00")

    forecast = await world.forecast()

    assert forecast["working_days_left"] == 2
    assert forecast["needed_per_working_day"]["amount"] == "100.00"


@pytest.mark.parametrize(
    "days", [("2027-01-15", "2027-03-14"), ("2027-01-31", "2027-02-01"), ("2027-02-05",) * 2]
)
async def test_days_at_the_edges_are_added_to_whole_months(world: World, days: tuple[str, str]) -> None:
    everything = [won(f"day {n}", eur(n), f"2027-{1 + n // 28:02}-{1 + n % 28:02}") for n in range(84)]
    await world.consume(organisation(), *everything)
    world.now = at("2027-06-01")

    asked = f"/v1/forecast?from={days[0]}&to={days[1]}"

    shown = await world.get(asked)
    assert shown["closed"] == (await world.get(f"{asked}&as_of=2027-05-31"))["closed"]
    assert Decimal(shown["closed"]["amount"]) == sum(
        n for n in range(84) if days[0] <= f"2027-{1 + n // 28:02}-{1 + n % 28:02}" <= days[1]
    )
