"""What people had said when a snapshot was taken stays as it was, whatever they say afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.forecast.outlook.domain import FIGURES
from tests.forecast.builders import deal_event, member, named, organisation, team, told
from tests.forecast.integration.world import DIRECTOR, World, who

ADJUSTMENTS, SUBMISSIONS = "/v1/forecast/adjustments", "/v1/forecast/submissions"
ANN = who("own", "ann", team="north")
BOSS = who("subtree", "boss", team="north", teams=["north"])
CID = who("own", "cid", team="south")
SOUTH = who("subtree", "other boss", team="south", teams=["south"])


async def adjust(world: World, amount: str, by: Any, **of: Any) -> dict[str, Any]:
    body = {"period": "2027-Q1", "figure": "commit", "amount": {"amount": amount, "currency": "EUR"}, **of}
    answer = await world.send("PUT", ADJUSTMENTS, by, json=body, headers={"If-Match": "*"})
    assert answer.status_code in (200, 201), answer.text
    made: dict[str, Any] = answer.json()
    return made


async def hand_in(world: World, note: str) -> dict[str, Any]:
    return await world.post(SUBMISSIONS, {"period": "2027-Q1", "note": note}, ANN)


@pytest.fixture
async def judged(world: World) -> World:
    """Ann of North sees 1000 in commit, says 1200, hands that in; her manager says 900."""
    opened = deal_event("opened", "a", time="2027-01-10", owner_id=named("ann"), forecast_category="commit")
    people = [member("ann", team="north"), member("boss", team="north", role="manager")]
    await world.consume(
        *(organisation(), team("north"), team("south"), *people, member("cid", team="south")),
        told(opened, opened.time),
    )
    await adjust(world, "1200", ANN)
    await hand_in(world, "as of now")
    await adjust(world, "900", BOSS, owner_id=str(named("ann")))
    return world


async def taken(world: World) -> str:
    made = await world.post("/v1/forecast/snapshots", {"name": "before the board"})
    return f"/v1/forecast/snapshots/{made['id']}/judgement"


async def much_is_said(world: World) -> None:
    """A day later: amended, withdrawn, handed in anew."""
    world.now += timedelta(days=1)
    mine = await adjust(world, "1500", ANN)
    await hand_in(world, "anew")
    gone = await world.send("DELETE", f"{ADJUSTMENTS}/{mine['id']}", ANN, headers={"If-Match": "*"})
    assert gone.status_code == 204, gone.text


async def test_adjustments_and_submissions_are_those_of_then(judged: World) -> None:
    path = await taken(judged)
    before = await judged.get(path)

    await much_is_said(judged)

    assert await judged.get(path) == before
    stood = [(each["side"], each["base_amount"]["amount"], each["version"]) for each in before["adjustments"]]
    assert sorted(stood) == [("manager", "900.00", 1), ("owner", "1200.00", 1)]
    [handed_in] = before["submissions"]
    assert (handed_in["status"], handed_in["note"]) == ("submitted", "as of now")
    assert (handed_in["number"]["amount"], handed_in["computed"]["amount"]) == ("1200.00", "1000.00")
    assert (before["adjustments_left_out"], before["submissions_left_out"]) == (0, 0)


async def test_the_items_as_known_at_its_instant_show_the_same(judged: World) -> None:
    path = await taken(judged)
    await much_is_said(judged)
    snapshot = await judged.get(path)
    then = snapshot["taken_at"]

    items = await judged.get(
        "/v1/forecast/items", BOSS, period="2027-Q1", as_of=then, known_at=then, team_id=str(named("north"))
    )

    beside = {
        (node["owner_id"], figure, each["id"], each["base_amount"]["amount"], each["version"])
        for node in (items["node"], *items["items"])
        for figure in FIGURES
        for each in node[figure]["adjustments"]
    }
    assert beside == {
        (each["owner_id"], each["figure"], each["id"], each["base_amount"]["amount"], each["version"])
        for each in snapshot["adjustments"]
    }
    handed_in = [node["submission"] for node in items["items"] if node["submission"]]
    names = ("id", "status", "number", "due_at", "submitted_at", "late")
    assert [{name: each[name] for name in names} for each in handed_in] == [
        {name: each[name] for name in names} for each in snapshot["submissions"]
    ]


async def test_each_sees_what_was_said_of_those_below(judged: World) -> None:
    path = await taken(judged)

    async def seen(by: Any, **asked: str) -> tuple[int, int]:
        found = await judged.get(path, by, **asked)
        return len(found["adjustments"]), len(found["submissions"])

    assert [await seen(by) for by in (DIRECTOR, BOSS, ANN)] == [(2, 1)] * 3
    assert [await seen(by) for by in (CID, SOUTH, who("none", "ops"))] == [(0, 0)] * 3
    assert await seen(DIRECTOR, owner_id=str(named("ann"))) == (2, 1)
    assert await seen(DIRECTOR, team_id=str(named("north"))) == (0, 0)
    assert await seen(DIRECTOR, period="2027-Q2") == (0, 0)
    assert await seen(DIRECTOR, rollup="single") == (0, 1)


async def test_two_nodes_at_once_and_unknown_snapshots_are_refused(judged: World) -> None:
    path = await taken(judged)
    both = {"team_id": str(named("north")), "owner_id": str(named("ann"))}

    asked = await judged.send("GET", path, params=both)
    unknown = await judged.send("GET", f"/v1/forecast/snapshots/{named('other')}/judgement")

    assert (asked.status_code, asked.json()["code"]) == (400, "invalid_parameter")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "snapshot_not_found")


@pytest.mark.parametrize("change", ["UPDATE adjustment_state SET amount = 0", "DELETE FROM adjustment_state"])
async def test_what_an_adjustment_was_cannot_be_altered(judged: World, change: str) -> None:
    with pytest.raises(DBAPIError, match="kept for ever"):
        async with judged.database.transaction() as connection:
            await connection.execute(text(change))
