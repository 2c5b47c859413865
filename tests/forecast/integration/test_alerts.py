"""Gaps beyond their limits become alerts, on a real database."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.forecast.alert.use_cases.follow_figure import follow_figure
from services.forecast.due import DUE, LONG
from services.forecast.gap_rule.domain import CHECK, EVERYBODY
from services.forecast.gap_watch.use_cases.check_gaps import plan_first_night
from services.forecast.tables import AGENDA
from shared.agenda.domain import Due
from shared.agenda.due_work import do_due_work
from shared.agenda.planning import plan_work
from shared.contracts.envelope import Envelope, wrap
from shared.contracts.events.pipeline_issue import IssueChanged, IssueOpened, KnownLeak
from tests.forecast.builders import CONTEXT, at, deal_event, eur, member, named, organisation, team
from tests.forecast.integration.test_gap import planned, then, told
from tests.forecast.integration.world import DIRECTOR, World, who
from tests.forecast.unit.test_alerts import SUBJECT, a_finding

ALERTS, RULES = "/v1/alerts", "/v1/forecast/gap-rules"
MIA = who("subtree", "mia", team="north", teams=["north"])
ANN = who("own", "ann", team="north")


def behind(amount: int = 1000, *, owner: str = "ann") -> list[Envelope]:
    """An organisation whose team north loses what it was to win."""
    return [
        organisation(),
        *(team("north"), team("south")),
        *(
            member("ann", team="north"),
            member("bob", team="south"),
            member("mia", team="north", role="manager"),
        ),
        planned("lost", amount, owner_id=named(owner), source="fair", stage="Offer"),
        then("lost", "lost", owner_id=named(owner), amount=eur(amount), source="fair", stage="Offer"),
        planned("won", 1000, owner_id=named(owner)),
        then("won", "won", owner_id=named(owner), amount=eur(500)),
        planned("his", 1000, owner_id=named("bob")),
        then("won", "his", owner_id=named("bob"), amount=eur(500)),
    ]


def win(name: str, amount: int, on: str = "2027-02-10T13:00", *, owner: str = "ann") -> Envelope:
    return told(
        deal_event(
            "won", name, time=on, status="won", closed_at=at(on), amount=eur(amount), owner_id=named(owner),
            created_at=at(on),
        )
    )  # fmt: skip


async def look(world: World, *nodes: Any) -> None:
    """At all, or at these, now."""
    async with world.database.transaction() as connection:
        await plan_work(
            connection, [Due(CHECK, node, world.now) for node in nodes or (EVERYBODY, named("north"))]
        )
    await world.work_off()


async def alerts(world: World, by: Any = DIRECTOR, **params: Any) -> list[dict[str, Any]]:
    page = await world.get(ALERTS, by, **params)
    return list(page["items"])


async def of_team(world: World, name: str = "north") -> dict[str, Any]:
    [found] = await alerts(world, team_id=str(named(name)))
    return found


async def step(world: World, alert: dict[str, Any], name: str, by: Any = DIRECTOR, **body: Any) -> Any:
    return await world.send(
        "POST", f"{ALERTS}/{alert['id']}/{name}", by, json=body, headers={"If-Match": f'"{alert["version"]}"'}
    )


async def told_of(world: World, alert_id: str) -> list[str]:
    events = await world.events("forecast.alert")
    return [each["type"].rsplit(".", 1)[-1] for each in events if each["subject"] == alert_id]


async def test_a_gap_beyond_its_limit_raises_an_alert_that_names_what_is_behind_it(world: World) -> None:
    await world.consume(*behind())

    await look(world)

    alert = await of_team(world)
    assert (alert["status"], alert["severity"], alert["figure"]) == ("open", "critical", 0.5)
    assert alert["amount"] == {"amount": "500.00", "currency": "EUR"}
    assert (alert["period"], alert["limit"]) == ("2027-Q1", 0.1)
    assert (alert["cause"]["part"], alert["cause"]["measure"]) == ("lost", "lost")
    assert alert["cause"]["stage_id"] == str(named("Offer"))
    assert "was lost" in alert["words"]
    assert "mend that leak" in alert["suggestion"]
    assert await told_of(world, alert["id"]) == ["raised"]
    assert len(await alerts(world)) == 2


async def test_however_often_it_is_found_there_is_one_alert_and_one_fact(world: World) -> None:
    await world.consume(*behind())

    for _ in range(3):
        await look(world, named("north"))

    alert = await of_team(world)
    assert await told_of(world, alert["id"]) == ["raised"]
    assert (await world.get(f"{ALERTS}/{alert['id']}"))["history"][0]["what"] == "raised"


async def test_two_workers_at_once_raise_one_alert(world: World) -> None:
    await world.consume(*behind())
    check = {**DUE, **LONG}[CHECK]

    async def check_now() -> None:
        async with world.database.transaction() as connection:
            await check(connection, [Due(CHECK, EVERYBODY, world.now)], world.now)

    await asyncio.gather(*(check_now() for _ in range(4)))

    [alert] = await alerts(world)
    assert await told_of(world, alert["id"]) == ["raised"]


async def test_whoever_else_finds_the_same_at_once_adds_nothing(world: World) -> None:
    async def find() -> None:
        async with world.database.transaction() as connection:
            await follow_figure(connection, SUBJECT, a_finding(), "beyond", now=world.now)

    await asyncio.gather(*(find() for _ in range(4)))

    [alert] = await alerts(world)
    assert await told_of(world, alert["id"]) == ["raised"]


async def test_a_look_that_fails_in_the_middle_leaves_nothing_and_is_made_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.consume(*behind())
    check = {**DUE, **LONG}[CHECK]

    async def check_and_break(connection: Any, entries: Any, now: Any) -> None:
        await check(connection, entries, now)
        raise RuntimeError("killed")

    async with world.database.transaction() as connection:
        await plan_work(connection, [Due(CHECK, EVERYBODY, world.now)])
    await do_due_work(world.database, {CHECK: check_and_break}, world.now, most=1)
    assert await alerts(world) == []

    await world.work_off(at=at("2027-02-10T13:00"))

    [alert] = await alerts(world)
    assert await told_of(world, alert["id"]) == ["raised"]


async def test_it_is_resolved_by_itself_when_well_within_and_raised_again_later(
    world: World,
) -> None:
    await world.consume(*behind())
    await look(world, named("north"))

    await world.consume(win("some", 410))
    await look(world, named("north"))
    assert (await of_team(world))["status"] == "open"

    await world.consume(win("more", 20))
    await look(world, named("north"))
    resolved = await of_team(world)
    assert (resolved["status"], resolved["resolution"]) == ("resolved", "by_itself")

    await world.consume(planned("late", 400, owner_id=named("ann")))
    await look(world, named("north"))

    again = await of_team(world)
    assert (again["id"], again["status"], again["times"]) == (resolved["id"], "open", 2)
    assert await told_of(world, again["id"]) == ["raised", "resolved", "raised"]


async def test_people_acknowledge_assign_snooze_and_resolve_with_the_etag_they_read(world: World) -> None:
    await world.consume(*behind())
    await look(world, named("north"))
    alert = await of_team(world)

    known = await step(world, alert, "acknowledge", MIA, note="I call them")
    stale = await step(world, alert, "acknowledge", MIA)
    given = await step(world, known.json(), "assign", MIA, member_id=str(named("ann")))
    asleep = await step(world, given.json(), "snooze", MIA, until="2027-02-17T08:00:00Z")
    settled = await step(world, asleep.json(), "resolve", ANN, note="A new deal")
    twice = await step(world, settled.json(), "resolve", MIA)

    answers = [each.status_code for each in (known, stale, given, asleep, settled, twice)]
    assert answers == [200, 412, 200, 200, 200, 409]
    assert (known.json()["status"], known.json()["acknowledged_by"]) == ("acknowledged", MIA.sub)
    history = (await world.get(f"{ALERTS}/{alert['id']}"))["history"]
    assert [(each["what"], each["note"]) for each in history] == [
        ("resolved", "A new deal"),
        ("snoozed", None),
        ("assigned", None),
        ("acknowledged", "I call them"),
        ("raised", None),
    ]
    assert await told_of(world, alert["id"]) == ["raised", "acknowledged", "changed", "changed", "resolved"]
    without = await world.send("POST", f"{ALERTS}/{alert['id']}/resolve", json={})
    assert without.status_code == 428


async def test_a_snooze_ends_at_its_instant(world: World) -> None:
    await world.consume(*behind())
    await look(world, named("north"))
    await step(world, await of_team(world), "snooze", until="2027-02-11T08:00:00Z")

    await world.work_off(at=at("2027-02-11T08:01"))

    alert = await of_team(world)
    assert alert["snoozed_until"] is None
    assert (await told_of(world, alert["id"]))[-1] == "changed"


async def test_who_answers_for_a_node_sees_its_alerts_and_nobody_else(world: World) -> None:
    await world.consume(*behind())
    await look(world)
    alert = await of_team(world)
    path = f"{ALERTS}/{alert['id']}"
    south = who("subtree", "sam", team="south", teams=["south"])

    seen = {by.sub: len(await alerts(world, by)) for by in (DIRECTOR, MIA, south, ANN, who("none", "ops"))}

    assert list(seen.values()) == [2, 1, 0, 0, 0]
    assert (await world.send("GET", path, south)).status_code == 404
    assert (await step(world, alert, "acknowledge", south)).status_code == 404
    await step(world, alert, "assign", MIA, member_id=str(named("ann")))
    assert [each["id"] for each in await alerts(world, ANN)] == [alert["id"]]
    wrong = await step(world, await of_team(world), "assign", MIA, member_id=str(named("bob")))
    assert wrong.json()["code"] == "reference_unknown"


async def test_every_night_each_node_is_looked_at_and_past_alerts_end(world: World) -> None:

    await world.consume(*behind())
    await plan_first_night(world.database, world.now)
    await world.work_off(at=at("2027-02-11T04:00"))
    assert {each["team_id"] for each in await alerts(world)} == {None, str(named("north"))}

    world.now = at("2027-04-02T04:00")
    await world.work_off()

    assert {each["resolution"] for each in await alerts(world)} == {"period_over"}


async def test_a_large_loss_is_looked_at_soon_and_a_small_one_at_night(world: World) -> None:
    await world.consume(*behind(amount=10), planned("large", 900, owner_id=named("ann"), by="2027-02-05"))
    await look(world)
    async with world.database.reading() as connection:
        assert not await planned_checks(connection)

    await world.consume(then("lost", "won", "2027-02-10T12:30", amount=eur(20), owner_id=named("ann")))
    async with world.database.reading() as connection:
        assert not await planned_checks(connection)
    await world.consume(then("lost", "large", "2027-02-10T12:30", amount=eur(900), owner_id=named("ann")))

    async with world.database.reading() as connection:
        assert await planned_checks(connection) == {EVERYBODY, named("north")}


async def planned_checks(connection: Any) -> set[Any]:

    return set(await connection.scalars(select(AGENDA.c.subject_id).where(AGENDA.c.kind == CHECK)))


async def test_a_team_may_have_limits_of_its_own(world: World) -> None:
    await world.consume(*behind())
    body = {"team_id": str(named("north")), "share": "0.6", "critical": "0.9", "minimum": "100"}

    made = await world.send("PUT", RULES, json=body)
    same = await world.send("PUT", RULES, json=body)
    await look(world)

    assert (made.status_code, same.status_code, same.json()["version"]) == (201, 200, 1)
    assert [each["team_id"] for each in await alerts(world)] == [None]
    listed = (await world.get(RULES))["items"]
    assert [(each["team_id"], each["share"]) for each in listed] == [(None, 0.1), (str(named("north")), 0.6)]
    await world.send("DELETE", f"{RULES}/{made.json()['id']}", headers={"If-Match": "*"})
    await look(world)
    assert (await of_team(world))["status"] == "open"
    ofall = await world.send("DELETE", f"{RULES}/{listed[0]['id']}", headers={"If-Match": "*"})
    assert ofall.status_code == 409
    bad = await world.send("PUT", RULES, json={"share": "0.5", "critical": "0.2"})
    assert bad.json()["code"] == "validation_failed"
    wide = await world.send("PUT", RULES, json={"share": "0.5"})
    assert (wide.status_code, wide.json()["critical"]) == (200, 0.5)


async def test_a_rule_that_is_switched_off_resolves_what_it_raised(world: World) -> None:
    await world.consume(*behind())
    await look(world)

    await world.send("PUT", RULES, json={"active": False})
    await world.work_off()

    assert {each["status"] for each in await alerts(world)} == {"resolved"}
    assert all(Decimal(str(each["figure"])) > 0 for each in await alerts(world))


def an_issue(alert_id: str, *, sequence: int = 1, **state: Any) -> Envelope:
    """As the pipeline service opens it for an alert."""
    kind = IssueOpened if sequence == 1 else IssueChanged
    leak = KnownLeak(
        measure="lost", against="earlier", deals=24, of=60, reference_deals=24, reference_of=240,
        p_value=0.001, by="source", value="fair", first_seen=at("2027-02-01").date(), q_value=0.01,
    )  # fmt: skip
    told = {"status": "open", "leak": leak, "created_at": at("2027-02-10"), **state}
    event = kind(issue_id=named("issue"), alert_id=UUID(alert_id), **told)
    return wrap(
        event, subject=named("issue"), sequence=sequence, time=at("2027-02-10T12:30"), context=CONTEXT
    )


async def test_an_alert_names_its_issue_and_the_leak_with_its_statistics(world: World) -> None:
    await world.consume(*behind())
    await look(world, named("north"))
    alert = await of_team(world)

    await world.consume(an_issue(alert["id"]))
    await world.consume(an_issue(alert["id"], sequence=2))
    await world.consume(an_issue(alert["id"], sequence=3, status="watching"))

    linked = await of_team(world)
    assert (linked["issue_id"], linked["issue_status"]) == (str(named("issue")), "watching")
    assert linked["leak_words"] == (
        "Of 60 deals 24 were lost there, of 240 earlier 24; seen every night since 2027-02-01."
    )
    assert await told_of(world, alert["id"]) == ["raised", "changed", "changed"]


async def test_issues_of_no_alert_and_of_an_unknown_one_are_passed_over(world: World) -> None:
    await world.consume(organisation(), an_issue(str(named("gone"))))

    assert await alerts(world) == []
