"""Who else sells what we sell, however it is spelt, and in which deals we meet them."""

import asyncio
from typing import Any

from tests.pipeline.integration.world import (
    ANY,
    DIRECTOR,
    FIRST,
    MANAGER,
    OTHER_REP,
    REP,
    Json,
    World,
    days,
    named,
)


async def entered(world: World, name: str, **fields: Any) -> str:
    made: str = (await world.post("/v1/competitors", {"name": name, **fields}, MANAGER))["id"]
    return made


async def rivals(world: World, deal: Json) -> dict[str, Json]:
    items = (await world.get(f"/v1/deals/{deal['id']}/competitors", REP))["items"]
    return {each["name"]: each for each in items}


async def test_a_competitor_is_entered_found_and_described(world: World) -> None:
    body = {"name": "Globex", "aliases": ["Globex Corp"], "strengths": "Price", "products": "Valves"}

    made = await world.send("POST", "/v1/competitors", MANAGER, json=body)
    one = f"/v1/competitors/{made.json()['id']}"
    edited = await world.send("PATCH", one, MANAGER, json={"weaknesses": "Service"}, headers=FIRST)
    late = await world.send("PATCH", one, MANAGER, json={"weaknesses": "None"}, headers=FIRST)

    assert (made.status_code, made.headers["Location"], made.headers["ETag"]) == (201, one, '"1"')
    assert {name: made.json()[name] for name in body} == body
    assert (edited.json()["weaknesses"], late.status_code) == ("Service", 412)
    assert (await world.get("/v1/competitors", REP, q="glob"))["items"] == [edited.json()]
    assert (await world.refusal("GET", f"/v1/competitors/{named('x')}"))[:2] == (
        404,
        "competitor_not_found",
    )


async def test_a_spelling_is_of_one_competitor_whatever_its_case_and_blanks(world: World) -> None:
    globex = await entered(world, "Globex", aliases=["Globex  Corp"])
    acme = await entered(world, "Acme")

    taken = await world.send("POST", "/v1/competitors", MANAGER, json={"name": " GLOBEX corp "})
    alias = await world.refusal("PATCH", f"/v1/competitors/{acme}", {"aliases": ["globex"]})

    assert (taken.status_code, taken.json()["code"]) == (409, "spelling_taken")
    assert taken.json()["competitor_id"] == globex
    assert alias[:2] == (409, "spelling_taken")


async def test_of_two_who_enter_the_same_at_once_one_is_entered(world: World) -> None:
    answers = await asyncio.gather(
        *(world.send("POST", "/v1/competitors", MANAGER, json={"name": "Globex"}) for _ in range(4))
    )

    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]


async def test_several_competitors_are_met_in_a_deal_and_it_is_lost_to_one(world: World) -> None:
    globex, initech = await entered(world, "Globex"), await entered(world, "Initech")
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}/competitors"

    made = await world.send("POST", path, REP, json={"competitor_id": globex, "strengths": "Cheap"})
    await world.post(path, {"competitor_id": initech, "status": "behind"}, REP)
    twice = await world.refusal("POST", path, {"competitor_id": globex}, REP)
    one = f"{path}/{globex}"
    ahead = await world.send("PATCH", one, REP, json={"status": "ahead"}, headers=FIRST)
    await world.post(f"/v1/deals/{deal['id']}/lose", {"reason": "price", "competitor": "GLOBEX"}, REP)

    assert (made.status_code, made.headers["Location"], made.headers["ETag"]) == (201, one, '"1"')
    assert twice[:2] == (409, "already_on_deal")
    assert (ahead.json()["status"], ahead.headers["ETag"]) == ("ahead", '"2"')
    met = await rivals(world, deal)
    assert {name: each["lost_to"] for name, each in met.items()} == {"Globex": True, "Initech": False}
    assert (await world.get(f"/v1/deals/{deal['id']}", REP))["competitor"] == "GLOBEX"
    events = await world.events(deal["id"])
    assert [each["type"].rsplit(".", 1)[1] for each in events][1:4] == [
        *("competitor_added", "competitor_added", "competitor_changed")
    ]
    assert "Cheap" not in str(events)


