"""The organisation says when it works; every service is told."""

import httpx
from sqlalchemy import select

from services.gateway.tables import MESSAGING
from tests.gateway.integration.world import Json, World, problem

OFFICE = [{"start": "09:00", "end": "17:00"}]
ANY = {"If-Match": "*"}


async def put(world: World, week: Json | None) -> httpx.Response:
    director = await world.as_role("director")
    return await director.put("/v1/working-hours", json={"week": week}, headers=ANY)


async def last_told(world: World) -> Json:
    """The organisation as the others were told of it last."""
    outbox = MESSAGING.outbox.c
    newest = select(outbox.envelope).where(outbox.topic == "gateway.organisation").order_by(outbox.id.desc())
    async with world.database.reading() as connection:
        told: Json = (await connection.execute(newest.limit(1))).scalar_one()["data"]
    return told


async def test_until_somebody_says_otherwise_the_working_days_are_office_days(world: World) -> None:
    hours = (await (await world.as_role("rep")).get("/v1/working-hours")).json()

    assert (hours["source"], hours["time_zone"]) == ("organisation", "Europe/Amsterdam")
    weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday")
    assert hours["week"] == dict.fromkeys(weekdays, OFFICE)


async def test_own_hours_are_told_and_can_be_taken_back(world: World) -> None:
    week = {"monday": [{"start": "13:00", "end": "24:00"}]}

    own = await put(world, week)

    assert own.json()["source"] == "own"
    assert own.headers["etag"] == f'"{own.json()["version"]}"'
    assert (await last_told(world))["working_hours"] == [{"weekday": 1, "start": "13:00", "end": "24:00"}]
    assert (await put(world, None)).json()["source"] == "organisation"
    assert (await last_told(world))["working_hours"] is None


async def test_hours_that_cannot_be_are_refused_with_their_weekday(world: World) -> None:
    backwards = problem(
        await put(world, {"monday": [{"start": "17:00", "end": "09:00"}]}), 422, "hours_out_of_order"
    )
    twice = problem(
        await put(world, {"friday": [*OFFICE, {"start": "16:00", "end": "18:00"}]}), 422, "hours_overlap"
    )

    assert backwards["errors"][0]["pointer"] == "/week/monday"
    assert twice["errors"][0]["pointer"] == "/week/friday"
    problem(await put(world, {}), 422, "never_open")
    problem(await put(world, {"monday": [{"start": "9", "end": "17:00"}]}), 422, "validation_failed")


async def test_hours_need_the_version_that_was_read_and_other_settings_may_have_changed(world: World) -> None:
    director, admin = await world.as_role("director"), await world.as_admin()
    seen = {"If-Match": (await director.get("/v1/working-hours")).headers["etag"]}
    renamed = await admin.patch("/v1/organisation", json={"name": "Another"}, headers=seen)

    merged = await director.put("/v1/working-hours", json={"week": {"monday": OFFICE}}, headers=seen)
    lost = await director.put("/v1/working-hours", json={"week": {"friday": OFFICE}}, headers=seen)

    assert (renamed.status_code, merged.status_code) == (200, 200)
    problem(lost, 412, "version_conflict")


async def test_the_holidays_of_a_country_are_closed_once(world: World) -> None:
    director = await world.as_role("director")
    holidays = {"country": "DE", "region": "BY", "year": 2027}

    first = (await director.post("/v1/closed-days/from-country", json=holidays)).json()
    again = (await director.post("/v1/closed-days/from-country", json=holidays)).json()

    assert first["added"] == len(first["items"]) > 10
    assert again["added"] == 0
    assert {"day": "2027-03-26", "country": "DE-BY"}.items() <= first["items"][2].items()
    assert "2027-03-26" in (await last_told(world))["closed_days"]


async def test_a_day_is_closed_once_and_opened_again(world: World) -> None:
    director = await world.as_role("director")
    body = {"day": "2027-03-01", "name": "Company outing"}

    made = await director.post("/v1/closed-days", json=body)
    twice = await director.post("/v1/closed-days", json=body)
    told = (await last_told(world))["closed_days"]
    gone = await director.delete("/v1/closed-days/2027-03-01")
    gone_again = await director.delete("/v1/closed-days/2027-03-01")

    assert (made.status_code, made.headers["location"]) == (201, "/v1/closed-days/2027-03-01")
    problem(twice, 409, "duplicate")
    assert "2027-03-01" in told
    assert "2027-03-01" not in (await last_told(world))["closed_days"]
    assert gone.status_code == 204
    problem(gone_again, 404, "not_found")
    there = await director.get("/v1/closed-days", params={"day": "2027-03-01"})
    assert there.json()["items"] == []


async def test_a_country_nobody_knows_is_refused(world: World) -> None:
    director = await world.as_role("director")

    answer = await director.post("/v1/closed-days/from-country", json={"country": "XX", "year": 2027})

    assert problem(answer, 422, "holidays_unknown")["errors"][0]["pointer"] == "/country"


async def test_hours_and_closed_days_have_one_history(world: World) -> None:
    director = await world.as_role("director")
    week = {"monday": [{"start": "08:00", "end": "12:00"}]}
    await put(world, week)
    await director.post("/v1/closed-days", json={"day": "2027-12-24", "name": "Christmas Eve"})
    await director.post("/v1/closed-days/from-country", json={"country": "DE", "year": 2028})
    await director.delete("/v1/closed-days/2027-12-24")

    newest = await director.get("/v1/working-hours/history", params={"limit": 4})

    opened, holidays, closed, hours = newest.json()["items"]
    assert hours["changes"]["week"][1] == week
    assert hours["by"] == world.people["director"]["id"]
    assert closed["changes"]["closed_days"] == [None, {"2027-12-24": "Christmas Eve"}]
    assert "2028-01-01" in holidays["changes"]["closed_days"][1]
    assert (opened["what"], opened["changes"]["closed_days"][1]) == ("day_opened", None)


async def test_only_who_shapes_the_organisation_says_when_it_works(world: World) -> None:
    manager = await world.as_role("manager")

    refused = await manager.put("/v1/working-hours", json={"week": None}, headers=ANY)

    problem(refused, 403, "forbidden")
