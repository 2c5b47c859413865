"""A run's sums are kept for all, by owner, by product and by both, so that each answer adds up few rows."""

import pytest

from tests.forecast.integration.predicting import an_organisation, predict, rows
from tests.forecast.integration.world import World
from tests.support.migrating import upgraded_anew

_KEPT = """
SELECT kind, cut, owner_id, product_id, deals, wins, mean, square, own FROM prediction_sum
ORDER BY kind, cut, owner_id, product_id
"""
_TOTALS = """
SELECT cut, sum(deals), sum(wins[30]), sum(mean[30]), sum(square[30]), sum(own[30]) FROM prediction_sum
WHERE kind = 'open' GROUP BY cut ORDER BY cut
"""


async def test_the_sums_of_each_cut_come_to_the_same(world: World) -> None:
    await an_organisation(world)
    await predict(world)

    totals = {cut: values for cut, *values in await rows(world, _TOTALS)}

    assert totals.keys() == {"all", "owner", "product", "owner_product"}
    assert totals["all"][0] > 0
    for total in totals.values():
        assert total == pytest.approx(totals["all"])


async def test_runs_made_before_sums_were_kept_by_cut_get_them_with_the_upgrade(world: World) -> None:
    await an_organisation(world)
    await predict(world)
    before = await rows(world, _KEPT)

    await upgraded_anew(world.database, "forecast", "sums_of_predictions_by_cut")

    after = await rows(world, _KEPT)
    assert [row[:5] for row in after] == [row[:5] for row in before]
    for curve in range(5, 9):
        assert [row[curve] for row in after] == [pytest.approx(row[curve]) for row in before]
