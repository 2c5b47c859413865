"""A small organisation that hands in forecasts."""

from typing import Any

import httpx

from shared.contracts.envelope import Envelope
from shared.contracts.identity import Identity
from tests.forecast.builders import at, deal_event, eur, member, named, organisation, team
from tests.forecast.integration.world import World, who

BOSS = who("subtree", "boss", team="north", teams=["north", "oslo"])
OTHER_BOSS = who("subtree", "other boss", team="south", teams=["south"])
ANN = who("own", "ann", team="north")
PATH, TOPIC, RULES = "/v1/forecast/submissions", "forecast.submission", "/v1/forecast/submission-rules"
FRIDAY = at("2027-02-12T17:00")
WEEKLY = {"kind": "quarter", "weekday": 5, "at": "17:00", "reminder_hours": 24, "grace_hours": 48}


async def staff(world: World) -> World:
    """On Wednesday, the 10th of February 2027: Ann of North has 1000 in commit and 500 won."""
    await world.consume(
        organisation(),
        team("north"),
        team("oslo", parent="north"),
        team("south"),
        *(member(name, team="north") for name in ("ann",)),
        member("boss", team="north", role="manager"),
        member("cid", team="south"),
        *deals_of("ann"),
    )
    return world


def deals_of(owner: str) -> list[Envelope]:
    whose: dict[str, Any] = {"owner_id": named(owner)}
    return [
        deal_event(
            "opened", f"open {owner}", time="2027-01-10", forecast_category="commit", stage="Offer", **whose
        ),
        deal_event(
            "won",
            f"won {owner}",
            time="2027-02-01",
            status="won",
            closed_at=at("2027-02-01"),
            amount=eur(500),
            **whose,
        ),
    ]


async def with_rules(world: World, *rules: dict[str, Any]) -> None:
    answer = await world.send("PUT", RULES, json={"rules": list(rules)}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


async def hand_in(world: World, by: Identity = ANN, /, **body: Any) -> httpx.Response:
    return await world.send("POST", PATH, by, json={"period": "2027-Q1", **body})


async def handed_in(world: World, by: Identity = ANN, /, **body: Any) -> dict[str, Any]:
    answer = await hand_in(world, by, **body)
    assert answer.status_code in (200, 201), answer.text
    state: dict[str, Any] = answer.json()
    return state


async def do(world: World, what: str, by: Identity, state: dict[str, Any], **body: Any) -> httpx.Response:
    headers = {"If-Match": "*"}
    return await world.send("POST", f"{PATH}/{state['id']}/{what}", by, json=body, headers=headers)


async def kinds(world: World) -> list[str]:
    return [each["type"].rsplit(".", 1)[1] for each in await world.events(TOPIC)]


def money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def unchanged(body: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in body.items() if name not in ("of_present_calendar", "stale", "moved")
    }
