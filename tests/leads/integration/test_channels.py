"""What channels bring for what they cost, and how many come by each."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from services.leads.campaign.domain import Campaign
from shared.contracts.events.pipeline_deal import DealOpened
from tests.leads.integration.test_sources import a_deal, won
from tests.leads.integration.world import NOW, OTHER_REP, REP, Json, World, euros, iso, named, pushed


async def channels(world: World, **params: Any) -> Json:
    return await world.get("/v1/analytics/channels", period="2027-03", **params)


async def campaign(world: World, name: str, channel: str | None, cost: Json, **days: str) -> None:
    await world.post("/v1/campaigns", {"name": name, "channel": channel, "cost": cost, **days})


async def test_channels_are_ranked_by_what_is_left_of_what_they_brought(world: World) -> None:
    await won(world, "1000.00", channel="email")
    await won(world, "700.00", channel="call")
    await world.lead(OTHER_REP, channel="call")
    await world.lead(OTHER_REP)
    march = {"starts_on": "2027-03-01", "ends_on": "2027-03-31"}
    await campaign(world, "Spring", "email", euros("400.00"), **march)
    await campaign(world, "Fair", "fair", {"amount": "100.00", "currency": "USD"}, **march)
    await campaign(world, "Autumn", "call", euros("999.00"), starts_on="2026-10-01", ends_on="2026-10-31")

    found = await channels(world)

    call, email, fair, none = found["groups"]
    assert [(each["key"], each["rank"]) for each in (call, email, fair, none)] == [
        ("call", 1),
        ("email", 2),
        ("fair", 3),
        (None, None),
    ]
    assert (email["cost"], email["cost_per_lead"], email["profit"]) == (
        euros("400.00"),
        euros("400.00"),
        None,
    )
    assert (fair["received"], fair["cost"], fair["cost_per_lead"]) == (0, euros("50.00"), None)
    assert (call["conversion"], call["won_revenue"]) == (0.5, euros("700.00"))
    assert (found["received"], found["cost"], found["won_revenue"]) == (4, euros("450.00"), euros("1700.00"))
    assert found["definitions"]["cost_per_lead"]["denominator"] == "Received"
    mine = await world.get("/v1/analytics/channels", REP, period="2027-03")
    assert mine["received"] == 2


async def test_profit_needs_a_margin(world: World) -> None:
    await won(world, "1000.00", channel="email")
    await campaign(world, "Spring", "email", euros("400.00"), starts_on="2027-03-01", ends_on="2027-03-31")

    found = await channels(world, margin="0.3")

    assert (found["margin"], found["profit"], found["groups"][0]["profit"]) == (
        0.3,
        euros("-100.00"),
        euros("-100.00"),
    )
    assert (await world.refusal("GET", "/v1/analytics/channels?margin=1.1"))[0] in (400, 422)


async def test_channels_are_credited_by_touches(world: World) -> None:
    await world.push(pushed("a-1", channel="email"))
    await world.push(pushed("a-1", channel="web"))

    found = await channels(world, attribution="linear")

    assert {each["key"]: each["received"] for each in found["groups"]} == {"email": 0.5, "web": 0.5}


@pytest.mark.parametrize(
    ("starts", "ends", "part"),
    [
        (date(2027, 3, 1), date(2027, 3, 31), Fraction(1)),
        (date(2027, 2, 20), date(2027, 3, 10), Fraction(10, 19)),
        (date(2027, 4, 1), date(2027, 4, 2), Fraction(0)),
        (date(2027, 3, 31), None, Fraction(1)),
        (date(2027, 2, 28), None, Fraction(0)),
        (None, None, Fraction(1)),
    ],
)
def test_a_campaign_costs_by_its_days(starts: date | None, ends: date | None, part: Fraction) -> None:
    spring = Campaign(named("spring"), "Spring", NOW, NOW, starts_on=starts, ends_on=ends)

    assert spring.cost_within(date(2027, 3, 1), date(2027, 3, 31)) == part


async def told_visits(world: World, *items: Json) -> list[str]:
    return [each["status"] for each in (await world.post("/v1/traffic", {"items": list(items)}))["items"]]


async def test_telling_the_same_visits_again_changes_nothing(world: World) -> None:
    first = {"day": "2027-03-02", "channel": "web", "source": "search", "visits": 100}
    other = {**first, "source": ""}

    assert await told_visits(world, first, other) == ["created", "created"]
    assert await told_visits(world, first, {**other, "visits": 50}) == ["unchanged", "updated"]
    assert await told_visits(world, {**first, "visits": -1}, {**first, "visits": 7}, first) == [
        "rejected",
        "updated",
        "updated",
    ]

    found = await world.get("/v1/analytics/traffic", period="2027-03")
    assert (found["visits"], found["groups"][0]["visits"]) == (150, 150)
    assert (await world.get("/v1/analytics/traffic", period="2027-04"))["visits"] == 0


async def test_traffic_goes_from_visits_to_won_deals(world: World) -> None:
    await told_visits(world, {"day": "2027-03-01", "channel": "web", "visits": 40})
    await won(world, "100.00", channel="web")
    open_one = await world.lead(REP, channel="web")
    await world.consume(a_deal(DealOpened, open_one, "50.00"))
    mail = {"kind": "email", "message_id": "<1@a.de>", "from": "ann@a.de", "received_at": iso(NOW)}
    await world.post("/v1/inquiries", mail)

    found = await world.get("/v1/analytics/traffic", period="2027-03")

    web = found["groups"][0]
    assert (web["key"], web["visits"], web["leads"], web["deals"], web["won"]) == ("web", 40, 2, 2, 1)
    assert (web["leads_by_visits"], web["won_by_leads"]) == (0.05, 0.5)
    email = next(each for each in found["groups"] if each["key"] == "email")
    assert (email["requests"], email["leads"], email["requests_by_visits"]) == (1, 1, None)
    assert (found["requests"], found["won_revenue"]) == (1, euros("100.00"))
    assert Decimal(str(found["leads"])) == sum(Decimal(str(each["leads"])) for each in found["groups"])
