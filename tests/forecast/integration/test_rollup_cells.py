"""Cells are the sums of the deals in them, whatever is told in whatever order, and the figures read them."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from services.forecast.outlook.domain import FIGURES, GroupBy
from services.forecast.rollup.use_cases.remake_cells import remake_cells
from services.forecast.topics import HANDLERS
from shared.contracts.envelope import Envelope
from shared.messaging.handlers import handle
from tests.forecast.builders import at, deal_event, eur, lead_event, member, named, organisation, team
from tests.forecast.integration.test_regions import market, territory
from tests.forecast.integration.world import World, deliveries
from tests.support.waiting import HANG_SECONDS

SLOWLY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NOW = at("2027-03-20T12:00")
CUTS = """
(VALUES ('owner', true, false, false), ('product', false, true, false), ('territory', false, false, true),
    ('owner_product', true, true, false), ('owner_territory', true, false, true)) AS cut (cut, o, p, t)
"""
SUMS = f"""
SELECT cut.cut, date_trunc('month', closes_on)::date, CASE WHEN cut.o THEN owner_id END,
    CASE WHEN cut.p THEN product_id END, CASE WHEN cut.t THEN territory_id END, bucket, base_currency,
    count(*), coalesce(sum(base_amount), 0), coalesce(sum(base_amount * probability), 0),
    count(*) FILTER (WHERE probability IS NULL)
FROM counted_deal CROSS JOIN {CUTS}
WHERE bucket IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
CELLS = "SELECT * FROM rollup_cell WHERE (deals, amount, weighted, without_probability) <> (0, 0, 0, 0)"
ZONE = "SELECT time_zone FROM known_organisation"
TABLES = "deal_now, deal_fact, lead_now, known_territory, known_team, known_member, team_fact, member_fact, \
known_organisation"
GROUPS: tuple[GroupBy | None, ...] = (
    *(None, "owner", "team", "product", "product_family", "territory", "pipeline", "stage", "source"),
    *("category", "month", "week"),
)


async def rows(world: World, query: str) -> set[tuple[Any, ...]]:
    async with world.database.reading() as connection:
        return {tuple(row) for row in await connection.execute(text(query))}


async def empty(world: World) -> None:
    async with world.database.transaction() as connection:
        await connection.execute(text(f"TRUNCATE {TABLES}, counted_deal, rollup_cell, agenda_entry"))
        await connection.execute(text("UPDATE rollup_state SET time_zone = NULL"))


OWNERS = st.sampled_from([None, "ann", "bob", "cid"]).map(lambda name: name and named(name))
ACCOUNTS = st.sampled_from([None, "louvre", "brewery"]).map(lambda name: name and named(name))
PLACES = st.sampled_from([None, "Germany", "Bavaria"]).map(lambda name: name and named(name))
LEADS = st.sampled_from([None, "lead 1", "lead 2"])
MOMENTS = st.integers(0, 94 * 24).map(lambda hours: at("2026-12-15T00:30") + timedelta(hours=hours))


@st.composite
def deal_events(draw: st.DrawFn, sequence: int) -> Envelope:
    kind = draw(st.sampled_from(["opened", "changed", "won", "lost", "reopened"]))
    status = {"won": "won", "lost": "lost"}.get(kind, "open")
    amount = draw(st.sampled_from([None, 10, 200]))
    lead = draw(LEADS)
    happened = draw(MOMENTS)
    return deal_event(
        kind,
        draw(st.sampled_from(["deal 1", "deal 2", "deal 3"])),
        sequence=sequence,
        time=happened.isoformat()[:16],
        status=status,
        closed_at=happened if status != "open" else None,
        forecast_category=draw(st.sampled_from(["pipeline", "best_case", "commit", "omitted", "closed"])),
        probability=draw(st.sampled_from([None, Decimal(0), Decimal("0.3")])),
        amount=amount and eur(amount),
        expected_close=draw(st.sampled_from([None, at("2027-01-31").date(), at("2027-02-01").date()])),
        owner_id=draw(OWNERS),
        product_id=draw(OWNERS),
        account_id=draw(ACCOUNTS),
        lead_id=lead and named(lead),
        source=draw(st.sampled_from([None, "web"])),
    )