async def test_the_competitor_that_the_deal_names_is_matched_and_can_be_described(world: World) -> None:
    globex = await entered(world, "Globex", aliases=["Globex Corp"])
    deal = await world.deal(REP, competitor="globex  CORP")
    one = f"/v1/deals/{deal['id']}/competitors/{globex}"

    seen = await world.send("GET", one, REP)
    put = await world.send("PATCH", one, REP, json={"status": "ahead"}, headers={"If-Match": '"0"'})

    assert (seen.json()["named"], seen.json()["status"], seen.headers["ETag"]) == (True, None, '"0"')
    assert (put.json()["status"], put.json()["named"], put.headers["ETag"]) == ("ahead", True, '"1"')
    assert list(await rivals(world, deal)) == ["Globex"]


async def test_spellings_that_nobody_has_are_listed_by_how_often_they_are_used(world: World) -> None:
    await entered(world, "Globex")
    for text in ("globex", "Umbrella", "umbrella ", "Hooli"):
        await world.deal(REP, competitor=text)

    listed = await world.get("/v1/competitors/unmatched", REP)

    assert listed["items"] == [{"spelling": "umbrella", "deals": 2}, {"spelling": "hooli", "deals": 1}]
    assert (await world.get("/v1/competitors/unmatched", OTHER_REP))["items"] == []


async def test_two_spellings_become_one_competitor_on_deals_too(world: World) -> None:
    globex, corp, gx = (
        await entered(world, "Globex"),
        await entered(world, "Globex Corp"),
        await entered(world, "GX"),
    )
    deal, named_only = await world.deal(REP), await world.deal(REP, competitor="gx")
    path = f"/v1/deals/{deal['id']}/competitors"
    await world.post(path, {"competitor_id": corp, "status": "ahead"}, REP)
    world.now += days(1)
    await world.post(path, {"competitor_id": globex}, REP)

    await world.post(f"/v1/competitors/{gx}/merge", {"into": corp}, MANAGER)
    merged = await world.post(f"/v1/competitors/{corp}/merge", {"into": globex}, MANAGER)

    assert merged["aliases"] == ["Globex Corp", "GX"]
    met = await rivals(world, deal)
    assert [(each["competitor_id"], each["status"]) for each in met.values()] == [(globex, "ahead")]
    assert (await rivals(world, named_only))["Globex"]["named"]
    gone = await world.get(f"/v1/competitors/{gx}")
    assert (gone["merged_into"], gone["active"]) == (globex, False)
    assert (await world.refusal("PATCH", f"/v1/competitors/{gx}", {"name": "G"}))[:2] == (
        409,
        "record_merged",
    )
    again = await world.refusal("POST", path, {"competitor_id": gx}, REP)
    assert again[:2] == (409, "already_on_deal")
    removed = await world.send("DELETE", f"{path}/{globex}", REP, headers=ANY)
    assert (removed.status_code, await rivals(world, deal)) == (204, {})


async def test_what_makes_no_sense_is_refused(world: World) -> None:
    globex = await entered(world, "Globex")
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}/competitors"

    itself = await world.refusal("POST", f"/v1/competitors/{globex}/merge", {"into": globex})
    nobody = await world.refusal("POST", path, {"competitor_id": str(named("x"))}, REP)
    missing = await world.refusal("DELETE", f"{path}/{globex}", by=REP)

    assert itself == (422, "validation_failed", [("/into", "itself")])
    assert nobody == (422, "reference_unknown", [("/competitor_id", "reference_unknown")])
    assert missing[:2] == (404, "deal_competitor_not_found")
    assert (await world.refusal("GET", path, by=OTHER_REP))[:2] == (404, "deal_not_found")
    assert (await world.get(path, DIRECTOR))["items"] == []
