"""A small made-up organisation, and its prediction."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.forecast.prediction.use_cases.request_prediction import request_prediction
from shared.contracts.identity import Identity
from tests.forecast.builders import member, organisation, team
from tests.forecast.integration.stored import noon, store
from tests.forecast.integration.world import DIRECTOR, World
from tests.forecast.made_up import FIRST_DAY, Laws, made_up

LAWS = Laws(days=480, a_day=3.0, owners=3)
LIVES = made_up(LAWS)
TODAY = FIRST_DAY + 440
"""2025-03-16."""
OWNERS = tuple(f"owner {number}" for number in range(LAWS.owners))


def morning(day: int) -> datetime:
    """Before anything made up happens on it."""
    return noon(day) - timedelta(hours=1)


async def an_organisation(world: World, today: int = TODAY) -> None:
    """As it stands in the morning of the day: two in one team, one in another."""
    await world.consume(
        organisation(),
        team("north"),
        team("south"),
        *(member(name, team="south" if name == OWNERS[0] else "north") for name in OWNERS),
    )
    await store(world.database, LIVES, today)
    world.now = morning(today)


async def predict(world: World, *, as_of: datetime | None = None) -> UUID:
    """One run from beginning to end."""
    async with world.database.transaction() as connection:
        run = await request_prediction(connection, None, now=world.now, as_of=as_of)
    await world.work_off()
    return run


async def rows(world: World, query: str, **values: Any) -> list[Any]:
    """What the database answers."""
    async with world.database.reading() as connection:
        return list((await connection.execute(text(query), values)).all())


async def predicted(world: World, by: Identity = DIRECTOR, **params: str) -> dict[str, Any]:
    """What is foretold of the first quarter, unless told otherwise."""
    return await world.get("/v1/forecast/prediction", by, **{"period": "2025-Q1", **params})


def amounts(figures: dict[str, Any], *names: str) -> list[float]:
    return [float(figures[name]["amount"]) for name in names]
