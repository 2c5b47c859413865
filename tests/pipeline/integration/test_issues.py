"""Issues: opened about a leak, watched, compared again, mended."""

import asyncio

from tests.pipeline.integration.test_leaks import FIRST, LEAKS, a_quarter_of, load, many
from tests.pipeline.integration.world import (
    DIRECTOR,
    MANAGER,
    NOW,
    OTHER_REP,
    REP,
    Json,
    World,
    days,
    euros,
    named,
)

ISSUES = "/v1/issues"


async def a_leak(world: World) -> Json:
    """What a caller says to open an issue about the one finding there is."""
    await load(world, [*a_quarter_of("fair", lost=24), *a_quarter_of("web", lost=6)])
    answer = await world.get(LEAKS)
    [found] = answer["findings"]
    period = {"from": answer["period"]["from"], "to": answer["period"]["to"]}
    return {**{name: found[name] for name in ("stage_id", "measure", "by", "value", "against")}, **period}


async def edit(world: World, issue: Json, **fields: object) -> Json:
    """The issue after a patch."""
    headers = {"If-Match": f'"{issue["version"]}"'}
    answer = await world.send("PATCH", f"{ISSUES}/{issue['id']}", json=fields, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_an_issue_keeps_the_figures_of_the_leak_and_what_is_at_stake(world: World) -> None:
    leak = await a_leak(world)

    answer = await world.send("POST", ISSUES, json={**leak, "fix": "Ask for the budget at the stand"})
    issue = answer.json()

    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert answer.headers["Location"] == f"{ISSUES}/{issue['id']}"
    assert (issue["title"], issue["stage"]) == (f"Lost in “{FIRST}”: source fair", FIRST)
    assert (issue["status"], issue["owner_id"], issue["age_days"]) == ("open", DIRECTOR.sub, 0)
    assert issue["value_at_stake"] == euros("1800.00")
    assert issue["evidence"]["now"] == {"deals": 24, "of": 60, "share": 0.4}
    assert issue["evidence"]["reference"] == {"deals": 24, "of": 240, "share": 0.1}
    assert issue["evidence"]["p_value"] < 0.00001
    assert issue == await world.get(f"{ISSUES}/{issue['id']}")


async def test_a_second_one_about_the_same_answers_the_first(world: World) -> None:
    leak = await a_leak(world)
    first = await world.post(ISSUES, leak)

    second = await world.send("POST", ISSUES, json={**leak, "title": "Again"})
    other = await world.send("POST", ISSUES, json={**leak, "value": "web"})
    [found] = (await world.get(LEAKS))["findings"]

    assert (second.status_code, second.json()) == (200, first)
    assert (other.status_code, other.json()["id"] == first["id"]) == (201, False)
    assert found["issue_id"] == first["id"]


async def test_eight_opened_at_once_are_one(world: World) -> None:
    leak = await a_leak(world)

    answers = await asyncio.gather(*(world.send("POST", ISSUES, json=leak) for _ in range(8)))

    assert sorted(each.status_code for each in answers) == [200] * 7 + [201]
    assert len({each.json()["id"] for each in answers}) == 1
    assert len(await world.events(answers[0].json()["id"])) == 1


async def test_when_one_is_closed_another_may_be_opened_and_the_first_not_again(world: World) -> None:
    leak = await a_leak(world)
    first = await world.post(ISSUES, leak)
    closed = await edit(world, first, status="closed")
    second = await world.post(ISSUES, leak)

    again = await world.refusal(
        "PATCH", f"{ISSUES}/{first['id']}", {"status": "open"}, DIRECTOR, **{"If-Match": '"2"'}
    )

    assert closed["ended_at"] is not None
    assert second["id"] != first["id"]
    assert again[:2] == (409, "issue_open")


async def test_the_board_is_sorted_by_value_and_age(world: World) -> None:
    for title, value in (("small", "10.00"), ("none", None), ("old", "99.00"), ("young", "99.00")):
        stake = {} if value is None else {"value_at_stake": euros(value)}
        await world.post(ISSUES, {"title": title, **stake})
        world.now += days(1)
    watched = await world.post(ISSUES, {"title": "watched", "value_at_stake": euros("1.00")})
    await edit(world, watched, status="watching")

    board = (await world.get(ISSUES, status="open"))["items"]

    assert [each["title"] for each in board] == ["old", "young", "small", "none"]
    assert [each["age_days"] for each in board] == [2, 1, 4, 3]


async def test_a_mended_leak_is_said_to_be_mended_on_its_day(world: World) -> None:
    issue = await world.post(ISSUES, await a_leak(world))
    watching = await edit(world, issue, status="watching", recheck_on="2027-05-31")
    tried = [{"on": "2027-03-02", "what": "Two questions before the offer", "result": None}]
    watching = await edit(world, watching, tried=tried)
    world.now = NOW + days(95)
    await load(world, many(60, 5, days_ago=-94, spread=80, name="after", source="fair"))

    await world.work_off(at=NOW + days(90))
    before = await world.get(f"{ISSUES}/{issue['id']}")
    await world.work_off()
    after = await world.get(f"{ISSUES}/{issue['id']}")

    assert (before["status"], before["tried"], before["watched_since"]) == ("watching", tried, "2027-03-01")
    assert (after["status"], after["verdict"], after["recheck_on"]) == ("mended", "mended", None)
    [recheck] = after["rechecks"]
    assert recheck["now"] == {"deals": 5, "of": 60, "share": 0.0833}
    assert recheck["better"] < 0.05 < recheck["still_worse"]
    told = [each["type"].rsplit(".", 1)[1] for each in await world.events(issue["id"])]
    assert told == ["opened", "changed", "changed", "rechecked"]


async def test_a_leak_that_goes_on_is_not_mended(world: World) -> None:
    issue = await world.post(ISSUES, {**await a_leak(world), "recheck_on": "2027-05-31"})
    world.now = NOW + days(95)
    await load(world, many(60, 23, days_ago=-94, spread=80, name="after", source="fair"))

    await world.work_off()
    after = await world.get(f"{ISSUES}/{issue['id']}")

    assert (after["status"], after["verdict"], after["recheck_on"]) == ("open", "not_mended", None)


async def test_of_few_deals_nothing_is_said_and_it_is_looked_again(world: World) -> None:
    issue = await world.post(ISSUES, {**await a_leak(world), "recheck_on": "2027-04-01"})
    world.now = NOW + days(35)

    await world.work_off()
    after = await world.get(f"{ISSUES}/{issue['id']}")

    assert (after["verdict"], after["recheck_on"]) == ("undecided", "2027-05-03")


async def test_it_can_be_compared_again_at_once_and_not_when_it_has_ended(world: World) -> None:
    issue = await world.post(ISSUES, await a_leak(world))
    path = f"{ISSUES}/{issue['id']}/recheck"

    checked = await world.post(path)
    await edit(world, checked, status="closed")

    assert checked["verdict"] == "undecided"
    assert (await world.refusal("POST", path, {}))[:2] == (409, "state_conflict")
    by_hand = await world.post(ISSUES, {"title": "Nobody answers the phone"})
    assert (await world.refusal("POST", f"{ISSUES}/{by_hand['id']}/recheck", {}))[:2] == (
        409,
        "state_conflict",
    )


async def test_what_cannot_be_is_refused(world: World) -> None:
    leak = await a_leak(world)
    issue = await world.post(ISSUES, leak)
    one = f"{ISSUES}/{issue['id']}"
    refused = world.refusal

    assert await refused("POST", ISSUES, {}) == (422, "validation_failed", [("/title", "required")])
    assert (await refused("POST", ISSUES, {**leak, "stage_id": str(named("no"))}))[1] == "stage_unknown"
    assert await refused("POST", ISSUES, {**leak, "value": None}) == (
        422,
        "validation_failed",
        [("/value", "wrong_format")],
    )
    assert (await refused("POST", ISSUES, {**leak, "owner_id": str(named("no"))}))[1] == "reference_unknown"
    for body, why in (
        ({"recheck_on": "2027-02-01"}, "in_the_past"),
        ({"status": "mended", "recheck_on": "2027-05-01"}, "ended"),
    ):
        assert await refused("PATCH", one, body) == (422, "validation_failed", [("/recheck_on", why)])
    dollars = {"amount": "1.00", "currency": "USD"}
    assert (await refused("PATCH", one, {"value_at_stake": dollars}))[:2] == (422, "currency_mismatch")
    closed = await edit(world, issue, status="closed")
    assert await refused(
        "PATCH", one, {"status": "watching"}, DIRECTOR, **{"If-Match": f'"{closed["version"]}"'}
    ) == (
        409,
        "state_conflict",
        [("/status", "not_from_here")],
    )


async def test_reps_see_their_own_and_managers_those_of_their_teams(world: World) -> None:
    mine = await world.post(ISSUES, {"title": "mine"}, REP)
    await world.post(ISSUES, {"title": "theirs"}, OTHER_REP)
    given = await world.post(ISSUES, {"title": "given", "owner_id": REP.sub}, MANAGER)
    await world.post(ISSUES, {"title": "top"})

    seen = [
        sorted(each["title"] for each in (await world.get(ISSUES, by))["items"])
        for by in (REP, MANAGER, OTHER_REP, DIRECTOR)
    ]

    assert seen == [["given", "mine"], ["given", "mine"], ["theirs"], ["given", "mine", "theirs", "top"]]
    assert (await world.refusal("GET", f"{ISSUES}/{mine['id']}", by=OTHER_REP))[:2] == (
        404,
        "issue_not_found",
    )
    away = {"owner_id": OTHER_REP.sub}
    path = f"{ISSUES}/{given['id']}"
    assert (await world.refusal("PATCH", path, away, REP))[1] == "reference_unknown"
    assert (await world.refusal("PATCH", path, away, MANAGER))[1] == "reference_unknown"


async def test_issues_of_two_who_see_other_deals_are_two(world: World) -> None:
    leak = await a_leak(world)
    everything = await world.post(ISSUES, leak)

    own = await world.send("POST", ISSUES, MANAGER, json=leak)

    assert (own.status_code, own.json()["id"] == everything["id"]) == (201, False)
    assert own.json()["evidence"]["now"]["of"] == 60


async def test_its_owner_is_told_without_words(world: World) -> None:
    issue = await world.post(ISSUES, {**await a_leak(world), "fix": "secret", "owner_id": REP.sub})

    [event] = await world.events(issue["id"])

    assert (event["type"], event["data"]["owner_id"]) == ("pipeline.issue.opened", REP.sub)
    assert event["data"]["value_at_stake"] == euros("1800.00")
    assert "secret" not in str(event)


async def test_an_edit_of_another_field_merges(world: World) -> None:
    issue = await world.post(ISSUES, {"title": "One"})
    await edit(world, issue, fix="Call sooner")

    merged = await edit(world, issue, title="Two")

    assert (merged["title"], merged["fix"], merged["version"]) == ("Two", "Call sooner", 3)