@st.composite
def things(draw: st.DrawFn, sequence: int) -> Envelope:
    """Anything that may move a deal from one cell to another."""
    kind = draw(
        st.sampled_from(["deal", "deal", "deal", "lead", "lead", "territory", "member", "team", "zone"])
    )
    if kind == "deal":
        return draw(deal_events(sequence))
    if kind == "lead":
        name = draw(LEADS.filter(bool))
        return lead_event(str(name), sequence=sequence, territory_id=draw(PLACES), account_id=draw(ACCOUNTS))
    if kind == "territory":
        accounts = tuple(draw(st.sets(ACCOUNTS.filter(bool))))
        name, parent = draw(st.sampled_from([("Germany", None), ("Bavaria", "Germany")]))
        return territory(name, parent, sequence=sequence, account_ids=accounts, active=draw(st.booleans()))
    if kind == "member":
        teams = st.sampled_from([None, "north", "south"])
        return member(draw(st.sampled_from(["ann", "bob"])), team=draw(teams), sequence=sequence)
    if kind == "team":
        return team("south", parent=draw(st.sampled_from([None, "north"])), sequence=sequence)
    zones = st.sampled_from(["UTC", "Pacific/Auckland", "America/Los_Angeles"])
    return organisation(time_zone=draw(zones), sequence=sequence)


WON_NOWHERE: Any = {
    "status": "won",
    "amount": eur(5),
    "closed_at": at("2027-02-01"),
    "next_step_at": at("2027-02-05"),
}
HISTORIES = st.integers(1, 25).flatmap(
    lambda n: st.tuples(*(things(sequence) for sequence in range(2, n + 2)))
)


@SLOWLY
@given(
    told=HISTORIES.flatmap(lambda events: st.permutations(list(events))),
    cuts=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    seen=st.sampled_from(GROUPS),
    worked_off=st.booleans(),
)
async def test_cells_are_the_sums_of_deals_and_the_figures_those_of_the_ledger(
    world: World, told: list[Envelope], cuts: list[int], seen: GroupBy | None, worked_off: bool
) -> None:
    world.now = NOW
    await empty(world)
    await world.project(organisation(), team("north"), team("south"), territory("Germany", sequence=1))
    while told:
        batch, told = told[: cuts[0]], told[cuts[0] :]
        cuts = [*cuts[1:], cuts[0]]
        await world.project(*batch)
        assert await rows(world, CELLS) == await rows(world, SUMS)
    if worked_off:
        await world.work_off()
        assert await rows(world, CELLS) == await rows(world, SUMS)
        assert await rows(world, "SELECT time_zone FROM rollup_state") == await rows(world, ZONE)

    views: tuple[dict[str, Any], ...] = (
        {} if seen is None else {"group_by": seen},
        {"group_by": "territory"},
        {"group_by": "territory", "territory_id": str(named("Germany"))},
        {"group_by": "team", "team_id": str(named("north"))},
    )
    for asked in views:
        present = await world.get("/v1/forecast", period="2027-Q1", **asked)
        then = {"as_of": NOW.isoformat(), **asked}
        assert present == await world.get("/v1/forecast", period="2027-Q1", **then)
        for figure in FIGURES:
            parts = sum(Decimal(group[figure]["amount"]) for group in present["groups"])
            assert not asked or parts == Decimal(present[figure]["amount"])


