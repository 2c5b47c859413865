"""`GET /v1/forecast/sources` over real ledgers."""

from datetime import timedelta
from typing import Any

from shared.contracts.envelope import Envelope
from shared.contracts.identity import Identity
from tests.forecast.builders import at, deal_event, eur, lead_event, member, named, organisation, team
from tests.forecast.integration.world import DIRECTOR, World, who

Json = dict[str, Any]
MONTHS = [f"2026-{month:02}" for month in range(1, 13)] + ["2027-01"]


def received(name: str, month: str, *, won: int | None = None, **fields: Any) -> list[Envelope]:
    """A lead of the fifth, told to be none after three days; or after 28 days a deal, won for 100."""
    came = at(f"{month}-05")
    if won is None:
        fields["disqualified_at"] = came + timedelta(days=3)
        return [lead_event(name, created=f"{month}-05", **fields)]
    closed = came + timedelta(days=won)
    lead = lead_event(name, created=f"{month}-05", converted_at=came + timedelta(days=28), **fields)
    deal = deal_event(
        "opened",
        f"deal of {name}",
        time=f"{month}-14",
        status="won",
        amount=eur(100),
        closed_at=closed,
        lead_id=named(name),
        owner_id=fields.get("owner_id"),
    )
    return [lead, deal]


def history(source: str, *, each_month: int = 10, wins: int = 2, **fields: Any) -> list[Envelope]:
    """From January 2026 to January 2027 so many leads a month, some of them won in the month after."""
    return [
        event
        for month in MONTHS
        for number in range(each_month)
        for event in received(
            f"{source} {month} {number}",
            month,
            won=30 if number < wins and month != "2027-01" else None,
            source=source,
            **fields,
        )
    ]


async def sources(world: World, caller: Identity = DIRECTOR, **params: Any) -> Json:
    return await world.get("/v1/forecast/sources", caller, **{"period": "2027-03", **params})


async def test_leads_to_come_bring_what_leads_of_their_source_brought(world: World) -> None:
    world.now = at("2027-02-01T00:00")
    await world.consume(organisation(), *history("web"), *history("fair", each_month=5, wins=1))

    answer = await sources(world)

    web, fair = answer["sources"]
    assert (answer["state"], answer["wins"]) == ("ok", 36)
    assert (web["source"], web["received"], web["wins"], web["leads_per_month"]) == ("web", 130, 24, 10)
    assert (web["conversion"], web["average_deal"]["amount"]) == (0.2, "100.00")
    assert web["lag_months"][:3] == [0, 1, 0]
    assert (web["open_leads"], web["expected"]["amount"]) == (0, "200.00")
    assert fair["expected"]["amount"] == "100.00"
    assert answer["expected"]["amount"] == "300.00"
    accuracy = answer["accuracy"]
    assert [(each["begins"], each["actual"]["amount"]) for each in accuracy["trials"]] == [
        ("2026-11-01", "900.00")
    ]
    assert (accuracy["wape"], accuracy["bias"]) == (0, 0)
    assert answer["definitions"]["own_weight"]["numerator"] == "Wins of the source"


async def test_an_open_lead_is_expected_to_bring_its_share(world: World) -> None:
    world.now = at("2027-02-01T00:00")
    await world.consume(
        organisation(),
        *history("web"),
        lead_event("waiting", created="2027-01-20", source="web"),
    )

    answer = await sources(world, period="2027-02")

    web = answer["sources"][0]
    assert web["open_leads"] == 1
    assert web["from_open_leads"]["amount"] == "100.00"


async def test_too_little_history_gives_no_number(world: World) -> None:
    world.now = at("2027-02-01T00:00")
    await world.consume(organisation(), *history("web", wins=0))

    answer = await sources(world)

    assert (answer["state"], answer["expected"], answer["months"]) == ("insufficient_history", None, [])
    web = answer["sources"][0]
    assert web["received"] == 130
    assert [web["conversion"], web["average_deal"], web["expected"]] == [None, None, None]


async def test_everybody_sees_what_their_own_leads_bring(world: World) -> None:
    world.now = at("2027-02-01T00:00")
    await world.consume(
        organisation(),
        team("north"),
        member("ann", team="north"),
        *history("web", owner_id=named("ann")),
        *history("fair", owner_id=named("bob")),
    )

    rep = await sources(world, who("own", "ann", team="north"))
    other = await sources(world, who("own", "cleo", team="north"))
    of_team = await sources(world, team_id=str(named("north")))

    assert [each["source"] for each in rep["sources"]] == ["web"]
    assert other["sources"] == []
    assert of_team["expected"] == rep["expected"]


async def test_as_of_shows_what_was_to_be_expected_then(world: World) -> None:
    world.now = at("2027-02-01T00:00")
    await world.consume(organisation(), *history("web"))

    answer = await sources(world, period="2026-12", as_of="2026-11-30")

    assert (answer["wins"], answer["sources"][0]["received"]) == (20, 110)


async def test_a_period_too_far_ahead_is_refused(world: World) -> None:
    await world.consume(organisation())

    answer = await world.send("GET", "/v1/forecast/sources?period=2040")

    assert (answer.status_code, answer.json()["code"]) == (400, "period_invalid")
