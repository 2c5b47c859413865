"""What past forecasts said and what came: from the ledger, at each instant as far as it was told then."""

import itertools
import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert

from services.forecast.prediction.tables import prediction_trial
from shared.contracts.envelope import Envelope
from tests.forecast.builders import (
    at,
    deal_event,
    eur,
    member,
    named,
    organisation,
    passage,
    product,
    team,
    told,
)
from tests.forecast.integration.world import World, who

OWNERS, PRODUCTS = ("ann", "bob"), ("box", "cup")
STAGES = (("Proposal", "best_case", "0.4"), ("Negotiation", "commit", "0.8"), ("Talk", "most_likely", "0.5"))


def a_life(chance: random.Random, number: int) -> list[Envelope]:
    """A deal opened at some time of two years, moved now and then, closed or not, each told within days."""
    opened = at("2025-01-05T09:00") + timedelta(days=chance.randrange(730))
    state: dict[str, Any] = {
        "created_at": opened,
        "amount": eur(chance.randrange(100, 5000)),
        "owner_id": named(chance.choice(OWNERS)),
        "product_id": named(chance.choice(PRODUCTS)),
        "expected_close": (opened + timedelta(days=chance.randrange(10, 150))).date(),
    }
    events = [("opened", opened, state)]
    moved = opened
    for stage, category, probability in chance.sample(STAGES, chance.randrange(3)):
        moved += timedelta(days=chance.randrange(1, 40))
        state = state | {"stage": stage, "forecast_category": category, "probability": Decimal(probability)}
        events.append(("stage_changed", moved, state))
    if chance.random() < 0.8:
        closed = moved + timedelta(days=chance.randrange(1, 60))
        kind = "won" if chance.random() < 0.5 else "lost"
        chances = Decimal(kind == "won")
        state = state | {
            "status": kind,
            "closed_at": closed,
            "forecast_category": "closed",
            "probability": chances,
        }
        events.append((kind, closed + timedelta(days=chance.choice([0, 0, 20])), state))
    return [
        told(deal_event(kind, f"deal {number}", sequence=n, time=time.isoformat()[:19], **changes), time)
        for n, (kind, time, changes) in enumerate(events, start=1)
        if time < at("2027-02-10")
    ]


async def fill(world: World, *, seed: int = 1, deals: int = 150) -> None:
    chance = random.Random(seed)
    lives = [event for number in range(deals) for event in a_life(chance, number)]
    await world.consume(
        organisation(),
        team("north"),
        member("ann", team="north"),
        member("bob"),
        *(product(each) for each in PRODUCTS),
        *sorted(lives, key=lambda event: event.sequence),
    )


def points_of(found: dict[str, Any], method: str, horizon: str) -> list[dict[str, Any]]:
    (one,) = [each for each in found["methods"] if (each["method"], each["horizon"]) == (method, horizon)]
    points: list[dict[str, Any]] = one["points"]
    return points


@pytest.mark.parametrize("method", ["weighted", "commit", "most_likely", "best_case"])
async def test_a_method_said_what_the_forecast_of_then_would_have_answered(world: World, method: str) -> None:
    await fill(world)

    found = await world.get("/v1/forecast/accuracy", periods=4)

    for horizon in ("start", "30", "7"):
        for point in points_of(found, method, horizon):
            then: dict[str, Any] = {"as_of": point["made_at"], "known_at": point["made_at"]}
            forecast = await world.forecast(period=point["period"], **then)
            assert point["forecast"] == forecast[method]
    assert any(point["forecast"]["amount"] != "0.00" for point in points_of(found, method, "30"))


async def test_baselines_and_what_came_are_the_closed_amounts_of_their_periods(world: World) -> None:
    await fill(world)

    found = await world.get("/v1/forecast/accuracy", periods=4)

    closed = {
        f"{year}-Q{n}": (await world.forecast(period=f"{year}-Q{n}"))["closed"]
        for year in (2025, 2026)
        for n in (1, 2, 3, 4)
    }
    assert [each["actual"] for each in found["actual"]] == [closed[f"2026-Q{n}"] for n in (1, 2, 3, 4)]
    year_before = points_of(found, "same_period_last_year", "start")
    assert [each["period"] for each in year_before] == [
        "2026-Q2",
        "2026-Q3",
        "2026-Q4",
    ]  # the first deal: 5 January
    assert len(points_of(found, "last_period", "7")) == 4
    for each in year_before:
        then: dict[str, Any] = {"period": each["period"].replace("2026", "2025"), "known_at": each["made_at"]}
        assert each["forecast"] == (await world.forecast(**then))["closed"]


