"""What the ledger promises: repeats and late arrivals change nothing, and the past can be asked for."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from services.forecast.deal_ledger.domain import facts_of
from services.forecast.deal_ledger.queries import deals
from services.forecast.deal_ledger.tables import deal_fact, deal_now
from shared.contracts.envelope import Envelope
from tests.forecast.builders import at, deal_event, eur, member, named, organisation, passage, team
from tests.forecast.integration.world import World, deliveries, euros

FIGURES = ("closed", "commit", "most_likely", "best_case", "open_pipeline", "weighted")
NOW = at("2027-03-31T20:00")
SLOWLY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def story() -> list[Envelope]:
    """Opened in January, moved in February, won in March."""
    return [
        deal_event("opened", sequence=1, time="2027-01-10"),
        deal_event(
            "stage_changed",
            sequence=2,
            time="2027-02-01",
            stage="Negotiation",
            forecast_category="commit",
            probability="0.75",
            amount=eur(1200),
        ),
        deal_event(
            "won",
            sequence=3,
            time="2027-03-05T15:00",
            status="won",
            stage="Won",
            closed_at=at("2027-03-05T15:00"),
            forecast_category="closed",
            probability="1",
            amount=eur(1100),
        ),
    ]


async def ledger(world: World) -> tuple[list[Any], list[Any]]:
    async with world.database.reading() as connection:
        now = await connection.execute(select(deal_now).order_by(deal_now.c.deal_id))
        facts = await connection.execute(select(deal_fact).order_by(*deal_fact.primary_key.columns))
        return [tuple(row) for row in now], [tuple(row) for row in facts]


async def empty(world: World) -> None:
    async with world.database.transaction() as connection:
        await connection.execute(text("TRUNCATE deal_now, deal_fact, counted_deal, rollup_cell"))


async def test_fed_2_3_2_1_a_deal_ends_at_3(world: World) -> None:
    one, two, three = story()

    for event in (two, three, two, one):
        await world.project(event)

    async with world.database.reading() as connection:
        assert (await connection.execute(select(deal_now.c.sequence, deal_now.c.status))).all() == [
            (3, "won")
        ]


async def test_a_late_arrival_still_takes_its_place_in_the_past(world: World) -> None:
    one, two, three = story()
    await world.consume(organisation())
    await world.project(three, two)
    await world.project(one)

    january = await world.forecast(as_of="2027-01-20")

    assert euros(january, "open_pipeline", "commit") == {"open_pipeline": "1000.00", "commit": "0.00"}


async def test_a_batch_with_the_same_event_twice_is_harmless(world: World) -> None:
    one, two, three = story()
    await world.project(one, two, three)
    before = await ledger(world)

    await world.project(three, one, one, two, three)

    assert await ledger(world) == before


async def test_the_consumer_applies_a_redelivered_event_once(world: World) -> None:
    await world.consume(*story())
    before = await ledger(world)

    await world.consume(*story()[:2])

    assert await ledger(world) == before


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2027-01-09", ["0.00", "0.00", "0.00", "0.00"]),
        ("2027-01-10", ["0.00", "0.00", "1000.00", "100.00"]),
        ("2027-01-31", ["0.00", "0.00", "1000.00", "100.00"]),
        ("2027-02-01", ["0.00", "1200.00", "1200.00", "900.00"]),
        ("2027-03-05T14:59:59Z", ["0.00", "1200.00", "1200.00", "900.00"]),
        ("2027-03-05T15:00:00Z", ["1100.00", "1100.00", "0.00", "1100.00"]),
        ("2027-03-05", ["1100.00", "1100.00", "0.00", "1100.00"]),
        ("2030-01-01", ["1100.00", "1100.00", "0.00", "1100.00"]),
    ],
)
async def test_as_of_answers_what_was_true_then(world: World, as_of: str, expected: list[str]) -> None:
    await world.consume(organisation(), *story())
    world.now = at("2030-02-01")

    forecast = await world.forecast(as_of=as_of)

    shown = euros(forecast, "closed", "commit", "open_pipeline", "weighted")
    assert list(shown.values()) == expected


async def test_imported_history_answers_as_of_at_its_own_dates(world: World) -> None:
    imported = deal_event(
        "opened",
        time="2016-10-20",
        status="won",
        stage="Won",
        created_at=at("2016-10-20"),
        closed_at=at("2017-03-01"),
        expected_close=at("2017-03-15").date(),
        forecast_category="closed",
        probability="1",
        history=(
            passage("Qualification", "2016-10-20", probability="0.1"),
            passage("Negotiation", "2017-01-10", probability="0.75", category="commit"),
        ),
    )
    await world.consume(organisation(), imported)

    shown = {
        day: euros(
            await world.forecast(period="2017-Q1", as_of=day), "closed", "commit", "open_pipeline", "weighted"
        )
        for day in ("2016-10-19", "2016-12-31", "2017-02-01", "2017-03-01")
    }

    assert [list(figures.values()) for figures in shown.values()] == [
        ["0.00", "0.00", "0.00", "0.00"],
        ["0.00", "0.00", "1000.00", "100.00"],
        ["0.00", "1000.00", "1000.00", "750.00"],
        ["1000.00", "1000.00", "0.00", "1000.00"],
    ]


async def test_a_win_told_late_hides_the_moves_told_in_between(world: World) -> None:
    one, two, _ = story()
    late = deal_event(
        "won", sequence=3, time="2027-02-20", status="won", stage="Won", closed_at=at("2027-01-25")
    )
    await world.consume(organisation(), one, two, late)

    then = await world.forecast(as_of="2027-02-05")
    before = await world.forecast(as_of="2027-01-24")

    assert euros(then, "closed", "open_pipeline") == {"closed": "1000.00", "open_pipeline": "0.00"}
    assert euros(before, "closed", "open_pipeline") == {"closed": "0.00", "open_pipeline": "1000.00"}


async def test_a_reopened_deal_is_closed_only_in_between(world: World) -> None:
    reopened = deal_event("reopened", sequence=4, time="2027-03-10", stage="Negotiation")
    await world.consume(organisation(), *story(), reopened)
    world.now = at("2027-03-20")

    between, after = await world.forecast(as_of="2027-03-06"), await world.forecast()

    assert (between["closed"]["amount"], after["closed"]["amount"]) == ("1100.00", "0.00")


async def test_as_of_then_groups_by_the_owner_of_then(world: World) -> None:
    handed_over = deal_event("changed", sequence=2, time="2027-02-01", owner_id=named("bob"))
    await world.consume(
        organisation(),
        team("north"),
        member("ann", team="north"),
        member("bob"),
        deal_event("opened", time="2027-01-10", owner_id=named("ann")),
        handed_over,
    )

    then = await world.forecast(as_of="2027-01-20", group_by="owner")
    team_then = await world.forecast(as_of="2027-01-20", team_id=named("north"))

    assert [group["owner_id"] for group in then["groups"]] == [str(named("ann"))]
    assert team_then["open_pipeline"]["amount"] == "1000.00"


days = st.integers(0, 120).map(lambda day: at("2026-12-01T09:00") + timedelta(days=day))
maybe = st.sampled_from([None, "ann", "bob"]).map(lambda name: None if name is None else named(name))


@st.composite
def states(draw: st.DrawFn) -> dict[str, Any]:
    status = draw(st.sampled_from(["open", "open", "won", "lost"]))
    amount = draw(st.none() | st.integers(1, 10**6).map(lambda cents: eur(Decimal(cents) / 100)))
    return {
        "status": status,
        "created_at": draw(days),
        "closed_at": None if status == "open" else draw(days),
        "stage": draw(st.sampled_from(["Qualification", "Proposal"])),
        "forecast_category": draw(
            st.sampled_from(["pipeline", "best_case", "most_likely", "commit", "omitted"])
        ),
        "probability": draw(st.none() | st.integers(0, 100).map(lambda percent: Decimal(percent) / 100)),
        "amount": amount,
        "expected_close": draw(st.none() | days.map(datetime.date)),
        "owner_id": draw(maybe),
        "product_id": draw(maybe),
    }


@st.composite
def lives(draw: st.DrawFn, name: str) -> list[Envelope]:
    """A deal that may do anything at any time, in any order of business times."""
    events = []
    for sequence in range(1, draw(st.integers(1, 5)) + 1):
        state = draw(states())
        kind = {"open": "changed", "won": "won", "lost": "lost"}[state["status"]]
        if sequence == 1:
            kind = "opened"
            entered = sorted(draw(st.lists(days, max_size=3)))
            state["history"] = tuple(
                passage("Qualification", day.isoformat()[:19], probability="0.5") for day in entered
            )
        time = draw(days).isoformat()[:19]
        events.append(deal_event(kind, name, sequence=sequence, time=time, **state))
    return events


many_lives = (
    st.integers(1, 4)
    .flatmap(lambda count: st.tuples(*(lives(f"deal {n}") for n in range(count))))
    .map(lambda each: [event for life in each for event in life])
)


@SLOWLY
@given(events=many_lives, chance=st.randoms(use_true_random=False))
async def test_events_in_any_order_and_any_batches_make_the_same_ledger(
    world: World, events: list[Envelope], chance: random.Random
) -> None:
    await empty(world)
    await world.project(*events)
    expected = await ledger(world)
    shuffled = [*events, *chance.sample(events, chance.randint(0, len(events)))]
    chance.shuffle(shuffled)

    await empty(world)
    while shuffled:
        size = chance.randint(1, len(shuffled))
        await world.project(*shuffled[:size])
        del shuffled[:size]

    assert await ledger(world) == expected


@SLOWLY
@given(events=many_lives, instant=days)
async def test_the_ledger_at_any_instant_is_the_last_statement_about_it(
    world: World, events: list[Envelope], instant: datetime
) -> None:
    await empty(world)
    await world.project(*events)

    async with world.database.reading() as connection:
        deal = deals(instant)
        shown = {
            row.deal_id: (row.status, row.base_amount, row.owner_id, row.probability, row.expected_close)
            for row in await connection.execute(select(deal))
        }

    told: dict[Any, Any] = {}
    for delivery in deliveries(events):
        for fact in facts_of(delivery.event, delivery.envelope):
            best = told.get(fact.deal_id)
            order = (fact.sequence, fact.part)
            if fact.valid_from <= instant and (best is None or best[0] < order):
                told[fact.deal_id] = (order, fact.standing)
    assert shown == {
        deal_id: (s.status, s.base_amount, s.owner_id, s.probability, s.expected_close)
        for deal_id, (_, s) in told.items()
    }


@SLOWLY
@given(events=many_lives, group_by=st.sampled_from([None, "owner", "product", "category"]))
async def test_the_present_and_the_past_as_of_now_show_the_same_figures(
    world: World, events: list[Envelope], group_by: str | None
) -> None:
    await empty(world)
    world.now = NOW
    await world.consume(organisation())
    await world.project(*events)
    asked: dict[str, Any] = {} if group_by is None else {"group_by": group_by}

    present = await world.forecast(**asked)
    past = await world.forecast(as_of=NOW.isoformat(), **asked)

    assert past == present


@SLOWLY
@given(events=many_lives, chance=st.randoms(use_true_random=False))
async def test_a_statement_says_by_how_many_days_it_puts_the_close_off_whenever_it_came(
    world: World, events: list[Envelope], chance: random.Random
) -> None:
    await empty(world)
    chance.shuffle(events)
    for event in events:
        await world.project(event)

    async with world.database.reading() as connection:
        facts = (await connection.execute(select(deal_fact).order_by(*deal_fact.primary_key.columns))).all()
    expected = {
        (told.deal_id, told.sequence, told.part): (told.expected_close - before.expected_close).days
        for before, told in pairwise(facts)
        if before.deal_id == told.deal_id
        and before.status == told.status == "open"
        and None not in (before.expected_close, told.expected_close)
        and told.expected_close > before.expected_close
    }
    assert expected == {
        (fact.deal_id, fact.sequence, fact.part): fact.pushed_days
        for fact in facts
        if fact.pushed_days is not None
    }


async def test_nothing_is_ever_valid_twice(world: World) -> None:
    await world.consume(*story())

    async with world.database.reading() as connection:
        current = select(func.count()).where(deal_fact.c.valid_to == text("'infinity'"))
        assert await connection.scalar(current) == 1
