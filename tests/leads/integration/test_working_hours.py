"""The organisation says when it works; deadlines follow."""

from datetime import datetime

from tests.leads.integration.world import ANY, REP, Json, World

OFFICE = [{"start": "09:00", "end": "17:00"}]


async def put(world: World, week: Json | None) -> Json:
    answer = await world.send("PUT", "/v1/working-hours", json={"week": week}, headers=ANY)
    assert answer.status_code == 200, answer.text
    shown: Json = answer.json()
    return shown


async def due_of_a_new_lead(world: World) -> str | None:
    lead = await world.lead(REP)
    await world.work_off()
    due: str | None = (await world.get(f"/v1/leads/{lead['id']}"))["response_due_at"]
    return due


async def test_until_somebody_says_otherwise_the_working_days_are_office_days(world: World) -> None:
    hours = await world.get("/v1/working-hours", REP)

    assert (hours["source"], hours["time_zone"]) == ("organisation", "Europe/Berlin")
    weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday")
    assert hours["week"] == dict.fromkeys(weekdays, OFFICE)


async def test_own_hours_count_from_then_on_and_can_be_taken_back(world: World) -> None:
    own = await put(world, {"monday": [{"start": "13:00", "end": "24:00"}]})

    assert (own["source"], own["version"]) == ("own", 2)
    assert await due_of_a_new_lead(world) == "2027-03-01T13:00:00Z"
    assert (await put(world, None))["source"] == "organisation"


async def test_hours_that_cannot_be_are_refused_with_their_weekday(world: World) -> None:
    async def refused(week: Json) -> tuple[int, str, list[tuple[str, str]]]:
        return await world.refusal("PUT", "/v1/working-hours", {"week": week})

    backwards = {"monday": [{"start": "17:00", "end": "09:00"}]}
    assert await refused(backwards) == (
        422,
        "hours_out_of_order",
        [("/week/monday", "hours_out_of_order")],
    )
    twice = {"friday": [*OFFICE, {"start": "16:00", "end": "18:00"}]}
    assert await refused(twice) == (422, "hours_overlap", [("/week/friday", "hours_overlap")])
    assert (await refused({}))[:2] == (422, "never_open")
    assert (await refused({"monday": [{"start": "9", "end": "17:00"}]}))[:2] == (422, "validation_failed")


async def test_hours_need_the_version_that_was_read(world: World) -> None:
    await put(world, {"monday": OFFICE})

    assert (await world.refusal("PUT", "/v1/working-hours", {"week": None}, version=1))[:2] == (
        412,
        "version_conflict",
    )


async def test_the_holidays_of_a_country_are_closed_and_deadlines_pass_over_them(world: World) -> None:
    holidays = {"country": "DE", "region": "BY", "year": 2027}

    first = await world.post("/v1/closed-days/from-country", holidays)
    again = await world.post("/v1/closed-days/from-country", holidays)

    assert first["added"] == len(first["items"]) > 10
    assert again["added"] == 0
    assert {"day": "2027-03-26", "country": "DE-BY"}.items() <= first["items"][2].items()
    world.now = datetime.fromisoformat("2027-03-25T15:30:00+00:00")  # the evening before Good Friday
    assert await due_of_a_new_lead(world) == "2027-03-30T07:30:00Z"


async def test_a_day_is_closed_once_and_opened_again(world: World) -> None:
    body = {"day": "2027-03-01", "name": "Company outing"}
    await world.post("/v1/closed-days", body)

    assert (await world.refusal("POST", "/v1/closed-days", body))[:2] == (409, "duplicate")
    assert await due_of_a_new_lead(world) == "2027-03-02T09:00:00Z"
    gone = await world.send("DELETE", "/v1/closed-days/2027-03-01")
    assert gone.status_code == 204
    assert (await world.get("/v1/closed-days"))["items"] == []
    assert (await world.refusal("DELETE", "/v1/closed-days/2027-03-01"))[:2] == (404, "not_found")


async def test_a_country_nobody_knows_is_refused(world: World) -> None:
    answer = await world.refusal("POST", "/v1/closed-days/from-country", {"country": "XX", "year": 2027})

    assert answer == (422, "holidays_unknown", [("/country", "holidays_unknown")])
