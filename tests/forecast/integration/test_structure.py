"""Reports of the past roll up by the teams of then: who was in which team, and which team lay in which."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.forecast.rebuild import shadow
from services.forecast.rebuild.ledgers import LEDGERS
from services.forecast.snapshot.use_cases.take_daily import plan_first_day
from shared.contracts.envelope import Envelope
from tests.forecast.builders import at, deal_event, eur, member, named, organisation, team, told
from tests.forecast.integration.test_rollup_cells import empty
from tests.forecast.integration.world import DIRECTOR, World, deliveries, who
from tests.support.migrating import upgraded_anew

SLOWLY = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
BOSS = who("subtree", "boss", team="north", teams=["north", "north-1"])
BEFORE, MOVED, AFTER = "2027-01-31T12:00:00Z", "2027-02-01T12:00", "2027-02-02T12:00:00Z"
Json = dict[str, Any]


def opened(name: str, amount: int, owner: str, **fields: Any) -> Envelope:
    return deal_event("opened", name, time="2027-01-10", amount=eur(amount), owner_id=named(owner), **fields)


def before() -> list[Envelope]:
    """company > (north > north-1, south); Ann of north has 1, Bob of north-1 has 2, Cid of south has 4."""
    return [
        organisation(),
        team("company"),
        team("north", parent="company"),
        team("north-1", parent="north"),
        team("south", parent="company"),
        member("boss", team="north", role="manager"),
        member("ann", team="north"),
        member("bob", team="north-1"),
        member("cid", team="south"),
        opened("ann's", 1, "ann"),
        opened("bob's", 2, "bob"),
        opened("cid's", 4, "cid"),
    ]


ANN_MOVES = member("ann", team="south", sequence=2, time=MOVED)
NORTH_1_MOVES = team("north-1", parent="south", sequence=2, time=MOVED)


async def by_team(world: World, **asked: Any) -> dict[str, str]:
    groups = (await world.forecast(group_by="team", **asked))["groups"]
    return {each["name"]: each["open_pipeline"]["amount"] for each in groups}


async def test_a_member_who_moved_counts_in_the_team_of_then(world: World) -> None:
    await world.consume(*before(), ANN_MOVES)

    assert await by_team(world, as_of=BEFORE) == {"south": "4.00", "north-1": "2.00", "north": "1.00"}
    assert await by_team(world) == {"south": "5.00", "north-1": "2.00"}
    assert await by_team(world, as_of=AFTER) == await by_team(world)


async def test_a_team_that_moved_counts_below_the_one_of_then(world: World) -> None:
    await world.consume(*before(), NORTH_1_MOVES)
    company = {"team_id": str(named("company"))}

    assert await by_team(world, as_of=BEFORE, **company) == {"south": "4.00", "north": "3.00"}
    assert await by_team(world, **company) == {"south": "6.00", "north": "1.00"}


async def test_a_figure_of_then_opens_to_the_deals_of_then(world: World) -> None:
    await world.consume(*before(), ANN_MOVES, NORTH_1_MOVES)
    north: Json = {"period": "2027-Q1", "figure": "open_pipeline", "team_id": str(named("north"))}

    then = await world.get("/v1/forecast/deals", **north, as_of=BEFORE)
    now = await world.get("/v1/forecast/deals", **north)

    assert [each["name"] for each in then["items"]] == ["bob's", "ann's"]
    assert now["items"] == []


async def test_a_manager_sees_of_the_past_what_the_own_teams_had_and_nothing_that_others_brought(
    world: World,
) -> None:
    cid_comes = member("cid", team="north", sequence=2, time=MOVED)
    await world.consume(*before(), ANN_MOVES, cid_comes)

    then, now = await world.forecast(BOSS, as_of=BEFORE), await world.forecast(BOSS)

    assert (then["open_pipeline"]["amount"], now["open_pipeline"]["amount"]) == ("3.00", "6.00")


async def test_what_was_not_yet_told_of_a_move_is_not_known(world: World) -> None:
    late = told(ANN_MOVES, at("2027-02-05"))
    await world.consume(*before(), late)

    assert (await by_team(world, as_of=AFTER))["south"] == "5.00"
    assert (await by_team(world, as_of=AFTER, known_at=AFTER))["south"] == "4.00"


async def test_deals_older_than_their_owner_are_in_the_first_team_there_was(world: World) -> None:
    joins = member("ann", team="north", time="2027-01-20")
    await world.consume(organisation(), team("north"), joins, opened("ann's", 1, "ann"))

    assert await by_team(world, as_of="2027-01-15") == {"north": "1.00"}


async def test_the_waterfall_says_that_a_member_took_deals_along(world: World) -> None:
    await world.consume(*before(), ANN_MOVES)
    asked: Json = {"period": "2027-Q1", "since": BEFORE}

    north = await world.get("/v1/forecast/waterfall", **asked, team_id=str(named("north")))
    whole = await world.get("/v1/forecast/waterfall", **asked, group_by="team")

    assert steps(north) == {"transferred_out": "-1.00"}
    assert steps(whole) == {}
    assert {each["name"]: steps(each) for each in whole["groups"]} == {
        "south": {"transferred_in": "1.00"},
        "north": {"transferred_out": "-1.00"},
        "north-1": {},
    }


def steps(fall: Json) -> dict[str, str]:
    """The parts that are not nothing."""
    return {each["part"]: each["amount"]["amount"] for each in fall["steps"] if each["deals"]}


async def test_slippage_holds_a_team_to_what_it_had_when_the_period_began(world: World) -> None:
    await world.consume(*before(), ANN_MOVES)
    asked: Json = {"period": "2027-02"}
    due = deal_event(
        "opened", "due", time="2027-01-10", owner_id=named("ann"), expected_close=at("2027-02-05").date()
    )
    await world.consume(due)

    groups = (await world.get("/v1/forecast/slippage", **asked, group_by="team"))["groups"]
    north = await world.get("/v1/forecast/slippage", **asked, team_id=str(named("north")))

    assert [each["name"] for each in groups] == ["north"]
    assert (north["due"]["deals"], north["transferred"]["deals"]) == (1, 1)


async def test_the_gap_of_then_is_that_of_the_teams_of_then(world: World) -> None:
    due: Json = {"expected_close": at("2027-01-20").date(), "probability": "0.5"}
    early = deal_event(
        "opened", "due", time="2026-12-10", created_at=at("2026-12-10"), owner_id=named("ann"), **due
    )
    await world.consume(*before(), early, ANN_MOVES)
    asked: Json = {"period": "2027-Q1", "method": "weighted", "group_by": "team"}

    then = await world.get("/v1/forecast/gap", **asked, as_of=BEFORE)
    now = await world.get("/v1/forecast/gap", **asked)
    north = await world.get("/v1/forecast/gap", **asked, as_of=BEFORE, team_id=str(named("north")))

    assert {
        each["name"]: each["gap"]["amount"] for each in then["groups"] if each["gap"]["amount"] != "0.00"
    } == {"north": "500.00"}
    assert [each["name"] for each in now["groups"] if each["gap"]["amount"] != "0.00"] == ["south"]
    assert north["gap"]["amount"] == "500.00"


async def test_items_of_the_past_are_those_of_the_tree_of_then(world: World) -> None:
    await world.consume(*before(), ANN_MOVES, NORTH_1_MOVES)
    asked: Json = {"period": "2027-Q1", "team_id": str(named("north"))}

    then = await world.get("/v1/forecast/items", **asked, as_of=BEFORE)
    now = await world.get("/v1/forecast/items", **asked)

    assert {each["owner_id"] or each["team_id"] for each in then["items"]} == {
        str(named(name)) for name in ("boss", "ann", "north-1")
    }
    assert {each["owner_id"] for each in now["items"]} == {str(named("boss"))}


async def test_a_midnight_taken_late_has_the_teams_of_midnight(world: World) -> None:
    await world.consume(*before())
    await plan_first_day(world.database, at("2027-01-31T12:00"))
    await world.consume(ANN_MOVES)

    for minutes in (0, 2):
        await world.work_off(at=at("2027-02-01T18:00") + timedelta(minutes=minutes))

    (midnight,) = (await world.get("/v1/forecast/snapshots"))["items"]
    path = f"/v1/forecast/snapshots/{midnight['id']}/figures"
    groups = (await world.get(path, period="2027-Q1", group_by="team"))["groups"]
    assert midnight["taken_late"]
    assert {each["team_id"]: each["open_pipeline"]["amount"] for each in groups} == {
        str(named("south")): "4.00",
        str(named("north-1")): "2.00",
        str(named("north")): "1.00",
    }


MEMBERS, TEAMS = ("ann", "bob", "cid"), ("company", "north", "north-1", "south")


@st.composite
def moves(draw: st.DrawFn) -> list[Envelope]:
    """Members and teams go anywhere, even round in circles, and deals change hands."""
    found = []
    for n in range(draw(st.integers(1, 6))):
        time = (at("2027-01-20") + timedelta(days=n)).isoformat()[:19]
        kind = draw(st.sampled_from(["member", "member", "team", "deal"]))
        somewhere = draw(st.sampled_from([None, *TEAMS]))
        if kind == "member":
            found.append(member(draw(st.sampled_from(MEMBERS)), team=somewhere, sequence=n + 2, time=time))
        elif kind == "team":
            found.append(team(draw(st.sampled_from(TEAMS)), parent=somewhere, sequence=n + 2, time=time))
        else:
            name, owner = draw(st.sampled_from(MEMBERS)), draw(st.sampled_from(MEMBERS))
            fields: Any = {"amount": eur(2 ** (n + 3)), "owner_id": named(owner)}
            found.append(deal_event("changed", f"{name}'s", sequence=n + 2, time=time, **fields))
    return found


async def seen(world: World, **asked: Any) -> list[Json]:
    """All figures that teams have a part in."""
    answers = []
    for by in (DIRECTOR, BOSS):
        for team_id in (None, *(str(named(name)) for name in TEAMS)):
            chosen = {"team_id": team_id} if team_id else {}
            answer = await world.forecast(by, group_by="team", **chosen, **asked)
            answers.append(
                {
                    name: value
                    for name, value in answer.items()
                    if name not in ("as_of", "known_at", "definitions")
                }
            )
    return answers


@SLOWLY
@given(moved=moves(), known=st.booleans())
async def test_what_was_live_at_an_instant_is_what_it_answers_as_of(
    world: World, moved: list[Envelope], known: bool
) -> None:
    await empty(world)
    first = [told(each, each.time) for each in before()]
    await world.project(*first)
    live: dict[datetime, list[Json]] = {}
    for each in moved:
        world.now = each.time + timedelta(hours=1)
        await world.project(told(each, each.time))
        live[world.now] = await seen(world)
    world.now = at("2027-02-20")

    for instant, expected in live.items():
        asked = {"as_of": instant.isoformat(), **({"known_at": instant.isoformat()} if known else {})}
        then = await seen(world, **asked)
        for one, other in zip(then, expected, strict=True):
            for name in ("last_event_at", "working_days_left"):
                one.pop(name), other.pop(name, None)
        assert then == expected


async def test_what_was_known_before_there_was_a_history_holds_until_it_is_told_again(world: World) -> None:
    await world.consume(*before(), ANN_MOVES)
    await upgraded_anew(world.database, "forecast", "structure")
    assert (await by_team(world, as_of=BEFORE))["south"] == "5.00"

    for name, events in (("members", [*before(), ANN_MOVES]), ("teams", before())):
        ledger = LEDGERS[name]
        own = [each for each in events if each.topic == ledger.topic]
        async with world.database.transaction() as connection:
            await shadow.make(connection, ledger)
            await shadow.apply(connection, ledger, deliveries(own))
            assert await shadow.missing(connection, ledger) == 0
            await shadow.swap(connection, ledger)
            await shadow.clear(connection)

    assert await by_team(world, as_of=BEFORE) == {"south": "4.00", "north-1": "2.00", "north": "1.00"}
