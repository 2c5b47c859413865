"""Deals that nobody here wrote, imported into the service: it says what the walk over the file says."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from deploy.forecasting.deals_file import read_company
from deploy.forecasting.measure import MONTH, OURS, Point, coverage, measure, score
from deploy.importing.mapping import Mapping, mapping_for
from deploy.importing.source import Findings, Row, read_rows
from services.forecast.prediction.queries.trials import KeptTrial, kept_trials
from shared.contracts.envelope import Envelope
from shared.contracts.money import Money
from tests.forecast.builders import at, deal_event, member, named, organisation, passage, product, team, told
from tests.forecast.integration.predicting import amounts, predict
from tests.forecast.integration.world import World
from tests.forecast.unit.test_forecast_against_deals import DATA, NEEDS_DATA

IMPORTED = at("2017-08-31T23:00")
"""In the evening, after the last deal of the day was closed."""
NOW = at("2017-09-01T00:30")
"""The run in that night: September is ahead."""
AT_ONCE = 500


def events() -> Iterator[Envelope]:
    """Who sells what, and each deal as it stood that evening, told at once."""
    mapping = mapping_for(DATA)
    teams, products, deals = mapping.teams, mapping.products, mapping.deals
    reps = rows(teams.file, mapping)
    yield organisation(currency=mapping.currency)
    yield from (team(name) for name in sorted({row[teams.manager] for row in reps}))
    yield from (member(row[teams.rep], team=row[teams.manager]) for row in reps)
    listed = rows(products.file, mapping)
    yield from (product(row[products.name]) for row in listed)
    prices = {row[products.name]: row[products.list_price] for row in listed}
    for row in rows(deals.file, mapping):
        if row[deals.opened_on] and instant(row[deals.opened_on], deals.opens_at) <= IMPORTED:
            yield told(imported(row, mapping, prices), IMPORTED)


def rows(file: str, mapping: Mapping) -> Sequence[Row]:
    corrections = mapping.deals.corrections if file == mapping.deals.file else {}
    return read_rows(DATA / file, corrections, Findings(), lambda row: file)


def imported(row: Row, mapping: Mapping, prices: dict[str, str]) -> Envelope:
    """One that was closed later is open. Without account: nobody knows when it was written down."""
    columns = mapping.deals
    meaning = columns.stages[row[columns.stage]]
    (stage,) = [each for each in mapping.pipeline.stages if each.name == meaning.stage]
    opened = instant(row[columns.opened_on], columns.opens_at)
    closed = instant(row[columns.closed_on], columns.closes_at) if row[columns.closed_on] else None
    ended = closed is not None and closed <= IMPORTED
    amount = row[columns.amount] if ended and row[columns.amount] else prices[row[columns.product]]
    changes: dict[str, Any] = {
        "stage": stage.name,
        "created_at": opened,
        "stage_entered_at": opened,
        "amount": Money(amount=Decimal(amount), currency=mapping.currency),
        "owner_id": named(row[columns.rep]),
        "product_id": named(row[columns.product]),
        "expected_close": None,
        "probability": stage.probability,
        "forecast_category": stage.forecast_category,
        "history": (
            passage(
                stage.name,
                opened.isoformat()[:19],
                probability=str(stage.probability),
                category=stage.forecast_category,
            ),
        ),
    }
    if ended:
        won = meaning.outcome == "won"
        changes |= {
            "status": meaning.outcome,
            "closed_at": closed,
            "probability": Decimal(won),
            "forecast_category": "closed" if won else "omitted",
        }
    return deal_event("opened", row[columns.external_id], time=opened.isoformat()[:19], **changes)


def instant(day: str, of_day: time) -> datetime:
    return datetime.combine(date.fromisoformat(day), of_day, UTC)


async def imported_company(world: World) -> None:
    told_then = list(events())
    for first in range(0, len(told_then), AT_ONCE):
        await world.consume(*told_then[first : first + AT_ONCE])
    world.now = NOW
    await predict(world)


@NEEDS_DATA
async def test_the_service_says_of_imported_deals_what_the_walk_over_the_file_says(world: World) -> None:
    """Nearly: it also knows the stages, and from the import on what open deals are worth."""
    await imported_company(world)
    points = measure(read_company(DATA))

    (ahead,) = [each for each in points if each.horizon == MONTH and is_ahead(each)]
    finished = [each for each in points if each.horizon == MONTH and not is_ahead(each)]
    await trials_are_those_of_the_file(world, finished)
    await september_is_foretold_alike(world, ahead)
    await the_published_accuracy_is_that_of_the_file(world, finished)


def is_ahead(point: Point) -> bool:
    return point.trial.start == NOW.date().toordinal()


async def trials_are_those_of_the_file(world: World, finished: Sequence[Point]) -> None:
    async with world.database.reading() as connection:
        kept = {each.first.toordinal(): each for each in await kept_trials(connection) if is_a_month(each)}
    assert len(finished) == 3
    for each in finished:
        trial, same = each.trial, kept[each.trial.start].trial
        assert same.true == trial.true
        assert same.foretold["last_period"] == trial.foretold["last_period"]
        assert same.foretold["model"] == pytest.approx(trial.foretold["model"], rel=0.01)


def is_a_month(trial: KeptTrial) -> bool:
    return trial.first.month == trial.last.month


async def september_is_foretold_alike(world: World, ahead: Point) -> None:
    found = await world.get("/v1/forecast/prediction", period="2017-09")
    model = float(found["blend"]["foretold"]["model"]["amount"])
    assert model == pytest.approx(ahead.trial.foretold["model"], rel=0.03)
    ours = ahead.ours.range
    bounds = [ours.mean, ours.p10, ours.p50, ours.p90]
    assert amounts(found, "mean", "p10", "p50", "p90") == pytest.approx(bounds, rel=0.01)
    assert found["blend"]["weights"] == pytest.approx(ahead.blend.weights, abs=0.01)


async def the_published_accuracy_is_that_of_the_file(world: World, finished: Sequence[Point]) -> None:
    found = (await world.get("/v1/forecast/accuracy", kind="month", periods=6))["predictions"]
    months = found["spans"][0]
    for method in months["methods"][:2]:
        same = score(finished, OURS if method["method"] == "predicted" else method["method"])
        assert same is not None
        assert method["spans"] == 3
        assert [method["wape"], method["bias"]] == pytest.approx([same.wape, same.bias], abs=0.005)
    for part in months["parts"]:
        inside, of = coverage(finished, part["group_by"])
        assert part["ranges"] == of
        assert part["coverage"] == pytest.approx(inside / of, abs=0.03)