async def test_a_score_is_made_of_its_points(world: World) -> None:
    await fill(world)

    found = await world.get("/v1/forecast/accuracy", kind="month", periods=12)

    for each in found["methods"]:
        if each["method"] == "predicted":
            continue  # nothing was
        pairs = [(Decimal(p["forecast"]["amount"]), Decimal(p["actual"]["amount"])) for p in each["points"]]
        actual = sum(a for _, a in pairs)
        assert each["periods"] == len(pairs)
        assert each["wape"] == pytest.approx(float(sum(abs(f - a) for f, a in pairs) / actual), abs=1e-4)
        assert each["bias"] == pytest.approx(float(sum(f - a for f, a in pairs) / actual), abs=1e-4)


@pytest.mark.parametrize("group_by", ["owner", "team", "product"])
async def test_groups_add_up_and_each_has_the_score_it_has_alone(world: World, group_by: str) -> None:
    await fill(world)

    found = await world.get("/v1/forecast/accuracy", group_by=group_by)

    whole = sum(Decimal(each["actual"]["amount"]) for each in found["actual"])
    assert sum(Decimal(each["actual"]["amount"]) for each in found["groups"]) == whole
    first = found["groups"][0]
    key = f"{group_by}_id"
    if first[key] is not None:
        alone = await world.get("/v1/forecast/accuracy", **{key: first[key]})
        scores = [
            {name: value for name, value in each.items() if name != "points"} for each in alone["methods"]
        ]
        assert first["methods"] == scores


async def test_two_finished_periods_are_no_measure(world: World) -> None:
    await fill(world)

    found = await world.get("/v1/forecast/accuracy", periods=2)

    assert {(each["state"], each["wape"]) for each in found["methods"]} == {("insufficient_history", None)}


async def test_without_deals_nothing_is_made_up(world: World) -> None:
    await world.consume(organisation())

    found = await world.get("/v1/forecast/accuracy")

    assert {each["state"] for each in found["methods"]} == {"insufficient_history"}
    assert {each["actual"]["amount"] for each in found["actual"]} == {"0.00"}
    assert found["probabilities"]["state"] == "insufficient_history"


async def test_of_an_imported_past_only_what_rests_on_closed_deals_is_measured(world: World) -> None:
    """All told on one day: amounts and expected closes of open deals of then are not known."""
    imported = [
        deal_event(
            "opened",
            f"deal {n}",
            time=f"2025-{1 + n % 12:02}-03",
            status="won",
            created_at=at("2024-12-31"),
            closed_at=at(f"2025-{1 + n % 12:02}-20") + timedelta(days=365 * (n % 2)),
            forecast_category="closed",
            history=(passage("Qualification", "2024-12-31", probability="0.3"),),
        )
        for n in range(48)
    ]
    await world.consume(organisation(), *(told(each, at("2027-02-01")) for each in imported))

    found = await world.get("/v1/forecast/accuracy", periods=4)

    assert points_of(found, "weighted", "start") == []
    assert [each["then"] for each in points_of(found, "same_period_last_year", "start")] == [False] * 4
    assert found["probabilities"]["deals"] > 0


async def test_probabilities_are_held_against_what_became_of_the_deals(world: World) -> None:
    def deal(n: int, probability: str, outcome: str) -> list[Envelope]:
        opened = told(
            deal_event(
                "opened",
                f"deal {n}",
                time="2026-11-01",
                created_at=at("2026-11-01"),
                probability=Decimal(probability),
            ),
            at("2026-11-01"),
        )
        if outcome == "open":
            return [opened]
        day = "2027-01-20"
        closed = {"status": outcome, "closed_at": at(day), "probability": Decimal(outcome == "won")}
        return [opened, told(deal_event(outcome, f"deal {n}", sequence=2, time=day, **closed), at(day))]

    lives = [
        *(deal(n, "0.8", "won" if n < 30 else "lost") for n in range(40)),
        *(deal(40 + n, "1", "won") for n in range(4)),
        deal(44, "0.8", "open"),
    ]
    await world.consume(organisation(), *(event for life in lives for event in life))
    world.now = at("2027-04-10")

    found = (await world.get("/v1/forecast/accuracy", periods=1))["probabilities"]

    assert (found["state"], found["deals"], found["undecided"]) == ("ok", 44, 1)
    assert [(each["low"], each["deals"], each["share_won"]) for each in found["reliability"]] == [
        (0.8, 40, 0.75),
        (0.9, 4, 1.0),
    ]
    assert found["brier"] == pytest.approx((30 * 0.04 + 10 * 0.64) / 44, abs=1e-4)


