"""`/v1/targets`, and what they do to the forecast."""

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import event, select

from services.forecast.tables import MESSAGING
from services.forecast.target.use_cases import set_target
from shared.contracts.catalogue import read_event
from shared.contracts.envelope import Envelope, wrap
from shared.contracts.event import Event
from shared.contracts.events.forecast_target import TargetState
from shared.contracts.events.gateway_organisation import DatedRate, ExchangeRatesSet
from shared.contracts.identity import Identity
from tests.forecast.builders import CONTEXT, at, deal_event, eur, member, named, organisation, product, team
from tests.forecast.integration.world import DIRECTOR, World, who
from tests.support.waiting import HANG_SECONDS

MANAGER = who("subtree", "boss", team="north", teams=["north"])
REP = who("own", "ann", team="north")


@pytest.fixture
async def staffed(world: World) -> World:
    await world.consume(
        organisation(),
        team("north"),
        team("south"),
        member("ann", team="north"),
        member("cid", team="south"),
        product("Pump"),
    )
    return world


async def put(
    world: World, by: Identity = DIRECTOR, *, match: str | None = None, **body: Any
) -> httpx.Response:
    headers = {} if match is None else {"If-Match": match}
    whole = {"period": "2027-Q1", "amount": {"amount": "1000.00", "currency": "EUR"}, **body}
    return await world.send("PUT", "/v1/targets", by, json=whole, headers=headers)


