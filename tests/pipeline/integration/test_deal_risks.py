"""What may go wrong with deals, how much it matters, and who sees to it."""

import pytest

from services.pipeline.deal_risk.domain import severity_of
from tests.pipeline.integration.world import FIRST, MANAGER, OTHER_REP, REP, Json, World, euros

RISK: Json = {"risk": "Their budget is frozen", "likelihood": 3, "impact": 4, "mitigation": "Ask the CFO"}


@pytest.mark.parametrize(
    ("score", "severity"), [(1, "low"), (4, "low"), (5, "medium"), (9, "medium"), (10, "high"), (25, "high")]
)
def test_the_score_says_how_much_a_risk_matters(score: int, severity: str) -> None:
    assert severity_of(score) == severity


async def test_a_risk_is_recorded_judged_anew_and_closed_and_the_words_stay_here(world: World) -> None:
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}/risks"

    made = await world.send("POST", path, REP, json=RISK)
    one = f"{path}/{made.json()['id']}"
    milder = await world.send("PATCH", one, REP, json={"likelihood": 1}, headers=FIRST)
    late = await world.send("PATCH", one, REP, json={"likelihood": 5}, headers=FIRST)
    closed = await world.send("PATCH", one, REP, json={"status": "closed"}, headers={"If-Match": '"2"'})

    assert (made.status_code, made.headers["Location"], made.headers["ETag"]) == (201, one, '"1"')
    assert (made.json()["score"], made.json()["severity"]) == (12, "high")
    assert (made.json()["accountable_id"], made.json()["status"]) == (REP.sub, "open")
    assert (milder.json()["severity"], late.status_code) == ("low", 412)
    assert await world.get(one, REP) == closed.json()
    assert (await world.get(path, REP, severity="low"))["items"] == [closed.json()]
    events = (await world.events(deal["id"]))[1:]
    assert [each["type"].rsplit(".", 1)[1] for each in events] == [
        *("risk_recorded", "risk_changed", "risk_changed")
    ]
    assert [each["data"]["severity"] for each in events] == ["high", "low", "low"]
    assert events[-1]["data"]["risk_status"] == "closed"
    assert "budget" not in str(events)


async def test_open_high_risks_are_listed_over_all_deals_one_reads(world: World) -> None:
    mine = await world.deal(REP, amount=euros("100"))
    theirs = await world.deal(OTHER_REP)
    for deal, by, impact in ((mine, REP, 4), (mine, REP, 5), (mine, REP, 1), (theirs, OTHER_REP, 5)):
        await world.post(f"/v1/deals/{deal['id']}/risks", {**RISK, "impact": impact}, by)
    high: Json = {"severity": "high", "status": "open"}

    own = (await world.get("/v1/risks", REP, **high))["items"]
    everybodys = (await world.get("/v1/risks", **high))["items"]
    first = await world.get("/v1/risks", limit="1", **high)
    second = await world.get("/v1/risks", limit="2", cursor=first["next_cursor"], **high)

    assert [each["score"] for each in own] == [15, 12]
    assert (own[0]["owner_id"], own[0]["base_amount"]) == (REP.sub, euros("100"))
    assert [each["score"] for each in everybodys] == [15, 15, 12]
    assert [*first["items"], *second["items"]] == everybodys
    assert [each["score"] for each in (await world.get("/v1/risks", MANAGER))["items"]] == [15, 12, 3]


async def test_who_is_accountable_sees_the_deal(world: World) -> None:
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}"
    body = {**RISK, "accountable_id": OTHER_REP.sub}

    blind = await world.refusal("POST", f"{path}/risks", body, REP)
    await world.post(f"{path}/team", {"member_id": OTHER_REP.sub}, REP)
    taken = await world.post(f"{path}/risks", body, REP)

    assert blind == (422, "cannot_see_deal", [("/accountable_id", "cannot_see_deal")])
    assert taken["accountable_id"] == OTHER_REP.sub


@pytest.mark.parametrize("wrong", [{"likelihood": 0}, {"impact": 6}, {"likelihood": 2.5}, {"risk": " "}])
async def test_a_risk_out_of_the_matrix_is_refused(world: World, wrong: Json) -> None:
    deal = await world.deal(REP)

    refused = await world.refusal("POST", f"/v1/deals/{deal['id']}/risks", {**RISK, **wrong}, REP)

    assert (refused[:2], refused[2][0][0]) == ((422, "validation_failed"), f"/{next(iter(wrong))}")


async def test_risks_of_anothers_deal_are_not_found(world: World) -> None:
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}/risks"

    assert (await world.refusal("GET", path, by=OTHER_REP))[:2] == (404, "deal_not_found")
    assert (await world.refusal("POST", path, RISK, OTHER_REP))[:2] == (404, "deal_not_found")
