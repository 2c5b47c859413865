"""What will come, reckoned by the worker from the organisation's own past."""

from datetime import date

import pytest

from services.forecast.prediction.use_cases.request_prediction import request_prediction
from tests.forecast.builders import organisation
from tests.forecast.integration.stored import noon, store
from tests.forecast.integration.world import World
from tests.forecast.made_up import FIRST_DAY, Laws, made_up

TODAY = FIRST_DAY + 600
LIVES = made_up(Laws())


async def test_try(world: World) -> None:
    await world.consume(organisation())
    await store(world.database, LIVES, TODAY)
    world.now = noon(TODAY)
    async with world.database.transaction() as connection:
        await request_prediction(connection, None, now=world.now)
    await world.work_off()
    async with world.database.reading() as connection:
        from sqlalchemy import text

        for row in (
            await connection.execute(
                text(
                    "select id, state, missing, has_rows, grid, blend, open_deals, seconds, walk_seconds, deals_learned_from, closings from prediction_run"
                )
            )
        ).mappings():
            print(dict(row))
        for row in await connection.execute(
            text(
                "select kind, count(*), sum(deals), sum(mean[5]), sum(wins[5]) from prediction_sum group by 1"
            )
        ):
            print(row)
        for row in await connection.execute(text("select * from prediction_deal limit 2")):
            print(row)
        for row in await connection.execute(text("select * from agenda_entry")):
            print(row)
    raise AssertionError