def euro(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


async def events(world: World) -> list[tuple[Envelope, Event]]:
    async with world.database.reading() as connection:
        rows = await connection.scalars(select(MESSAGING.outbox.c.envelope).order_by(MESSAGING.outbox.c.id))
        envelopes = [Envelope.model_validate(row) for row in rows]
    return [(envelope, read_event(envelope)) for envelope in envelopes]


async def test_a_new_target_is_a_201_with_its_address_its_version_and_its_event(staffed: World) -> None:
    answer = await put(staffed, team_id=str(named("north")))

    target = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/targets/{target['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["X-Event-Position"] == f"forecast.target/{target['id']}/1"
    assert (target["starts_on"], target["ends_on"]) == ("2027-01-01", "2027-03-31")
    ((envelope, event),) = await events(staffed)
    assert isinstance(event, TargetState)
    assert (event.amount, event.team_id, event.ends_on) == (eur("1000.00"), named("north"), date(2027, 3, 31))
    assert (envelope.actor, envelope.source) == (DIRECTOR.sub, "/forecast")


async def test_the_same_target_said_again_is_amended(staffed: World) -> None:
    first = (await put(staffed)).json()

    answer = await put(staffed, amount=euro("2000"))

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert answer.json()["id"] == first["id"]
    assert [envelope.sequence for envelope, _ in await events(staffed)] == [1, 2]


async def test_the_same_amount_again_changes_and_announces_nothing(staffed: World) -> None:
    await put(staffed)

    answer = await put(staffed)

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    assert "X-Event-Position" not in answer.headers
    assert len(await events(staffed)) == 1


async def test_ten_callers_setting_the_same_new_target_make_one(staffed: World) -> None:
    answers = await asyncio.gather(*(put(staffed, amount=euro(str(n))) for n in range(1, 11)))

    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert sorted(answer.json()["version"] for answer in answers) == list(range(1, 11))


async def test_an_amendment_of_an_outdated_version_is_refused(staffed: World) -> None:
    await put(staffed)
    await put(staffed, amount=euro("2"))

    answer = await put(staffed, match='"1"', amount=euro("3"))

    assert (answer.status_code, answer.json()["code"]) == (412, "version_conflict")


async def test_the_current_period_is_kept_by_its_own_name(staffed: World) -> None:
    answer = await put(staffed, period="month")

    assert answer.json()["period"] == "2027-02"


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        ({"period": "2027-Q7"}, 400, "period_invalid", "/period"),
        ({"amount": euro("-1")}, 422, "validation_failed", "/amount/amount"),
        ({"amount": {"amount": 12.5, "currency": "EUR"}}, 422, "validation_failed", "/amount/amount"),
        ({"amount": {"amount": "1", "currency": "XTS"}}, 422, "rate_missing", "/amount/currency"),
        ({"team_id": str(named("nowhere"))}, 422, "reference_unknown", "/team_id"),
        ({"owner_id": str(named("nobody"))}, 422, "reference_unknown", "/owner_id"),
        ({"product_id": str(named("nothing"))}, 422, "reference_unknown", "/product_id"),
        (
            {"team_id": str(named("north")), "owner_id": str(named("ann"))},
            422,
            "validation_failed",
            "/team_id",
        ),
        ({"colour": "red"}, 422, "validation_failed", "/colour"),
    ],
)
async def test_a_target_that_makes_no_sense_is_refused_at_its_field(
    staffed: World, body: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    answer = await put(staffed, **body)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert problem["errors"][0]["pointer"] == pointer
    assert await events(staffed) == []


async def test_a_team_that_becomes_known_while_the_caller_waits_is_accepted(
    staffed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_target, "_PATIENCE_SECONDS", HANG_SECONDS)
    looked_twice = asyncio.Event()
    unknown: list[str] = []

    @event.listens_for(staffed.database.engine.sync_engine, "before_cursor_execute")
    def remember(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        unknown.append(statement)
        if unknown.count(statement) > 1:
            looked_twice.set()

    asking = asyncio.create_task(put(staffed, team_id=str(named("west"))))
    await asyncio.wait_for(looked_twice.wait(), HANG_SECONDS)
    await staffed.consume(team("west"))

    assert (await asking).status_code == 201


async def test_a_foreign_amount_counts_at_the_rate_of_the_first_day(staffed: World) -> None:
    rates = ExchangeRatesSet(
        organisation_id=named("organisation"),
        name="Example",
        base_currency="EUR",
        time_zone="UTC",
        rates=(
            DatedRate(currency="USD", valid_from=date(2026, 6, 1), rate=Decimal("0.90")),
            DatedRate(currency="USD", valid_from=date(2027, 2, 1), rate=Decimal("0.50")),
        ),
    )
    await staffed.consume(
        wrap(rates, subject=rates.organisation_id, sequence=2, time=at("2027-01-01"), context=CONTEXT)
    )

    answer = await put(staffed, amount={"amount": "100.00", "currency": "USD"})

    assert answer.json()["base_amount"] == euro("90.00")
    assert (await staffed.forecast())["target"] == euro("90.00")


@pytest.mark.parametrize(
    ("by", "aim", "status"),
    [
        (DIRECTOR, {}, 201),
        (MANAGER, {"team_id": str(named("north"))}, 201),
        (MANAGER, {"owner_id": str(named("ann"))}, 201),
        (MANAGER, {"team_id": str(named("south"))}, 403),
        (MANAGER, {"owner_id": str(named("cid"))}, 403),
        (MANAGER, {"product_id": str(named("Pump"))}, 403),
        (MANAGER, {}, 403),
        (REP, {"owner_id": str(named("ann"))}, 403),
    ],
)
async def test_targets_are_set_from_above(
    staffed: World, by: Identity, aim: dict[str, str], status: int
) -> None:
    assert (await put(staffed, by, **aim)).status_code == status


async def some_targets(world: World) -> None:
    await put(world, amount=euro("1000"))
    await put(world, team_id=str(named("north")), amount=euro("600"))
    await put(world, team_id=str(named("south")), amount=euro("300"))
    await put(world, owner_id=str(named("ann")), amount=euro("100"))
    await put(world, owner_id=str(named("cid")), amount=euro("50"))
    await put(world, product_id=str(named("Pump")), amount=euro("0"))


@pytest.mark.parametrize(
    ("by", "amounts"),
    [
        (DIRECTOR, {"1000", "600", "300", "100", "50", "0"}),
        (MANAGER, {"1000", "600", "300", "100", "0"}),
        (REP, {"1000", "600", "300", "100", "0"}),
        (who("partner", "partner"), set()),
        (who("none", "ops"), set()),
    ],
)
async def test_collective_targets_are_told_to_all_and_personal_ones_to_those_above(
    staffed: World, by: Identity, amounts: set[str]
) -> None:
    await some_targets(staffed)

    listed = await staffed.get("/v1/targets", by)

    assert {
        f"{Decimal(item['amount']['amount']):f}".split(".", maxsplit=1)[0] for item in listed["items"]
    } == amounts


async def test_targets_are_filtered_sorted_counted_and_paged(staffed: World) -> None:
    await some_targets(staffed)
    await put(staffed, period="2027-03")

    page = await staffed.get("/v1/targets?period=2027-Q1&sort=created_at&limit=4&total=exact")
    rest = await staffed.get(
        f"/v1/targets?period=2027-Q1&sort=created_at&limit=4&cursor={page['next_cursor']}"
    )

    assert (page["total"], len(page["items"]), len(rest["items"]), rest["next_cursor"]) == (6, 4, 2, None)


async def test_one_target_is_read_with_its_version_and_hidden_from_peers(staffed: World) -> None:
    target = (await put(staffed, owner_id=str(named("cid")))).json()

    seen = await staffed.send("GET", f"/v1/targets/{target['id']}")
    hidden = await staffed.send("GET", f"/v1/targets/{target['id']}", REP)

    assert (seen.json(), seen.headers["ETag"]) == (target, '"1"')
    assert (hidden.status_code, hidden.json()["code"]) == (404, "target_not_found")


async def test_a_withdrawn_target_counts_no_more_and_may_be_set_anew(staffed: World) -> None:
    old = (await put(staffed)).json()

    gone = await staffed.send("DELETE", f"/v1/targets/{old['id']}", headers={"If-Match": '"1"'})

    assert gone.status_code == 204
    assert (await staffed.forecast())["target"] is None
    assert (await staffed.get("/v1/targets"))["items"] == []
    again = await put(staffed)
    assert (again.status_code, again.json()["id"] != old["id"]) == (201, True)
    assert [event.type for _, event in await events(staffed)] == [
        "forecast.target.set",
        "forecast.target.withdrawn",
        "forecast.target.set",
    ]


@pytest.mark.parametrize(
    ("by", "headers", "status"),
    [
        (DIRECTOR, {}, 428),
        (DIRECTOR, {"If-Match": '"7"'}, 412),
        (DIRECTOR, {"If-Match": "*"}, 204),
        (MANAGER, {"If-Match": "*"}, 404),
        (REP, {"If-Match": "*"}, 404),
    ],
)
async def test_withdrawing_needs_the_version_and_the_right(
    staffed: World, by: Identity, headers: dict[str, str], status: int
) -> None:
    target = (await put(staffed, team_id=str(named("south")))).json()

    answer = await staffed.send("DELETE", f"/v1/targets/{target['id']}", by, headers=headers)

    assert answer.status_code == status


async def test_the_forecast_is_held_against_the_target_of_its_scope(staffed: World) -> None:
    await some_targets(staffed)
    await staffed.consume(
        deal_event(
            "opened",
            "won",
            time="2027-01-10",
            status="won",
            closed_at=at("2027-02-01"),
            amount=eur(40),
            owner_id=named("ann"),
        ),
        deal_event("opened", "open", time="2027-01-10", amount=eur(90), owner_id=named("ann")),
    )

    everything = await staffed.forecast()
    managers = await staffed.forecast(MANAGER)
    own = await staffed.forecast(REP)

    assert (everything["target"], everything["gap_to_target"]) == (euro("1000.00"), euro("960.00"))
    assert (everything["attainment"], everything["coverage"]) == (0.04, 0.0938)
    assert everything["working_days_left"] == 36
    assert everything["needed_per_working_day"] == euro("26.67")
    assert managers["target"] == euro("600.00")
    assert (own["target"], own["gap_to_target"]) == (euro("100.00"), euro("60.00"))


async def test_groups_are_held_against_their_own_targets_even_without_deals(staffed: World) -> None:
    await some_targets(staffed)
    await staffed.consume(deal_event("opened", time="2027-01-10", amount=eur(90), owner_id=named("ann")))

    teams = {g["name"]: g for g in (await staffed.forecast(group_by="team"))["groups"]}
    owners = {g["owner_id"]: g for g in (await staffed.forecast(group_by="owner"))["groups"]}
    products = (await staffed.forecast(group_by="product"))["groups"]

    assert {name: group["target"] for name, group in teams.items()} == {
        "north": euro("600.00"),
        "south": euro("300.00"),
    }
    assert owners[str(named("cid"))]["gap_to_target"] == euro("50.00")
    assert [(group["name"], group["target"], group["attainment"]) for group in products] == [
        ("Pump", euro("0.00"), None),
        (None, None, None),
    ]


async def test_a_team_with_teams_below_is_held_against_its_target_only_rolled_up(staffed: World) -> None:
    await staffed.consume(
        team("north-1", parent="north"), team("top"), team("north", parent="top", sequence=2)
    )
    await some_targets(staffed)
    await staffed.consume(deal_event("opened", time="2027-01-10", owner_id=named("ann")))

    flat = {g["name"]: g["target"] for g in (await staffed.forecast(group_by="team"))["groups"]}
    rolled = await staffed.forecast(group_by="team", team_id=named("top"))

    assert flat == {"north": None, "south": euro("300.00")}
    assert [(g["name"], g["target"]) for g in rolled["groups"]] == [("north", euro("600.00"))]
