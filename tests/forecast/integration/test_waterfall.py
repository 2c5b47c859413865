"""What became of the open pipeline of a quarter: parts that add up, each with its deals."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.envelope import Envelope
from shared.contracts.identity import Identity
from tests.forecast.builders import at, deal_event, eur, member, named, organisation, product, team, told
from tests.forecast.integration.test_deal_ledger import days, empty, many_lives
from tests.forecast.integration.world import DIRECTOR, World, who

WATERFALL, DEALS = "/v1/forecast/waterfall", "/v1/forecast/waterfall/deals"
SINCE, UNTIL = "2027-01-31T00:00:00Z", "2027-02-28T00:00:00Z"
BETWEEN: dict[str, Any] = {"period": "2027-Q1", "since": SINCE, "until": UNTIL}
SLOWLY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
BALANCES = ("open_since", "open_until", "closed_since", "closed_until", "closed_corrected")


def event(kind: str, name: str, time: str, *, sequence: int = 2, **state: Any) -> Envelope:
    """Told when it happened."""
    made = deal_event(kind, name, sequence=sequence, time=time, **state)
    return told(made, made.time)


def opened(name: str, **state: Any) -> Envelope:
    return event("opened", name, "2027-01-10", sequence=1, **state)


def moved(name: str, **state: Any) -> Envelope:
    return event("changed", name, "2027-02-10", **state)


Q2 = at("2027-05-05").date()
DECEMBER = at("2026-12-20").date()
WON: dict[str, Any] = {"status": "won", "closed_at": at("2027-02-10"), "forecast_category": "closed"}
LOST: dict[str, Any] = {"status": "lost", "closed_at": at("2027-02-10"), "forecast_category": "omitted"}
STORY = [
    *(opened("stays"), moved("stays", forecast_category="commit")),
    *(opened("grows"), moved("grows", amount=eur(1500))),
    *(opened("shrinks"), moved("shrinks", amount=eur("999.99"))),
    event("opened", "comes", "2027-02-01", sequence=1, amount=eur(200)),
    *(opened("nearer", expected_close=Q2), moved("nearer", amount=eur(1100))),
    *(opened("overdue", expected_close=DECEMBER), moved("overdue")),
    *(opened("undated", expected_close=None), moved("undated", amount=eur(40))),
    *(opened("again", **{**LOST, "closed_at": at("2027-01-12")}), event("reopened", "again", "2027-02-03")),
    *(opened("aside", forecast_category="omitted"), moved("aside")),
    *(opened("won"), event("won", "won", "2027-02-10", amount=eur(900), **WON)),
    *(event("opened", "quick", "2027-02-05", sequence=1), event("won", "quick", "2027-02-10", **WON)),
    *(opened("lost"), event("lost", "lost", "2027-02-10", **LOST)),
    *(event("opened", "brief", "2027-02-05", sequence=1), event("lost", "brief", "2027-02-10", **LOST)),
    *(opened("later"), moved("later", expected_close=Q2)),
    *(opened("earlier"), moved("earlier", expected_close=DECEMBER)),
    *(opened("dropped"), moved("dropped", forecast_category="omitted")),
    *(opened("handed"), moved("handed", owner_id=named("other"))),
]
PARTS = {
    "new": ("2200.00", 3),
    "pulled_in": ("2000.00", 2),
    "pushed_in": ("1000.00", 1),
    "reopened": ("1000.00", 1),
    "restored": ("1000.00", 1),
    "transferred_in": ("0.00", 0),
    "increased": ("600.00", 2),
    "decreased": ("-1060.01", 3),
    "won": ("-1900.00", 2),
    "lost": ("-2000.00", 2),
    "pushed_out": ("-1000.00", 1),
    "pulled_out": ("-1000.00", 1),
    "omitted": ("-1000.00", 1),
    "transferred_out": ("0.00", 0),
}


async def listed(world: World, part: str, by: Identity = DIRECTOR, **asked: Any) -> list[dict[str, Any]]:
    """All pages of a part."""
    items: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next_cursor": None}
    while not items or page["next_cursor"]:
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}
        page = await world.get(DEALS, by, part=part, limit=2, **{**BETWEEN, **asked}, **cursor)
        items += page["items"]
        if not items:
            break
    return items


def steps(found: dict[str, Any]) -> dict[str, tuple[str, int]]:
    return {each["part"]: (each["amount"]["amount"], each["deals"]) for each in found["steps"]}


def opens(found: dict[str, Any]) -> list[tuple[str | None, int, int]]:
    """Of each group how many deals were open, and are."""
    return [
        (each["name"], each["open_since"]["deals"], each["open_until"]["deals"]) for each in found["groups"]
    ]


def balances(found: dict[str, Any]) -> dict[str, Decimal]:
    closed = {f"closed_{name}": found["closed"][name] for name in ("since", "until", "corrected")}
    shown = {"open_since": found["open_since"], "open_until": found["open_until"], **closed}
    return {name: Decimal(share["amount"]["amount"]) for name, share in shown.items()}


async def test_each_part_says_what_happened_and_the_last_level_is_what_is_open(world: World) -> None:
    world.now = at("2027-03-01")
    await world.consume(organisation(), *STORY)

    found = await world.get(WATERFALL, **BETWEEN)

    assert steps(found) == PARTS
    assert (found["open_since"]["amount"]["amount"], found["open_since"]["deals"]) == ("9000.00", 9)
    assert found["open_until"]["amount"] == found["steps"][-1]["level"]
    assert (found["open_until"]["amount"]["amount"], found["open_until"]["deals"]) == ("8839.99", 10)
    assert found["closed"]["won"] == {"amount": {"amount": "1900.00", "currency": "EUR"}, "deals": 2}
    assert set(found["definitions"]) == {*PARTS, *BALANCES, "deals_without_amount"}
    assert (found["since"]["as_of"], found["since"]["known_at"]) == (SINCE, SINCE)


@pytest.mark.parametrize("part", [*PARTS, *BALANCES])
async def test_each_part_opens_to_its_deals(world: World, part: str) -> None:
    world.now = at("2027-03-01")
    await world.consume(organisation(), *STORY)
    found = await world.get(WATERFALL, **BETWEEN)

    deals = await listed(world, part)

    total = sum((Decimal(each["share"]["amount"]) for each in deals), Decimal(0))
    shown = balances(found)[part] if part in BALANCES else abs(Decimal(steps(found)[part][0]))
    assert total == shown
    assert part in BALANCES or len(deals) == steps(found)[part][1]


async def test_a_deal_of_a_part_shows_how_it_stood_at_both_moments(world: World) -> None:
    world.now = at("2027-03-01")
    await world.consume(organisation(), *STORY)

    [nearer, _] = await listed(world, "pulled_in")

    assert (nearer["name"], nearer["share"]["amount"]) == ("nearer", "1000.00")
    assert (nearer["came_from"], nearer["went_to"]) == ("later", "open")
    assert (nearer["before"]["amount"]["amount"], nearer["after"]["amount"]["amount"]) == (
        "1000.00",
        "1100.00",
    )
    assert (nearer["before"]["expected_close"], nearer["after"]["expected_close"]) == (
        "2027-05-05",
        "2027-03-20",
    )
    assert nearer["days_moved"] == -46


async def test_what_is_handed_over_is_transferred_for_both_and_for_nobody_above(world: World) -> None:
    world.now = at("2027-03-01")
    await world.consume(organisation(), *STORY)

    whole = await world.get(WATERFALL, group_by="owner", **BETWEEN)
    theirs = await world.get(WATERFALL, who("own", "other"), **BETWEEN)
    mine = await world.get(WATERFALL, owner_id=str(named("rep")), **BETWEEN)

    assert steps(theirs)["transferred_in"] == ("1000.00", 1)
    assert steps(mine)["transferred_out"] == ("-1000.00", 1)
    by_owner = {group["owner_id"]: group for group in whole["groups"]}
    assert by_owner[str(named("rep"))]["steps"] == mine["steps"]
    assert by_owner[str(named("other"))]["steps"] == theirs["steps"]
    [deal] = await listed(world, "transferred_out", owner_id=str(named("rep")))
    assert (deal["after"], deal["went_to"], deal["days_moved"]) == (None, "elsewhere", None)


async def test_from_one_snapshot_to_another(world: World) -> None:
    await world.consume(organisation(), opened("a"))
    world.now = at("2027-01-31")
    first = await world.post("/v1/forecast/snapshots", {"name": "first"})
    await world.consume(moved("a", amount=eur(1200)))
    world.now = at("2027-02-28")
    second = await world.post("/v1/forecast/snapshots", {"name": "second"})

    found = await world.get(WATERFALL, period="2027-Q1", since=first["id"], until=second["id"])

    assert steps(found)["increased"] == ("200.00", 1)
    figures = await world.get(f"/v1/forecast/snapshots/{second['id']}/figures")
    assert found["open_until"]["amount"] == figures["open_pipeline"]


async def test_a_win_told_late_is_a_change_since_a_moment_at_which_it_was_not_known(world: World) -> None:
    world.now = at("2027-03-01")
    win = deal_event("won", "late", sequence=2, time="2027-02-20", **{**WON, "closed_at": at("2027-01-20")})
    await world.consume(organisation(), opened("late"), told(win, at("2027-02-20")))

    then = await world.get(WATERFALL, **BETWEEN)
    now = await world.get(WATERFALL, known="now", **BETWEEN)

    assert (steps(then)["won"], then["closed"]["since"]["deals"]) == (("-1000.00", 1), 0)
    assert (steps(now)["won"], now["closed"]["since"]["deals"]) == (("0.00", 0), 1)


async def test_without_moments_it_is_from_the_start_of_the_period_until_now(world: World) -> None:
    world.now = at("2027-02-28")
    await world.consume(organisation(), *STORY)

    found = await world.get(WATERFALL, period="2027-Q1")
    to_come = await world.get(WATERFALL, period="2027-Q2")

    assert found["since"] == {"as_of": "2027-01-01T00:00:00Z", "known_at": "2027-01-01T00:00:00Z"}
    assert found["open_since"]["deals"] == 0
    assert balances(found)["open_until"] == Decimal("8839.99")
    assert to_come["since"]["as_of"] == "2027-02-21T00:00:00Z"


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"since": "2027-02-01", "until": "2027-01-01"}, 400, "invalid_parameter"),
        ({"since": "2027-04-01"}, 400, "invalid_parameter"),
        ({"since": "yesterday"}, 400, "invalid_parameter"),
        ({"until": str(named("no snapshot"))}, 404, "snapshot_not_found"),
        ({"period": "2027-Q7"}, 400, "period_invalid"),
        ({"as_of": "2027-01-01"}, 400, "unknown_parameter"),
    ],
)
async def test_what_cannot_be_compared_is_refused(
    world: World, asked: dict[str, str], status: int, code: str
) -> None:
    world.now = at("2027-03-01")
    await world.consume(organisation())

    answer = await world.send("GET", WATERFALL, params=asked)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_manager_sees_the_deals_of_the_teams_below(world: World) -> None:
    world.now = at("2027-03-01")
    await world.consume(
        organisation(),
        team("all"),
        team("north", parent="all"),
        team("south", parent="all"),
        member("ann", team="north"),
        member("bob", team="south"),
        product("crane"),
    )
    await world.consume(
        opened("a", owner_id=named("ann"), product_id=named("crane")),
        moved("a", owner_id=named("bob"), product_id=named("crane")),
        opened("b", owner_id=named("bob")),
    )

    north = await world.get(WATERFALL, who("subtree", "head", team="north", teams=("north",)), **BETWEEN)
    under_all = await world.get(WATERFALL, group_by="team", team_id=str(named("all")), **BETWEEN)
    cranes = await world.get(WATERFALL, group_by="product", **BETWEEN)

    assert (steps(north)["transferred_out"], north["open_since"]["deals"]) == (("-1000.00", 1), 1)
    assert [
        (each["name"], each["open_since"]["deals"], each["open_until"]["deals"])
        for each in under_all["groups"]
    ] == [
        ("south", 1, 2),
        ("north", 1, 0),
    ]
    assert [(each["name"], each["open_until"]["deals"]) for each in cranes["groups"]] == [
        ("crane", 1),
        (None, 1),
    ]


@SLOWLY
@given(
    events=many_lives,
    instants=st.tuples(days, days),
    told_at=st.lists(days, min_size=20, max_size=20),
    group_by=st.sampled_from(["owner", "product", "team"]),
    known=st.sampled_from(["then", "now"]),
    chosen=st.sets(st.sampled_from(["owner_id", "product_id", "team_id"])).map(
        lambda names: {name: str(named("north" if name == "team_id" else "ann")) for name in names}
    ),
    by=st.sampled_from([DIRECTOR, who("own", "ann"), who("subtree", "head", team="north", teams=["north"])]),
)
async def test_parts_add_up_to_the_forecast_of_both_moments_whatever_the_lives(
    *,
    world: World,
    events: list[Envelope],
    instants: tuple[datetime, datetime],
    told_at: list[datetime],
    group_by: str,
    known: str,
    chosen: dict[str, str],
    by: Identity,
) -> None:
    await empty(world)
    world.now = at("2027-06-01")
    await world.consume(organisation(), team("north"), member("ann", team="north"))
    late = [told(each, max(each.time, when)) for each, when in zip(events, told_at, strict=False)]
    await world.project(*late)
    since, until = sorted(instants)
    between: dict[str, Any] = {
        "period": "2027-Q1",
        "since": since.isoformat(),
        "until": until.isoformat(),
        "known": known,
        **chosen,
    }

    found = await world.get(WATERFALL, by, group_by=group_by, **between)

    shown = balances(found)
    changes = sum(Decimal(amount) for amount, _ in steps(found).values())
    assert shown["open_since"] + changes == shown["open_until"]
    won = Decimal(found["closed"]["won"]["amount"]["amount"])
    assert shown["closed_since"] + won + shown["closed_corrected"] == shown["closed_until"]
    for name, instant in (("since", since), ("until", until)):
        known_at: dict[str, Any] = {"known_at": instant.isoformat()} if known == "then" else {}
        forecast = await world.forecast(by, as_of=instant.isoformat(), **known_at, **chosen)
        assert Decimal(forecast["open_pipeline"]["amount"]) == shown[f"open_{name}"]
        assert Decimal(forecast["closed"]["amount"]) == shown[f"closed_{name}"]
        assert forecast["deals"]["open_pipeline"] == found[f"open_{name}"]["deals"]
    for name, share in shown.items():
        if name != "closed_corrected":
            assert sum((balances(group)[name] for group in found["groups"]), Decimal(0)) == share
    for group in found["groups"]:
        inside = sum(Decimal(amount) for amount, _ in steps(group).values())
        assert balances(group)["open_since"] + inside == balances(group)["open_until"]
    for part in (*PARTS, *BALANCES):
        deals = await listed(world, part, by, **between)
        total = sum((Decimal(each["share"]["amount"]) for each in deals), Decimal(0))
        assert total == (shown[part] if part in BALANCES else abs(Decimal(steps(found)[part][0])))