QUARTERS = {
    f"{year}-{month:02}-01": f"{year + (month == 10)}-{(month + 3) % 12:02}-01"
    for year in (2025, 2026)
    for month in (1, 4, 7, 10)
}
"""Where each begins, and the next one."""


async def keep_trials(world: World, spans: dict[str, str], **changes: Any) -> None:
    """The model was twice too high, the last period just right."""
    trial = {
        "true": 1000.0,
        "foretold": {"model": 2000.0, "last_period": 1000.0},
        "variance": 0.0,
        "parts": [],
        "bins": [],
        **changes,
    }
    async with world.database.transaction() as connection:
        for first, end in spans.items():
            starts_on, ends_on = at(first).date(), at(end).date()
            days = {"start": starts_on.toordinal(), "end": ends_on.toordinal()}
            values = {"starts_on": starts_on, "ends_on": ends_on, "trial": {**days, **trial}}
            kept = {"currency": "EUR", "closings": 10, "reckoned_at": world.now}
            await connection.execute(insert(prediction_trial).values(**values, **kept))


async def test_what_was_predicted_is_blended_by_what_had_ended_before_the_period(world: World) -> None:
    """Each method is weighed by what it was worth in the year before; with two trials nothing is said."""
    await world.consume(organisation())
    await keep_trials(world, QUARTERS)

    found = await world.get("/v1/forecast/accuracy", periods=8)
    points = points_of(found, "predicted", "start")
    said = [Decimal(each["forecast"]["amount"]) for each in points]
    own = await world.get("/v1/forecast/accuracy", who("own", "ann"), periods=4)

    assert [each["period"] for each in points] == [f"2025-Q{4}", *(f"2026-Q{n}" for n in range(1, 5))]
    assert all(1000 < each < 1200 for each in said)
    assert said[1] < said[0]
    assert "predicted" not in {each["method"] for each in own["methods"]}
    assert own["predictions"] is None


def a_part(true: float, *, group: str = "owner", name: str = "ann") -> dict[str, Any]:
    """The model foretold 1000 of it."""
    return {"group": group, "name": str(named(name)), "mean": 1000.0, "variance": 0.0, "true": true}


def a_bin(number: int, *, deals: int, won: int) -> dict[str, Any]:
    chance = (number + 0.5) / 10
    squares = won * (1 - chance) ** 2 + (deals - won) * chance**2
    said = {"deals": deals, "chance": chance * deals, "won": won, "squared_error": squares}
    return {"low": number / 10, "high": (number + 1) / 10, **said}


async def test_predictions_are_scored_over_spans_beside_simple_methods(world: World) -> None:
    """The model was just right; a span brought half of that before; the range of Bob never held."""
    await world.consume(organisation(), team("north"), member("ann", team="north"), member("bob"))
    right = {"foretold": {"model": 1000.0, "last_period": 500.0}}
    parts = [a_part(1000.0), a_part(0.0, name="bob"), a_part(1000.0, group="team", name="north")]
    bins = [a_bin(number, deals=10, won=number) for number in range(10)]
    await keep_trials(world, QUARTERS, **right, parts=parts, bins=bins)

    found = await world.get("/v1/forecast/accuracy", periods=8, group_by="owner")

    (spans,) = found["predictions"]["spans"]
    by_method = {each["method"]: each for each in spans["methods"]}
    assert spans["months"] == 3
    assert by_method["model"] == {
        **{"method": "model", "state": "ok", "spans": 5, "wape": 0, "bias": 0},
        **{"accuracy": 1, "coverage": None},
    }
    assert (by_method["last_period"]["wape"], by_method["last_period"]["bias"]) == (0.5, -0.5)
    assert by_method["same_period_last_year"]["state"] == "insufficient_history"
    assert by_method["predicted"]["coverage"] == 1
    assert 0 < by_method["predicted"]["wape"] < 0.05
    held = {each["group_by"]: (each["ranges"], each["coverage"]) for each in spans["parts"]}
    assert held == {"team": (5, 1), "product": (0, None), "owner": (10, 0.5)}
    assert spans["chances"]["deals"] == 500
    assert 0.15 < spans["chances"]["brier"] < spans["chances"]["brier_of_share"] == 0.2475
    groups = {each["owner_id"]: each["spans"][0] for each in found["predictions"]["groups"]}
    assert groups[str(named("ann"))]["coverage"] == 1
    assert (groups[str(named("bob"))]["coverage"], groups[str(named("bob"))]["wape"]) == (0, None)


