"""What changed on deals: one row for each thing, from what to what."""

from decimal import Decimal
from typing import Any

import pytest

from shared.contracts.envelope import Envelope
from tests.forecast.builders import at, deal_event, eur, member, named, organisation, passage, team
from tests.forecast.integration.world import World, who

CHANGES = "/v1/forecast/changes"
YEAR: dict[str, Any] = {"since": "2026-12-31"}


def story() -> list[Envelope]:
    """Opened on 10 January, worth more, put off, forward and up on the 20th, won on 5 February."""
    better: dict[str, Any] = {"amount": eur(1500), "expected_close": at("2027-04-30").date()}
    moved = {"stage": "Proposal", "probability": Decimal("0.5"), "forecast_category": "commit", **better}
    won = {**moved, "stage": "Won", "probability": Decimal(1), "forecast_category": "closed"}
    return [
        deal_event("opened", time="2027-01-10"),
        deal_event("changed", sequence=2, time="2027-01-15", **better),
        deal_event("stage_changed", sequence=3, time="2027-01-20", **moved),
        deal_event("won", sequence=4, time="2027-02-05", status="won", closed_at=at("2027-02-05"), **won),
    ]


async def test_each_thing_that_changed_is_a_row_the_newest_first(world: World) -> None:
    await world.consume(organisation(), *story())

    found = await world.get(CHANGES, **YEAR)

    rows = [(each["at"][:10], each["what"], each["direction"]) for each in found["items"]]
    assert sorted(rows, reverse=True) == sorted(
        [
            ("2027-02-05", "stage", "forward"),
            ("2027-02-05", "outcome", "won"),
            ("2027-01-20", "stage", "forward"),
            ("2027-01-20", "category", "up"),
            ("2027-01-15", "amount", "increased"),
            ("2027-01-15", "close_date", "pushed"),
        ],
        reverse=True,
    )
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)


async def test_a_change_says_by_how_much_and_how_long_the_stage_took(world: World) -> None:
    await world.consume(organisation(), *story())

    [push] = (await world.get(CHANGES, what="close_date", direction="pushed", **YEAR))["items"]
    [amount] = (await world.get(CHANGES, what="amount", **YEAR))["items"]
    won, proposal = (await world.get(CHANGES, what="stage", **YEAR))["items"]

    assert (push["days_moved"], push["name"]) == (41, "deal")
    assert (push["before"]["expected_close"], push["after"]["expected_close"]) == ("2027-03-20", "2027-04-30")
    assert amount["amount_change"] == {"amount": "500.00", "currency": "EUR"}
    assert (proposal["before"]["stage"], proposal["after"]["stage"]) == ("Qualification", "Proposal")
    assert (proposal["hours_in_stage"], won["hours_in_stage"]) == (240.0, 384.0)


async def test_what_an_imported_deal_went_through_are_stages_and_nothing_else(world: World) -> None:
    history = (
        passage("Qualification", "2027-01-12", probability="0.1"),
        passage("Proposal", "2027-01-22", probability="0.5"),
    )
    imported = deal_event(
        "opened", time="2027-02-01", stage="Offer", stage_entered_at=at("2027-01-25"), history=history
    )
    await world.consume(organisation(), imported)

    found = (await world.get(CHANGES, **YEAR))["items"]

    assert {each["what"] for each in found} == {"stage"}
    assert [each["after"]["stage"] for each in found] == ["Offer", "Proposal"]


@pytest.mark.parametrize(
    ("by", "count"),
    [
        (who("own", "rep"), 6),
        (who("own", "other"), 0),
        (who("subtree", "head", team="north", teams=("north",)), 6),
        (who("none", "ops"), 0),
    ],
)
async def test_changes_are_of_deals_the_caller_may_see(world: World, by: Any, count: int) -> None:
    await world.consume(organisation(), team("north"), member("rep", team="north"), *story())

    found = await world.get(CHANGES, by, **YEAR)

    assert len(found["items"]) == count


async def test_the_list_goes_on_page_by_page(world: World) -> None:
    await world.consume(organisation(), *story())

    first = await world.get(CHANGES, limit=4, team_id=str(named("north")), **YEAR)
    pages = [await world.get(CHANGES, limit=4, **YEAR)]
    pages.append(await world.get(CHANGES, limit=4, cursor=pages[0]["next_cursor"], **YEAR))

    ids = [each["id"] for page in pages for each in page["items"]]
    assert (len(ids), len(set(ids)), first["items"]) == (6, 6, [])


@pytest.mark.parametrize(
    ("path", "params", "named"),
    [
        (CHANGES, {"since": "2027-02-01", "until": "2027-01-01"}, "until"),
        (CHANGES, {"until": "2026-01-01"}, "until"),
        ("/v1/forecast/accuracy", {"from": "2026-06-01", "to": "2026-01-01"}, "to"),
        ("/v1/forecast/predictions", {"status": "soon"}, "status"),
    ],
)
async def test_days_in_the_wrong_order_and_unknown_states_are_refused_not_empty(
    world: World, path: str, params: dict[str, str], named: str
) -> None:
    await world.consume(organisation())

    refused = await world.send("GET", path, params=params)

    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_parameter")
    assert refused.json()["errors"][0]["pointer"] == f"/query/{named}"
