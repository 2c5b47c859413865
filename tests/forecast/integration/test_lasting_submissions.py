"""No change of calendar, team, member, stage, clock or currency alters or erases a submission."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.forecast.node.domain import Node, member_node
from services.forecast.submission.queries import submitted
from shared.contracts.envelope import wrap
from shared.contracts.events.gateway_member import MemberChanged
from shared.contracts.events.gateway_team import TeamChanged
from shared.contracts.periods import Calendar
from tests.forecast.builders import CONTEXT, at, deal_event, named, organisation
from tests.forecast.integration.submitting import (
    ANN,
    BOSS,
    PATH,
    WEEKLY,
    handed_in,
    money,
    staff,
    unchanged,
    with_rules,
)
from tests.forecast.integration.world import DIRECTOR, World


@pytest.fixture
async def staffed(world: World) -> World:
    return await staff(world)


async def test_another_fiscal_year_leaves_submissions_as_they_were_under_their_own_days(
    staffed: World,
) -> None:
    state = await handed_in(staffed, stated=money("1800"))
    before = await staffed.get(f"{PATH}/{state['id']}", ANN)

    await staffed.consume(organisation(sequence=2, fiscal_start=2))

    [listed] = (await staffed.get(PATH, ANN, starts_on="2027-01-01", ends_on="2027-03-31"))["items"]
    after = await staffed.get(f"{PATH}/{state['id']}", ANN)
    assert (listed["id"], listed["of_present_calendar"]) == (state["id"], False)
    assert (after["stale"], after["moved"]) == (None, None)
    assert unchanged(after) == unchanged(before)
    new = await handed_in(staffed, period="quarter")
    assert (new["period"], new["starts_on"], new["of_present_calendar"]) == ("2028-Q1", "2027-02-01", True)
    assert len((await staffed.get(PATH, ANN))["items"]) == 2


async def test_a_team_that_moves_or_closes_and_a_member_who_leaves_alter_no_submission(
    staffed: World,
) -> None:
    states = [await handed_in(staffed, BOSS), await handed_in(staffed), await handed_in(staffed, DIRECTOR)]
    paths = [f"{PATH}/{state['id']}" for state in states]
    before = [unchanged(await staffed.get(path)) for path in paths]
    closed = TeamChanged(
        team_id=named("north"),
        name="renamed",
        created_at=at("2026-01-01"),
        parent_id=named("south"),
        active=False,
    )
    left = MemberChanged(
        member_id=named("ann"),
        role="rep",
        created_at=at("2026-01-01"),
        team_id=named("south"),
        active=False,
    )

    await staffed.consume(
        wrap(closed, subject=closed.team_id, sequence=2, time=at("2027-02-10"), context=CONTEXT),
        wrap(left, subject=left.member_id, sequence=2, time=at("2027-02-10"), context=CONTEXT),
    )

    after = [await staffed.get(path) for path in paths]
    assert [unchanged(each) for each in after] == before
    assert [each["stale"] for each in after] == [None, None, False]
    assert after[0]["name"] == "north"


async def test_deals_that_change_stage_and_category_alter_no_submission(staffed: World) -> None:
    state = await handed_in(staffed)
    before = await staffed.get(f"{PATH}/{state['id']}")

    await staffed.consume(
        deal_event(
            "stage_changed",
            "open ann",
            sequence=2,
            time="2027-02-10",
            stage="Another",
            forecast_category="best_case",
            owner_id=named("ann"),
        )
    )

    after = await staffed.get(f"{PATH}/{state['id']}")
    assert unchanged(after) == unchanged(before)
    assert after["moved"]["commit"]["stale"] is True


async def test_the_database_refuses_to_alter_what_a_submission_was(staffed: World) -> None:
    await handed_in(staffed)

    for statement in ("DELETE FROM submission_state", "UPDATE submission_state SET what = 'x'"):
        with pytest.raises(DBAPIError, match="kept for ever"):
            async with staffed.database.transaction() as connection:
                await connection.execute(text(statement))


async def test_what_was_foretold_is_known_as_of_any_instant(staffed: World) -> None:
    await handed_in(staffed, stated=money("1800"))
    staffed.now = at("2027-02-20")
    await handed_in(staffed, stated=money("2000"))
    await handed_in(staffed, BOSS)
    period = Calendar().period("2027-Q1", now=staffed.now)

    async with staffed.database.reading() as connection:
        early = await submitted(connection, period, at("2027-02-15"))
        late = await submitted(connection, period, at("2027-03-15"))

    mine = member_node(named("ann"))
    assert {node: each.number for node, each in early.items()} == {mine: 1800}
    assert {node: each.number for node, each in late.items()} == {mine: 2000, Node(named("north")): 1500}
    items = await staffed.get("/v1/forecast/items", ANN, period="2027-Q1", as_of="2027-02-15")
    assert items["node"]["submission"]["number"] == money("1800.00")


async def test_another_time_zone_leaves_the_days_and_the_deadline_of_then(staffed: World) -> None:
    await with_rules(staffed, WEEKLY)
    state = await handed_in(staffed, stated=money("1800"))
    before = await staffed.get(f"{PATH}/{state['id']}", ANN)

    await staffed.consume(organisation(sequence=2, time_zone="America/New_York"))

    after = await staffed.get(f"{PATH}/{state['id']}", ANN)
    assert after == before
    new = await handed_in(staffed, stated=money("1900"))
    assert [each["due_at"] for each in (state, new)] == ["2027-02-12T17:00:00Z", "2027-02-12T22:00:00Z"]
    assert unchanged(await staffed.get(f"{PATH}/{state['id']}", ANN)) == unchanged(before)


async def test_another_currency_leaves_the_amounts_of_then_and_nothing_to_compare_them_with(
    staffed: World,
) -> None:
    state = await handed_in(staffed, stated=money("1800"))
    before = await staffed.get(f"{PATH}/{state['id']}", ANN)

    await staffed.consume(organisation(sequence=2, currency="USD"))

    after = await staffed.get(f"{PATH}/{state['id']}", ANN)
    item = (await staffed.get("/v1/forecast/items", ANN, period="2027-Q1"))["node"]["submission"]
    assert unchanged(after) == unchanged(before)
    assert (after["stale"], after["moved"]) == (None, None)
    assert (item["id"], item["number"], item["stale"]) == (state["id"], money("1800.00"), None)


async def test_what_was_handed_in_before_is_kept_when_it_is_handed_in_anew_in_another_currency(
    staffed: World,
) -> None:
    state = await handed_in(staffed, stated=money("1800"))
    await staffed.consume(organisation(sequence=2, currency="USD"))

    await handed_in(staffed, stated={"amount": "2000", "currency": "USD"})

    kept = (await staffed.get(f"{PATH}/{state['id']}/history", ANN))["items"]
    assert [each["submission"]["number"] for each in kept] == [
        money("1800.00"),
        {"amount": "2000.00", "currency": "USD"},
    ]
