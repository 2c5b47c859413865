"""What is known of those who get leads, and when they are there."""

from datetime import timedelta
from typing import Any

from tests.leads.integration.world import ANY, DIRECTOR, MANAGER, NOW, OTHER_REP, REP, Json, World, iso

GERMAN = {"kind": "language", "name": "de", "level": 4}


async def described(world: World, who: Any = REP, **profile: Any) -> Json:
    """The seller after being described like this."""
    answer = await world.send("PUT", f"/v1/sellers/{who.sub}", json=profile, headers=ANY)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


async def away(world: World, who: Any, **length: float) -> Json:
    """The seller is absent from now on for so long."""
    until = NOW + timedelta(**length)
    return await world.post(f"/v1/sellers/{who.sub}/absences", {"from": iso(NOW), "to": iso(until)})


async def test_a_member_nobody_has_described_takes_leads_without_limit(world: World) -> None:
    answer = await world.send("GET", f"/v1/sellers/{REP.sub}")

    seller = answer.json()
    assert answer.headers["etag"] == '"0"'
    assert (seller["accepts_leads"], seller["capacity"], seller["skills"]) == (True, None, [])
    assert (seller["at_work"], seller["away_until"], seller["open_leads"]) == (True, None, 0)


async def test_a_profile_is_kept_as_it_was_described(world: World) -> None:
    hours = [{"weekday": 1, "from": "06:00", "to": "08:30"}]
    seller = await described(
        world,
        skills=[GERMAN, {"kind": "skill", "name": "closing", "level": 3, "evidence": "won 12 of 20"}],
        languages=["fi"],
        capacity=40,
        group="new_business",
        preferred="lead.country == 'FI'",
        working_hours=hours,
        time_zone="Europe/Helsinki",
    )

    assert seller["version"] == 1
    assert seller["skills"][1]["evidence"] == "won 12 of 20"
    assert (seller["working_hours"], seller["at_work"]) == (hours, False)
    (listed,) = (await world.get("/v1/sellers", group="new_business"))["items"]
    assert (listed["member_id"], listed["capacity"], listed["languages"]) == (REP.sub, 40, ["fi"])


async def test_two_who_describe_a_seller_do_not_overwrite_each_other(world: World) -> None:
    await described(world, capacity=1)

    path, headers = f"/v1/sellers/{REP.sub}", {"If-Match": '"0"'}
    late = await world.send("PUT", path, json={"capacity": 2}, headers=headers)

    assert (late.status_code, late.json()["code"]) == (412, "version_conflict")


async def test_a_wrong_profile_is_refused_with_the_place_of_the_fault(world: World) -> None:
    async def refused(**profile: Any) -> tuple[str, list[tuple[str, str]]]:
        status, code, errors = await world.refusal("PUT", f"/v1/sellers/{REP.sub}", profile)
        assert status == 422
        return code, errors

    assert await refused(preferred="lead.colour == 'red'") == (
        "expression_invalid",
        [("/preferred", "expression_invalid")],
    )
    assert await refused(skills=[{"kind": "skill", "name": "juggling", "level": 1}]) == (
        "reference_unknown",
        [("/skills/0/name", "reference_unknown")],
    )
    overlapping = [
        {"weekday": 1, "from": "08:00", "to": "10:00"},
        {"weekday": 1, "from": "09:00", "to": "11:00"},
    ]
    assert (await refused(working_hours=overlapping))[0] == "hours_overlap"
    assert (await refused(time_zone="Mars/Base"))[1] == [("/time_zone", "invalid")]


async def test_a_rep_sees_the_own_profile_and_a_manager_those_of_the_teams(world: World) -> None:
    async def seen(by: Any) -> set[str]:
        return {each["member_id"] for each in (await world.get("/v1/sellers", by))["items"]}

    assert await seen(REP) == {REP.sub}
    assert await seen(MANAGER) == {REP.sub, MANAGER.sub}
    assert {REP.sub, OTHER_REP.sub} < await seen(DIRECTOR)
    refusal = await world.refusal("GET", f"/v1/sellers/{OTHER_REP.sub}", by=REP)
    assert refusal[:2] == (404, "seller_not_found")


async def test_an_absence_is_moved_and_taken_back(world: World) -> None:
    absence = await away(world, REP, days=2)
    path = f"/v1/sellers/{REP.sub}/absences"
    assert (await world.get(f"/v1/sellers/{REP.sub}"))["away_until"] == iso(NOW + timedelta(days=2))

    moved = await world.patch(f"{path}/{absence['id']}", {"to": iso(NOW + timedelta(days=3))}, 1, REP)
    assert moved["to"] == iso(NOW + timedelta(days=3))

    gone = await world.send("DELETE", f"{path}/{absence['id']}", REP, headers=ANY)
    assert gone.status_code == 204
    assert (await world.get(path, REP))["items"] == []
    assert (await world.get(f"/v1/sellers/{REP.sub}"))["away_until"] is None


async def test_an_absence_ends_after_it_starts(world: World) -> None:
    body = {"from": iso(NOW), "to": iso(NOW)}

    assert (await world.refusal("POST", f"/v1/sellers/{REP.sub}/absences", body))[:2] == (
        422,
        "validation_failed",
    )


async def test_the_catalogue_starts_with_five_skills_and_takes_each_name_once(world: World) -> None:
    names = [each["name"] for each in (await world.get("/v1/skills"))["items"]]
    assert names == ["closing", "communication", "listening", "objection_handling", "presenting"]

    await world.post("/v1/skills", {"name": "juggling"})

    assert (await world.refusal("POST", "/v1/skills", {"name": "Juggling"}))[:2] == (409, "name_taken")