async def test_the_figures_of_a_quarter_are_read_out_of_cells_alone(world: World) -> None:
    await world.consume(*market())
    asked: list[str] = []

    @event.listens_for(world.database.engine.sync_engine, "before_cursor_execute")
    def remember(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    for group_by in ("owner", "team", "product", "product_family", "territory", "category", "month"):
        await world.forecast(group_by=group_by)

    assert sum("rollup_cell" in statement for statement in asked) == 7
    assert not any("counted_deal" in statement for statement in asked)
    assert sum("deal_now" in statement for statement in asked) == 7  # when the last event was made


async def test_deals_that_change_nothing_write_nothing(world: World) -> None:
    await world.consume(*market())
    before = await rows(world, "SELECT xmin::text, ctid::text FROM rollup_cell")

    await world.consume(deal_event("changed", "of nowhere", sequence=2, time="2027-02-03", **WON_NOWHERE))

    assert await rows(world, "SELECT xmin::text, ctid::text FROM rollup_cell") == before


async def test_another_time_zone_moves_a_deal_won_late_in_the_evening(world: World) -> None:
    late: dict[str, Any] = {"status": "won", "amount": eur(7), "closed_at": at("2027-03-31T23:30")}
    await world.consume(organisation(), deal_event("opened", time="2027-01-10", **late))
    assert (await world.forecast())["closed"]["amount"] == "7.00"

    await world.consume(organisation(time_zone="Europe/Kyiv", sequence=2))
    before = [(await world.forecast(period=each))["closed"]["amount"] for each in ("2027-Q1", "2027-Q2")]
    await world.work_off()
    after = [(await world.forecast(period=each))["closed"]["amount"] for each in ("2027-Q1", "2027-Q2")]

    assert before == after == ["0.00", "7.00"]
    assert await rows(world, "SELECT time_zone FROM rollup_state") == {("Europe/Kyiv",)}


async def test_until_cells_are_made_anew_the_ledger_is_read(world: World) -> None:
    await world.consume(*market())
    expected = await world.forecast(group_by="territory")

    async with world.database.transaction() as connection:
        await remake_cells(connection, now=world.now)

    assert await rows(world, CELLS) == set()
    assert await world.forecast(group_by="territory") == expected
    await world.work_off()
    assert await rows(world, CELLS) == await rows(world, SUMS) != set()
    assert await world.forecast(group_by="territory") == expected


async def test_a_deal_told_while_its_lead_moves_is_counted_where_the_lead_is_then(world: World) -> None:
    await world.consume(*market())
    moves = lead_event("in germany", sequence=2, territory_id=named("France"), created="2027-01-03")
    new = deal_event("opened", "new", time="2027-01-20", lead_id=named("in germany"))

    async with world.database.transaction() as first:
        await handle(first, HANDLERS, deliveries([moves]))
        second = asyncio.create_task(world.project(new))
        done, _ = await asyncio.wait([second], timeout=0.3)
        assert not done
    await asyncio.wait_for(second, HANG_SECONDS)

    places = await rows(world, f"SELECT territory_id FROM counted_deal WHERE deal_id = '{named('new')}'")
    assert places == {(named("France"),)}
    assert await rows(world, CELLS) == await rows(world, SUMS)


@pytest.mark.parametrize(
    "moves",
    [
        lead_event("in germany", sequence=2, territory_id=named("France"), created="2027-01-03"),
        lead_event("in bavaria", sequence=2, territory_id=named("Bavaria"), account_id=named("opera")),
        lead_event("later", territory_id=named("France"), account_id=named("brewery"), created="2027-02-01"),
        territory("France", sequence=3, account_ids=(named("opera"),)),
        territory("France", sequence=3, account_ids=(named("louvre"),), active=False),
        territory("Bavaria", "Germany", sequence=3, account_ids=(named("louvre"), named("opera"))),
    ],
)
async def test_deals_follow_whatever_their_place_follows_from(world: World, moves: Envelope) -> None:
    world.now = at("2027-06-01")
    await world.consume(*market())
    before = await world.forecast(group_by="territory")

    await world.consume(moves)

    after = await world.forecast(group_by="territory")
    assert after["groups"] != before["groups"]
    past = await world.forecast(group_by="territory", as_of=world.now.isoformat())
    assert past["groups"] == after["groups"]
    assert await rows(world, CELLS) == await rows(world, SUMS)
