"""Every night is looked for leaks, and what was found is kept."""

from datetime import UTC, datetime

from services.pipeline.leak_run.use_cases.run_nightly import plan_first_night
from tests.pipeline.integration.test_leaks import a_quarter_of, load
from tests.pipeline.integration.world import DIRECTOR, MANAGER, World, days

RUNS = "/v1/analytics/leaks/runs"


async def test_a_leak_is_seen_since_the_first_of_the_nights_that_saw_it(world: World) -> None:
    await plan_first_night(world.database, world.now)
    await world.work_off(at=world.now + days(1))
    await load(world, [*a_quarter_of("fair", lost=24), *a_quarter_of("web", lost=6)])

    for night in (2, 3):
        await world.work_off(at=world.now + days(night))
    third, second, first = (await world.get(RUNS))["items"]

    assert (first["found"], first["comparisons"], first["at"]) == (0, 0, "2027-03-02T09:00:00Z")
    assert (second["found"], third["found"]) == (1, 1)
    [leak] = third["findings"]
    assert (leak["by"], leak["value"], leak["first_seen"]) == ("source", "fair", "2027-03-03")
    assert (leak["excess_value"], leak["deals"], leak["of"]) == ("1800.00", 24, 60)


async def test_the_row_of_nights_begins_once_and_at_three_local_time(world: World) -> None:
    for _ in range(2):
        await plan_first_night(world.database, world.now)

    await world.work_off(at=datetime(2027, 3, 2, 1, 59, tzinfo=UTC))
    before = (await world.get(RUNS))["items"]
    await world.work_off(at=datetime(2027, 3, 2, 2, 0, tzinfo=UTC))
    after = (await world.get(RUNS))["items"]

    assert (before, len(after)) == ([], 1)


async def test_runs_over_all_deals_are_for_who_sees_all(world: World) -> None:
    await plan_first_night(world.database, world.now)
    await world.work_off(at=world.now + days(1))

    seen = [len((await world.get(RUNS, by))["items"]) for by in (DIRECTOR, MANAGER)]

    assert seen == [1, 0]