async def test_the_weighted_pipeline_is_held_against_the_same_spans(world: World) -> None:
    """What it says of a span is what the forecast of then says is still open in it."""
    await fill(world)
    months = [at(f"2026-{n:02}-01") for n in range(1, 13)]
    spans = {str(one.date()): str(other.date()) for one, other in itertools.pairwise(months)}
    await keep_trials(world, spans, true=10_000.0)

    found = await world.get("/v1/forecast/accuracy", periods=8)

    (of_months,) = found["predictions"]["spans"]
    (weighted,) = [each for each in of_months["methods"] if each["method"] == "weighted"]
    said = Decimal()
    for first in [*spans][3:]:
        then: dict[str, Any] = {"as_of": f"{first}T00:00:00Z", "known_at": f"{first}T00:00:00Z"}
        said += Decimal((await world.forecast(period=first[:7], **then))["weighted"]["amount"])
    assert (of_months["months"], weighted["spans"]) == (1, 8)
    assert weighted["bias"] == pytest.approx(float(said / 80_000 - 1), abs=1e-4)


async def test_what_was_handed_in_is_held_against_what_came(world: World) -> None:
    """At each look the number that had been handed in last, of the same node, to whom it is of."""
    await fill(world)
    for month, number in ((4, 1000), (7, 2000), (10, 3000)):
        for day, more in ((2, 0), (20, 500)):
            world.now = at(f"2026-{month:02}-{day:02}T12:00")
            body = {
                "period": f"2026-Q{month // 3 + 1}",
                "stated": {"amount": str(number + more), "currency": "EUR"},
            }
            handed_in = await world.send(
                "POST", "/v1/forecast/submissions", who("own", "ann", team="north"), json=body
            )
            assert handed_in.status_code in (200, 201), handed_in.text
    world.now = at("2027-02-10T12:00")

    own = await world.get("/v1/forecast/accuracy", who("own", "ann", team="north"))
    by_owner = await world.get("/v1/forecast/accuracy", group_by="owner")
    (ann,) = [each for each in by_owner["groups"] if each["owner_id"] == str(named("ann"))]

    assert points_of(own, "submitted", "start") == []
    assert [each["forecast"]["amount"] for each in points_of(own, "submitted", "30")] == [
        *("1500.00", "2500.00", "3500.00")
    ]
    assert [each["wape"] for each in ann["methods"] if each["method"] == "submitted"] == [
        each["wape"] for each in own["methods"] if each["method"] == "submitted"
    ]
    assert "submitted" not in {each["method"] for each in by_owner["methods"]}
    for other in (
        who("own", "bob"),
        who("none", "ops"),
        who("subtree", "boss", team="south", teams=["south"]),
    ):
        found = await world.get("/v1/forecast/accuracy", other, group_by="owner", owner_id=named("ann"))
        assert "submitted" not in {each["method"] for each in found["methods"]}


async def test_a_rep_is_shown_own_forecasts_only(world: World) -> None:
    await fill(world)

    own = await world.get("/v1/forecast/accuracy", who("own", "ann"))
    asked = await world.get("/v1/forecast/accuracy", owner_id=named("ann"))

    assert own["methods"] == asked["methods"]


async def test_every_figure_is_defined_and_periods_may_be_bounded(world: World) -> None:
    await fill(world)
    asked: dict[str, Any] = {"kind": "month", "from": "2026-03-01", "to": "2026-08-31"}

    found = await world.get("/v1/forecast/accuracy", **asked)

    assert [each["period"]["name"] for each in found["actual"]] == [f"2026-{n:02}" for n in range(3, 9)]
    named_in = {each["method"] for each in found["methods"]} | {"wape", "bias", "accuracy", "error", "brier"}
    assert named_in <= found["definitions"].keys()
