"""`GET /v1/forecast/executive`: a year of revenue beside the year before."""

from decimal import Decimal
from typing import Any

from shared.contracts.identity import Identity
from tests.forecast.builders import at, deal_event, eur, member, named, organisation, team, told
from tests.forecast.integration.world import DIRECTOR, World, who

Json = dict[str, Any]


def won(name: str, amount: int, closed: str, **fields: Any) -> Any:
    return deal_event(
        "opened", name, time="2025-12-01", status="won", amount=eur(amount), closed_at=at(closed), **fields
    )


def open_deal(name: str, amount: int, close: str, category: str, probability: str, **fields: Any) -> Any:
    return deal_event(
        "opened",
        name,
        time="2027-01-10",
        amount=eur(amount),
        expected_close=at(close).date(),
        forecast_category=category,
        probability=Decimal(probability),
        **fields,
    )


async def executive(world: World, caller: Identity = DIRECTOR, **params: Any) -> Json:
    return await world.get("/v1/forecast/executive", caller, **{"year": "2027", **params})


async def plan(world: World, period: str, amount: str, **aim: Any) -> None:
    body = {"period": period, "amount": {"amount": amount, "currency": "EUR"}, **aim}
    answer = await world.send("PUT", "/v1/targets", json=body)
    assert answer.status_code == 201, answer.text


def amounts(line: Json, *names: str) -> list[str]:
    return [line[name]["amount"] for name in names]


async def two_years(world: World) -> None:
    """It is the tenth of February 2027."""
    await world.consume(
        organisation(),
        won("last january", 100, "2026-01-20"),
        won("last february, by the tenth", 40, "2026-02-10T23:00"),
        won("last february, later", 60, "2026-02-11"),
        won("last may", 500, "2026-05-05"),
        won("two years ago", 999, "2025-12-31T23:00"),
        won("january", 150, "2027-01-31T23:30"),
        won("february", 80, "2027-02-01"),
        open_deal("sure", 200, "2027-02-20", "commit", "0.9"),
        open_deal("hoped for", 1000, "2027-05-20", "best_case", "0.5"),
        open_deal("left out", 1000, "2027-05-20", "omitted", "0.5"),
        open_deal("next year", 1000, "2028-01-20", "commit", "0.5"),
    )


async def test_each_month_stands_beside_the_same_month_of_last_year(world: World) -> None:
    await two_years(world)

    answer = await executive(world)

    january, february, may = (answer["months"][index] for index in (0, 1, 4))
    assert amounts(january, "closed", "weighted") == ["150.00", "150.00"]
    assert january["growth"] == 0.5
    assert amounts(february, "closed", "commit", "weighted") == ["80.00", "280.00", "260.00"]
    assert amounts(february["last_year"], "closed", "closed_to_date") == ["100.00", "40.00"]
    assert (february["growth"], february["expected_growth"]) == (1, 1.6)
    assert amounts(may, "closed", "commit", "best_case", "weighted") == ["0.00", "0.00", "1000.00", "500.00"]
    assert (may["growth"], may["expected_growth"]) == (None, 0)


async def test_months_add_up_to_quarters_and_quarters_to_the_year_to_date(world: World) -> None:
    await two_years(world)

    answer = await executive(world)

    first, second = answer["quarters"][:2]
    assert amounts(first, "closed", "weighted") == ["230.00", "410.00"]
    assert amounts(second, "closed", "weighted") == ["0.00", "500.00"]
    assert amounts(answer["year"], "closed", "weighted") == ["230.00", "910.00"]
    assert amounts(answer["year"]["last_year"], "closed") == ["700.00"]
    assert answer["year_to_date"] == {
        "through": "2027-02-10",
        "closed": {"amount": "230.00", "currency": "EUR"},
        "last_year": {"amount": "140.00", "currency": "EUR"},
        "growth": 0.6429,
    }
    assert answer["definitions"]["growth"]["denominator"].startswith("What was closed to date")


async def test_targets_of_month_quarter_and_year_stand_beside_what_was_closed(world: World) -> None:
    await two_years(world)
    await plan(world, "2027", "1000")
    await plan(world, "2027-Q1", "460")
    await plan(world, "2027-01", "300")
    await plan(world, "2026-Q1", "250")
    await plan(world, "2027-Q1", "9", team_id=None, product_id=None, country="AT")

    answer = await executive(world)

    assert amounts(answer["year"], "target", "gap_to_target") == ["1000.00", "770.00"]
    assert (answer["quarters"][0]["attainment"], answer["months"][0]["attainment"]) == (0.5, 0.5)
    assert amounts(answer["quarters"][0]["last_year"], "target") == ["250.00"]
    assert answer["months"][1]["target"] is None


async def test_the_fiscal_year_and_the_time_zone_are_the_organisations(world: World) -> None:
    await world.consume(
        organisation(time_zone="Europe/Vienna", fiscal_start=2),
        won("by local time in february", 70, "2026-01-31T23:30"),
        won("by local time in january", 5, "2026-01-31T22:30"),
    )

    answer = await executive(world)

    assert answer["months"][0]["period"] == {"name": "2026-02", "from": "2026-02-01", "to": "2026-02-28"}
    assert amounts(answer["months"][0], "closed") == ["70.00"]
    assert answer["quarters"][0]["period"]["name"] == "2027-Q1"
    assert amounts(answer["year"]["last_year"], "closed") == ["5.00"]


async def test_the_year_is_seen_as_it_stood(world: World) -> None:
    await two_years(world)

    answer = await executive(world, as_of="2027-01-31")

    assert amounts(answer["year"], "closed") == ["150.00"]
    assert answer["year_to_date"]["through"] == "2027-01-31"
    assert amounts(answer["year"]["last_year"], "closed_to_date") == ["100.00"]


async def test_what_was_told_later_is_not_in_the_year_as_it_was_known(world: World) -> None:
    await world.consume(
        organisation(),
        told(won("told at once", 30, "2027-01-05"), at("2027-01-05")),
        told(won("told late", 4, "2027-01-05"), at("2027-02-05")),
    )

    known = await executive(world, as_of="2027-01-31", known_at="2027-01-31")

    assert amounts(known["year"], "closed") == ["30.00"]
    assert amounts((await executive(world, as_of="2027-01-31"))["year"], "closed") == ["34.00"]


async def test_everybody_sees_the_year_of_the_deals_in_reach(world: World) -> None:
    await world.consume(
        organisation(),
        team("north"),
        member("ann", team="north"),
        won("ann's", 30, "2027-01-05", owner_id=named("ann")),
        won("another's", 4, "2027-01-05"),
    )
    await plan(world, "2027", "60", team_id=str(named("north")))

    rep = await executive(world, who("own", "ann", team="north"))
    manager = await executive(world, who("subtree", "boss", team="north", teams=["north"]))
    team_of_director = await executive(world, team_id=str(named("north")))

    assert amounts(rep["year"], "closed") == ["30.00"]
    assert rep["year"]["target"] is None
    assert amounts(manager["year"], "closed", "target") == ["30.00", "60.00"]
    assert team_of_director["year"]["attainment"] == 0.5


async def test_a_year_that_cannot_be_read_is_refused(world: World) -> None:
    await world.consume(organisation())

    answer = await world.send("GET", "/v1/forecast/executive?year=27")

    assert answer.status_code in (400, 422)
