"""What a run learns from: not less of what happened long ago, not more of what was told later."""

import numpy as np
import pytest
from sqlalchemy import text

from services.forecast.prediction.domain.walk import walked
from services.forecast.prediction.queries.history import Looked, read_history
from services.forecast.prediction.queries.trials import kept_trials
from tests.forecast.builders import member, organisation
from tests.forecast.integration.predicting import (
    OWNERS,
    TODAY,
    an_organisation,
    morning,
    predict,
    predicted,
    rows,
)
from tests.forecast.integration.stored import store
from tests.forecast.integration.world import World
from tests.forecast.made_up import FIRST_DAY, Laws, made_up


async def test_a_trial_of_a_year_ago_knows_how_deals_stood_that_closed_before_it(world: World) -> None:
    """Of open deals alone the past looks as if those of a known stage were never closed."""
    lives, today = made_up(Laws(days=900, a_day=1.5, owners=3)), FIRST_DAY + 890
    await world.consume(organisation(), *(member(name) for name in OWNERS))
    await store(world.database, lives, today)
    world.now = morning(today)
    await predict(world)

    whole = Looked(world.now, today, "Europe/Berlin", "EUR", told_since=0)
    async with world.database.reading() as connection:
        oldest = (await kept_trials(connection))[-1]
        lives = (await read_history(connection, whole)).lives
    (same,) = walked(lives, oldest.first.toordinal(), [oldest.last.toordinal() + 1], {}, worth_by="product")
    assert today - same.start > 330
    assert oldest.trial.true == pytest.approx(same.true)
    assert oldest.trial.foretold["model"] == pytest.approx(same.foretold["model"], rel=0.01)


async def test_a_run_of_the_past_does_not_know_amounts_that_were_told_later(world: World) -> None:
    await an_organisation(world)
    then = morning(TODAY - 30)
    async with world.database.transaction() as connection:
        await connection.execute(text("UPDATE deal_fact SET known_at = :now"), {"now": world.now})

    await predict(world, as_of=then)

    worth = await rows(world, "SELECT count(DISTINCT worth), count(*) FROM prediction_deal")
    assert worth[0][0] == 3 < worth[0][1]


async def test_wins_in_a_currency_of_before_are_no_wins_of_nothing(world: World) -> None:
    await an_organisation(world)
    async with world.database.transaction() as connection:
        for table in ("deal_now", "deal_fact"):
            await connection.execute(text(f"UPDATE {table} SET base_currency = 'USD'"))
    await predict(world)

    shown = await predicted(world)

    assert (shown["state"], shown["mean"]) == ("insufficient_history", None)
    assert {"what": "wins", "needed": 30, "present": 0} in shown["missing"]


async def test_only_spans_since_the_currency_changed_are_trials(world: World) -> None:
    await an_organisation(world)
    changed = morning(TODAY - 120)
    async with world.database.transaction() as connection:
        for table in ("deal_now", "deal_fact"):
            await connection.execute(
                text(f"UPDATE {table} SET base_currency = 'USD' WHERE closed_at < :changed"),
                {"changed": changed},
            )
    await predict(world)

    async with world.database.reading() as connection:
        trials = await kept_trials(connection)
    assert (await predicted(world))["state"] == "ok"
    assert min(each.first for each in trials) > changed.date()
    assert all(each.trial.true > 0 for each in trials)
    assert np.isfinite([each.trial.foretold["model"] for each in trials]).all()


async def test_what_was_known_then_is_not_said_by_a_run_made_later(world: World) -> None:
    await an_organisation(world)
    then = morning(TODAY - 30)
    await predict(world, as_of=then)

    as_of = await predicted(world, as_of=then.isoformat())
    known = await predicted(world, known_at=then.isoformat())

    assert (as_of["state"], known["state"]) == ("ok", "insufficient_history")
    assert known["missing"][0]["what"] == "run"
