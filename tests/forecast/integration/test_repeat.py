"""`GET /v1/forecast/repeat` over real ledgers."""

from datetime import timedelta
from typing import Any

from shared.contracts.envelope import Envelope
from shared.contracts.identity import Identity
from tests.forecast.builders import at, deal_event, eur, member, named, organisation, team
from tests.forecast.integration.test_regions import account
from tests.forecast.integration.world import DIRECTOR, World, who

Json = dict[str, Any]
NOW = at("2027-02-10T12:00")


def bought(name: str, *, every: int, times: int, last: int, owner: str = "ann") -> list[Envelope]:
    """An account that bought so often for 100, the last time so many days ago."""
    return [
        account(name, "AT"),
        *(
            deal_event(
                "opened",
                f"{name} {number}",
                time="2025-01-01",
                status="won",
                amount=eur(100),
                closed_at=NOW - timedelta(days=last + every * number),
                account_id=named(name),
                owner_id=named(owner),
            )
            for number in range(times)
        ),
    ]


def customers() -> list[Envelope]:
    """Six that buy each month, one that is late, one that bought only twice."""
    return [
        organisation(),
        team("north"),
        member("ann", team="north"),
        *(event for n in range(6) for event in bought(f"steady {n}", every=30, times=12, last=5)),
        *bought("late", every=90, times=5, last=140, owner="bob"),
        *bought("new", every=30, times=2, last=5),
    ]


async def repeat(world: World, caller: Identity = DIRECTOR, **params: Any) -> Json:
    return await world.get(
        "/v1/forecast/repeat", caller, **{"from": "2027-02-10", "to": "2027-03-11", **params}
    )


async def test_regular_customers_bring_what_their_rhythm_says(world: World) -> None:
    await world.consume(*customers())

    answer = await repeat(world)

    assert (answer["state"], answer["days_to_come"], answer["regular_customers"]) == ("ok", 30, 7)
    amounts = [float(answer[name]["amount"]) for name in ("p10", "p50", "p90")]
    assert amounts == sorted(amounts)
    assert 540 < amounts[1] < 640
    steady = answer["customers"][0]
    assert (steady["purchases"], steady["median_interval_days"], steady["last_bought_days_ago"]) == (
        12,
        30,
        5,
    )
    assert steady["words"] == "bought every 30 days, last 5 days ago"
    assert answer["definitions"]["expected_purchases"]["numerator"] == "Chance active x days to come"


async def test_overdue_customers_are_listed(world: World) -> None:
    await world.consume(*customers())

    answer = await repeat(world)

    assert answer["overdue_customers"] == 1
    (late,) = answer["overdue"]
    assert (late["name"], late["words"]) == ("late", "bought every 90 days, last 140 days ago")


async def test_past_spans_show_how_good_it_was_beside_the_span_before(world: World) -> None:
    await world.consume(*customers())

    accuracy = (await repeat(world))["accuracy"]

    assert accuracy["spans"] >= 5
    first = accuracy["trials"][0]
    assert (first["begins"], first["actual"]["amount"], first["same_as_before"]["amount"]) == (
        "2027-01-11",
        "600.00",
        "600.00",
    )
    assert accuracy["wape"] < 0.2


async def test_too_few_regulars_give_no_number(world: World) -> None:
    await world.consume(organisation(), *bought("alone", every=30, times=12, last=5))

    answer = await repeat(world)

    assert (answer["state"], answer["p50"], answer["customers"]) == ("insufficient_history", None, [])


async def test_nothing_is_said_of_what_lies_too_far_ahead(world: World) -> None:
    await world.consume(*customers())
    asked = {"from": "2030-01-01", "to": "2030-12-31"}

    refused = await world.send("GET", "/v1/forecast/repeat", params=asked)

    assert (refused.status_code, refused.json()["code"]) == (400, "period_invalid")


async def test_a_rep_sees_the_customers_of_own_deals(world: World) -> None:
    await world.consume(*customers())

    answer = await repeat(world, who("own", "ann", team="north"))

    assert (answer["regular_customers"], answer["overdue_customers"]) == (6, 0)


async def test_as_of_knows_only_what_was_bought_by_then(world: World) -> None:
    await world.consume(*customers())

    answer = await repeat(world, as_of="2026-12-01")

    assert answer["customers"][0]["purchases"] == 9
    assert answer["days_to_come"] == 30
