"""What past forecasts knew is kept at night: it says the same, and nobody waits for it to be added up."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from services.forecast.accuracy.domain import KEEP, SUBJECT
from services.forecast.accuracy.use_cases.keep_figures import forget_figures, plan_first_night
from shared.agenda.planning import is_planned
from shared.contracts.identity import Identity
from tests.forecast.builders import named
from tests.forecast.integration.test_accuracy import QUARTERS, fill, keep_trials
from tests.forecast.integration.world import DIRECTOR, World, who

QUESTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"kind": "month", "group_by": "team"},
    {"group_by": "owner"},
    {"group_by": "product"},
    {"owner_id": str(named("ann"))},
    {"product_id": str(named("box"))},
    {"product_id": str(named("box")), "group_by": "owner"},
    {"team_id": str(named("north"))},
)


async def answers(world: World) -> list[dict[str, Any]]:
    rep = who("own", "ann")
    callers: tuple[Identity, ...] = (DIRECTOR, rep)
    return [
        await world.get("/v1/forecast/accuracy", by, **question) for by in callers for question in QUESTIONS
    ]


async def a_night(world: World) -> None:
    await plan_first_night(world.database, world.now)
    await world.work_off(at=world.now + timedelta(days=1))


async def count(world: World, table: str) -> int:
    async with world.database.reading() as connection:
        return int(await connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


async def test_what_is_kept_says_the_same_as_the_ledger(world: World) -> None:
    await fill(world)
    await keep_trials(world, QUARTERS)
    before = await answers(world)

    await a_night(world)

    assert await count(world, "accuracy_look") > 100
    assert await answers(world) == before


async def test_it_is_read_from_what_is_kept_but_where_owners_and_products_are_asked_for_at_once(
    world: World,
) -> None:
    await fill(world)
    before = await answers(world)
    await a_night(world)

    async with world.database.transaction() as connection:
        await connection.execute(text("UPDATE accuracy_figure SET amount = amount + 1"))
    after = await answers(world)

    same = [one == other for one, other in zip(before, after, strict=True)]
    of_director, of_rep = same[: len(QUESTIONS)], same[len(QUESTIONS) :]
    both = [each.keys() >= {"product_id", "group_by"} for each in QUESTIONS]
    assert of_director == both
    assert of_rep == [any("product" in f"{each}" for each in question.items()) for question in QUESTIONS]


async def test_a_second_night_keeps_only_what_is_new_and_plans_the_next(world: World) -> None:
    await fill(world)
    await a_night(world)
    kept = await count(world, "accuracy_figure")
    world.now += timedelta(days=1)

    await a_night(world)

    assert await count(world, "accuracy_figure") == kept
    async with world.database.reading() as connection:
        assert await is_planned(connection, KEEP, SUBJECT)


async def test_after_the_ledger_was_made_anew_nothing_is_kept(world: World) -> None:
    await fill(world)
    await a_night(world)

    async with world.database.transaction() as connection:
        await forget_figures(connection)

    assert await count(world, "accuracy_look") == await count(world, "accuracy_figure") == 0


async def test_figures_in_another_currency_are_forgotten_and_kept_anew(world: World) -> None:
    await fill(world)
    await a_night(world)
    kept = await count(world, "accuracy_look")
    async with world.database.transaction() as connection:
        await connection.execute(text("UPDATE accuracy_look SET currency = 'USD'"))
    before = await answers(world)
    world.now += timedelta(days=1)

    await a_night(world)

    async with world.database.reading() as connection:
        currencies = list(await connection.scalars(text("SELECT DISTINCT currency FROM accuracy_look")))
    assert currencies == ["EUR"]
    assert await count(world, "accuracy_look") == kept
    assert len(await answers(world)) == len(before)
