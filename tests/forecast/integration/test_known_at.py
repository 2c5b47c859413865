"""What was known when: a figure as somebody would have seen it then, before what was told late."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from services.forecast.deal_ledger.domain import facts_of
from services.forecast.deal_ledger.queries import deals, deals_known
from shared.contracts.envelope import Envelope
from tests.forecast.builders import at, deal_event, named, organisation, told
from tests.forecast.integration.test_deal_ledger import days, empty, many_lives
from tests.forecast.integration.world import World, deliveries, euros, who

SLOWLY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
COLUMNS = ("status", "stage", "forecast_category", "probability", "base_amount", "expected_close", "owner_id")


def a_win_told_late() -> list[Envelope]:
    """Opened on 10 January, won on 25 January, which was told on 20 February only."""
    won = deal_event(
        "won", sequence=2, time="2027-02-20", status="won", stage="Won", closed_at=at("2027-01-25")
    )
    return [
        told(deal_event("opened", time="2027-01-10"), at("2027-01-10")),
        told(won, at("2027-02-20")),
    ]


@pytest.mark.parametrize(
    ("asked", "closed", "open_pipeline"),
    [
        ({"as_of": "2027-02-01"}, "1000.00", "0.00"),
        ({"as_of": "2027-02-01", "known_at": "2027-02-01"}, "0.00", "1000.00"),
        ({"as_of": "2027-02-01", "known_at": "2027-02-20"}, "1000.00", "0.00"),
        ({"known_at": "2027-02-01"}, "0.00", "1000.00"),
        ({"known_at": "2027-01-09"}, "0.00", "0.00"),
    ],
)
async def test_a_win_told_late_is_seen_only_from_when_it_was_told(
    world: World, asked: dict[str, Any], closed: str, open_pipeline: str
) -> None:
    world.now = at("2027-03-01")
    await world.consume(organisation(), *a_win_told_late())

    forecast = await world.forecast(**asked)

    assert euros(forecast, "closed", "open_pipeline") == {"closed": closed, "open_pipeline": open_pipeline}


@pytest.mark.parametrize(("known_at", "commit"), [("12:00:00.020", 0), ("12:00:00.050", 1), ("12:00:30", 1)])
async def test_what_was_told_a_moment_after_it_held_was_not_known_in_that_moment(
    world: World, known_at: str, commit: int
) -> None:
    world.now = at("2027-03-01")
    opened = told(deal_event("opened", time="2027-01-10"), at("2027-01-10"))
    changed = deal_event("changed", sequence=2, time="2027-02-01T12:00", forecast_category="commit")
    await world.consume(organisation(), opened, told(changed, at("2027-02-01T12:00:00.050")))

    forecast = await world.forecast(as_of="2027-02-01T12:00:00.020Z", known_at=f"2027-02-01T{known_at}Z")

    assert (forecast["deals"]["commit"], forecast["deals"]["open_pipeline"]) == (commit, 1)


async def test_the_answer_says_as_of_and_known_at(world: World) -> None:
    await world.consume(organisation())

    forecast = await world.forecast(as_of="2027-02-01T00:00:00Z", known_at="2027-02-02T00:00:00Z")

    assert (forecast["as_of"], forecast["known_at"]) == ("2027-02-01T00:00:00Z", "2027-02-02T00:00:00Z")
    assert (await world.forecast())["known_at"] is None


async def test_what_will_be_known_is_refused_and_today_means_now(world: World) -> None:
    await world.consume(organisation())

    refused = await world.send("GET", "/v1/forecast?known_at=2027-02-11")
    today = await world.forecast(known_at="2027-02-10")

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/query/known_at")
    assert today["known_at"] == "2027-02-10T12:00:00Z"


async def test_regions_leave_out_what_was_told_later(world: World) -> None:
    world.now = at("2027-03-01")
    await world.consume(organisation(), *a_win_told_late())

    then = await world.get("/v1/analytics/regions", period="2027-Q1", known_at="2027-02-01")
    now = await world.get("/v1/analytics/regions", period="2027-Q1")

    assert (then["deals"], now["deals"]) == (0, 1)


async def test_a_report_that_cannot_tell_what_was_known_does_not_take_it(world: World) -> None:
    await world.consume(organisation())

    answer = await world.send("GET", "/v1/lead-funnel?period=2027-Q1&known_at=2027-02-01")

    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_parameter")


@st.composite
def told_at_any_time(draw: st.DrawFn) -> list[Envelope]:
    """Lives of deals whose statements were made at any time, not even in their own order."""
    return [told(event, draw(days)) for event in draw(many_lives)]


@SLOWLY
@given(events=told_at_any_time(), as_of=days, known_at=days, present=st.booleans())
async def test_what_was_known_then_is_what_a_world_told_only_that_would_say(
    world: World, events: list[Envelope], as_of: datetime, known_at: datetime, present: bool
) -> None:
    asked_for = known_at if present else as_of
    await empty(world)
    await world.project(*events)
    then = await standing(world, None if present else as_of, known_at)

    await empty(world)
    known = [event for event in events if event.id.int >> 80 <= int(known_at.timestamp() * 1000)]
    if known:
        await world.project(*known)

    assert then == await standing(world, asked_for)


@SLOWLY
@given(events=many_lives, told_at=st.lists(days, min_size=20, max_size=20), at_=days)
async def test_all_deals_as_known_then_are_those_unchanged_since_and_the_others_as_they_were(
    world: World, events: list[Envelope], told_at: list[datetime], at_: datetime
) -> None:
    await empty(world)
    late = [told(each, max(each.time, when)) for each, when in zip(events, told_at, strict=False)]
    facts = [fact for each in deliveries(late) for fact in facts_of(each.event, each.envelope)]
    assume(all(fact.valid_from <= fact.known_at for fact in facts))
    await world.project(*late)

    async with world.database.reading() as connection:
        found = []
        for deal in (deals(at_, at_), deals_known(at_)):
            columns = [deal.c[name] for name in ("deal_id", "sequence", *COLUMNS)]
            rows = await connection.execute(select(*columns).order_by(deal.c.deal_id))
            found.append([tuple(row) for row in rows])

    assert found[0] == found[1]


async def standing(world: World, as_of: datetime | None, known_at: datetime | None = None) -> Sequence[Any]:
    async with world.database.reading() as connection:
        deal = deals(as_of, known_at)
        columns = (deal.c[name] for name in COLUMNS)
        rows = await connection.execute(select(deal.c.deal_id, *columns).order_by(deal.c.deal_id))
        return [tuple(row) for row in rows]


async def test_what_was_known_of_a_quarter_is_read_by_the_quarters_indexes(world: World) -> None:
    """Neither all deals' statements are read for it, nor one deal's by other than the primary key."""
    await world.consume(organisation())
    many = [deal_event("opened", f"deal {n}", time="2020-01-10", expected_close=None) for n in range(3000)]
    await world.project(*many)
    some = [deal_event("opened", f"due {n}", time="2027-01-10", owner_id=named("rep")) for n in range(5)]
    await world.project(*some)

    async with world.database.reading() as connection:
        await connection.execute(text("ANALYZE deal_fact"))
        deal = deals(at("2027-02-01"), at("2027-02-01"))
        first = at("2027-03-01").date()
        asked = select(func.count()).select_from(deal)
        asked = asked.where(
            deal.c.status == "open", deal.c.expected_close.between(first, first + timedelta(30))
        )
        query = str(asked.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
        plan = "\n".join([row[0] for row in await connection.execute(text(f"EXPLAIN {query}"))])

    assert "ix_deal_fact_open" in plan
    assert "pk_deal_fact" in plan
    assert "Seq Scan" not in plan


async def test_a_rep_sees_what_was_known_of_own_deals_only(world: World) -> None:
    await world.consume(organisation(), *a_win_told_late())

    own = await world.forecast(who("own", "rep"), known_at="2027-02-01")
    other = await world.forecast(who("own", "other"), known_at="2027-02-01")

    assert (own["deals"]["open_pipeline"], other["deals"]["open_pipeline"]) == (1, 0)


async def test_the_ledger_of_a_deal_says_what_was_told_when_and_which_statement_holds(world: World) -> None:
    world.now = at("2027-03-01")
    await world.consume(organisation(), *a_win_told_late())

    asked: dict[str, Any] = {"as_of": "2027-02-01", "known_at": "2027-02-01"}
    ledger = await world.get(f"/v1/forecast/ledger/{named('deal')}", **asked)

    opened, won = ledger["statements"]
    assert (opened["holds"], opened["valid_to"], opened["changed"]) == (True, "2027-01-25T00:00:00Z", [])
    assert (won["holds"], won["valid_to"], won["known_at"]) == (False, None, "2027-02-20T00:00:00Z")
    assert won["changed"] == [
        {"field": "status", "before": "open", "after": "won"},
        {"field": "stage_id", "before": str(named("Qualification")), "after": str(named("Won"))},
        {"field": "stage", "before": "Qualification", "after": "Won"},
        {"field": "closed_at", "before": None, "after": "2027-01-25T00:00:00Z"},
    ]


@SLOWLY
@given(events=told_at_any_time(), as_of=days, known_at=days)
async def test_the_statement_that_holds_is_the_one_the_figures_are_made_of(
    world: World, events: list[Envelope], as_of: datetime, known_at: datetime
) -> None:
    world.now = at("2027-12-01")
    await empty(world)
    await world.consume(organisation())
    await world.project(*events)
    asked: dict[str, Any] = {"as_of": as_of.isoformat(), "known_at": known_at.isoformat()}

    held: set[tuple[str, str]] = set()
    for deal_id in {event.subject for event in events}:
        ledger = await world.get(f"/v1/forecast/ledger/{deal_id}", **asked)
        held |= {(str(deal_id), each["stage"]) for each in ledger["statements"] if each["holds"]}

    assert held == {(str(row[0]), row[2]) for row in await standing(world, as_of, known_at)}


async def test_another_reps_deal_has_no_ledger(world: World) -> None:
    await world.consume(organisation(), *a_win_told_late())
    path = f"/v1/forecast/ledger/{named('deal')}"

    others = await world.send("GET", path, who("own", "other"))
    own = await world.send("GET", path, who("own", "rep"))

    assert (others.status_code, others.json()["code"], own.status_code) == (404, "deal_not_found", 200)
