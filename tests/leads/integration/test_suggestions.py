"""Leads suggested by what people say in networks, and a filter that learns what we make of them."""

import asyncio
from itertools import count

from tests.leads.integration.world import ANY, NOW, OTHER_REP, REP, Json, World, iso

_NUMBERS = count(1)


def post(text: str = "Looking for a new CRM", **fields: object) -> Json:
    """What a listener found."""
    said = {"network": "forum", "external_id": str(next(_NUMBERS)), "author": "ann", "text": text}
    return {**said, "mentioned": "industry", "posted_at": "2027-02-28T12:00:00Z", **fields}


async def suggested(world: World, *texts: str, **fields: object) -> list[Json]:
    """Suggestions with these texts."""
    results = await world.load("lead-suggestions", *(post(text, **fields) for text in texts))
    return [await world.get(f"/v1/lead-suggestions/{each['id']}") for each in results]


async def decided(world: World, *, times: int = 10) -> None:
    """Who looks for something is accepted, who only jokes is rejected."""
    for good in await suggested(world, *(["Looking for a tool, any advice"] * times)):
        await world.post(f"/v1/lead-suggestions/{good['id']}/accept")
    for bad in await suggested(world, *(["Another meme about cats"] * times), author="bob"):
        await world.post(f"/v1/lead-suggestions/{bad['id']}/reject", {"reason": "a joke"})
    await world.work_off()


async def test_a_suggestion_is_kept_once_however_often_it_is_sent(world: World) -> None:
    body = post(url="https://forum.example/1", company="Acme")

    first = await world.send("POST", "/v1/lead-suggestions", REP, json=body)
    again = await world.send("POST", "/v1/lead-suggestions", REP, json={**body, "text": "edited"})
    batch = await world.load("lead-suggestions", body, post(), post(posted_at=iso(NOW.replace(year=2028))))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.headers["Location"].endswith(first.json()["id"])
    assert again.json() == first.json() and body.items() <= first.json().items()
    assert [each["status"] for each in batch] == ["unchanged", "created", "rejected"]
    assert batch[0]["id"] == first.json()["id"]
    wrong = await world.refusal("POST", "/v1/lead-suggestions", {**body, "mentioned": "weather"})
    assert wrong[0] == 422


async def test_accepting_makes_a_lead_with_its_source_and_touch(world: World) -> None:
    (found,) = await suggested(world, "We need a CRM", url="https://forum.example/2", company="Acme")

    path = f"/v1/lead-suggestions/{found['id']}"
    accepted = await world.post(f"{path}/accept", {"email": "ann@acme.example"}, REP)

    lead = await world.get(f"/v1/leads/{accepted['lead_id']}", REP)
    assert (lead["name"], lead["source"], lead["origin"]) == ("ann", "forum", "active")
    assert (lead["company"], lead["email"], lead["owner_id"]) == ("Acme", "ann@acme.example", REP.sub)
    (touch,) = (await world.get(f"/v1/leads/{lead['id']}/touches", REP))["items"]
    assert (touch["kind"], touch["url"]) == ("social", "https://forum.example/2")
    assert (accepted["status"], accepted["decided_by"]) == ("accepted", REP.sub)
    again = await world.send("POST", f"{path}/accept", OTHER_REP, json={}, headers=ANY)
    assert (again.status_code, again.json()["code"]) == (409, "suggestion_decided")
    assert again.json()["lead_id"] == lead["id"]
    assert (await world.get("/v1/lead-suggestions"))["items"] == []
    assert len((await world.get("/v1/lead-suggestions", status="accepted"))["items"]) == 1


async def test_too_few_decisions_say_nothing(world: World) -> None:
    await decided(world, times=9)
    await suggested(world, "Looking for advice")
    await world.work_off()

    (found,) = (await world.get("/v1/lead-suggestions"))["items"]

    assert (found["relevance"], found["relevance_state"]) == (None, "insufficient_history")
    learned = await world.get("/v1/lead-suggestions/filter")
    assert (learned["state"], learned["accepted"], learned["auc"]) == ("insufficient_history", 9, None)


async def test_the_filter_learns_from_decisions_and_says_why(world: World) -> None:
    early = await suggested(world, "Meme of the day", author="bob")
    await decided(world)
    late = await suggested(world, "Looking for somebody with advice")
    await world.work_off()

    listed = (await world.get("/v1/lead-suggestions"))["items"]

    assert [each["id"] for each in listed] == [late[0]["id"], early[0]["id"]]
    assert listed[0]["relevance"] > 0.9
    assert listed[1]["relevance"] < 0.5
    why = await world.get(f"/v1/lead-suggestions/{late[0]['id']}/explain")
    assert why["relevance"] == listed[0]["relevance"]
    looking = next(each for each in why["reasons"] if each["feature"] == "word:looking")
    assert (looking["accepted"], looking["rejected"]) == (10, 0) and looking["log_odds"] > 0
    learned = await world.get("/v1/lead-suggestions/filter")
    assert "word:meme" in [each["feature"] for each in learned["speaks_against"]]
    assert learned["definitions"]["auc"]["denominator"].startswith("all pairs")
    assert listed[0]["version"] == 1


async def test_a_suggestion_is_taken_once_though_two_take_it_at_once(world: World) -> None:
    (found,) = await suggested(world, "We need a CRM")
    path = f"/v1/lead-suggestions/{found['id']}/accept"

    both = await asyncio.gather(
        *(world.send("POST", path, by, json={}, headers=ANY) for by in (REP, OTHER_REP))
    )

    assert sorted(each.status_code for each in both) == [200, 409]
    assert await world.count("lead") == 1
