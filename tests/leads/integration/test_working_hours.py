"""The organisation says when it works; deadlines follow."""

from datetime import date, datetime
from typing import Any

from shared.contracts.events.gateway_organisation import OpenHours, OrganisationChanged
from tests.leads.integration.world import REP, World, named, told

AFTERNOON = (OpenHours(weekday=1, start="13:00", end="24:00"),)


async def hear(world: World, sequence: int, **working_time: Any) -> None:
    """The organisation changes its hours or closed days."""
    changed = OrganisationChanged(
        organisation_id=named("organisation"),
        name="Dealstream",
        base_currency="EUR",
        time_zone="Europe/Berlin",
        **working_time,
    )
    await world.consume(told(changed, changed.organisation_id, sequence=sequence))


async def due_of_a_new_lead(world: World) -> str | None:
    lead = await world.lead(REP)
    await world.work_off()
    due: str | None = (await world.get(f"/v1/leads/{lead['id']}"))["response_due_at"]
    return due


async def test_own_hours_count_from_then_on_and_can_be_taken_back(world: World) -> None:
    await hear(world, 2, working_hours=AFTERNOON)
    in_own_hours = await due_of_a_new_lead(world)
    await hear(world, 3)

    assert in_own_hours == "2027-03-01T13:00:00Z"
    assert await due_of_a_new_lead(world) == "2027-03-01T10:00:00Z"


async def test_news_that_come_late_change_nothing(world: World) -> None:
    await hear(world, 3, working_hours=AFTERNOON)
    await hear(world, 2)

    assert await due_of_a_new_lead(world) == "2027-03-01T13:00:00Z"


async def test_deadlines_pass_over_closed_days(world: World) -> None:
    await hear(world, 2, closed_days=(date(2027, 3, 26), date(2027, 3, 29)))

    world.now = datetime.fromisoformat("2027-03-25T15:30:00+00:00")  # the evening before Good Friday

    assert await due_of_a_new_lead(world) == "2027-03-30T07:30:00Z"
