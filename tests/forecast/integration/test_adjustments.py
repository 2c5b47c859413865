"""`/v1/forecast/adjustments`, and what they do to `/v1/forecast/items`."""

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.forecast.outlook.domain import FIGURES
from shared.contracts.envelope import Envelope, wrap
from shared.contracts.events.gateway_organisation import DatedRate, ExchangeRatesSet
from shared.contracts.identity import Identity
from tests.forecast.builders import CONTEXT, at, deal_event, eur, member, named, organisation, team
from tests.forecast.integration.world import DIRECTOR, World, who
from tests.support.waiting import HANG_SECONDS

BOSS = who("subtree", "boss", team="north", teams=["north", "oslo"])
OTHER_BOSS = who("subtree", "other boss", team="south", teams=["south"])
ANN = who("own", "ann", team="north")
ANALYST = who("all", "analyst")
PATH, TOPIC = "/v1/forecast/adjustments", "forecast.adjustment"
HOMES = {"boss": "north", "ann": "north", "bob": "oslo", "other boss": "south", "cid": "south", "free": None}


@pytest.fixture
async def staffed(world: World) -> World:
    """North with Oslo below it, and South, below Europe; Ann has 1000 in commit and 500 won, Bob 300."""
    await world.consume(
        organisation(),
        team("europe"),
        team("north", parent="europe"),
        team("oslo", parent="north"),
        team("south", parent="europe"),
        *(member(name, team=home) for name, home in HOMES.items()),
        deal_event("opened", "a", time="2027-01-10", owner_id=named("ann"), forecast_category="commit"),
        deal_event(
            "won",
            "w",
            time="2027-02-01",
            owner_id=named("ann"),
            status="won",
            closed_at=at("2027-02-01"),
            amount=eur(500),
        ),
        deal_event(
            "opened",
            "b",
            time="2027-01-10",
            owner_id=named("bob"),
            forecast_category="commit",
            amount=eur(300),
        ),
    )
    return world


async def put(
    world: World, by: Identity, said: str, /, *, match: str | None = None, **body: Any
) -> httpx.Response:
    headers = {} if match is None else {"If-Match": match}
    whole = {"period": "2027-Q1", "figure": "commit", "amount": {"amount": said, "currency": "EUR"}, **body}
    return await world.send("PUT", PATH, by, json=whole, headers=headers)


async def adjusted(world: World, by: Identity, said: str, /, **body: Any) -> dict[str, Any]:
    answer = await put(world, by, said, **body)
    assert answer.status_code in (200, 201), answer.text
    state: dict[str, Any] = answer.json()
    return state


async def commit(world: World, by: Identity = DIRECTOR, **params: Any) -> dict[str, str]:
    """The views of the node's commit."""
    body = await world.get("/v1/forecast/items", by, **{"period": "2027-Q1", **params})
    return {name: each["amount"] for name, each in body["node"]["commit"].items() if isinstance(each, dict)}


async def test_a_rep_s_adjustment_is_new_has_an_address_and_is_told(staffed: World) -> None:
    answer = await put(staffed, ANN, "1800", note="  Acme signs in March ")

    state = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{PATH}/{state['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert (state["side"], state["owner_id"], state["note"]) == (
        "owner",
        str(named("ann")),
        "Acme signs in March",
    )
    assert state["replaced"] == {"amount": "1500.00", "currency": "EUR"}
    assert answer.headers["X-Event-Position"] == f"forecast.adjustment/{state['id']}/1"
    [told] = await staffed.events(TOPIC)
    assert (told["type"], told["data"]["author_id"]) == ("forecast.adjustment.set", str(named("ann")))
    assert "note" not in told["data"]


async def test_owner_and_manager_adjust_beside_each_other_and_all_four_views_say_so(staffed: World) -> None:
    await adjusted(staffed, ANN, "1800")
    await adjusted(staffed, BOSS, "1600", owner_id=str(named("ann")))

    assert await commit(staffed, ANN) == {
        "amount_without_adjustments": "1500.00",
        "amount_without_manager_adjustment": "1800.00",
        "forecast_amount": "1600.00",
        "owner_only_amount": "1500.00",
        "rolled_up": "1500.00",
        "indirect_adjustment": "0.00",
        "direct_adjustment": "100.00",
    }
    assert await commit(staffed, BOSS) == {
        "amount_without_adjustments": "1800.00",
        "amount_without_manager_adjustment": "1900.00",
        "forecast_amount": "1900.00",
        "owner_only_amount": "1500.00",
        "rolled_up": "1900.00",
        "indirect_adjustment": "100.00",
        "direct_adjustment": "0.00",
    }
    assert (await commit(staffed))["forecast_amount"] == "1900.00"


async def test_an_adjusted_team_stops_what_comes_from_below(staffed: World) -> None:
    await adjusted(staffed, BOSS, "2500")
    await adjusted(staffed, ANN, "9000")

    body = await staffed.get("/v1/forecast/items", period="2027-Q1", team_id=str(named("europe")))

    north = next(each for each in body["items"] if each["name"] == "north")["commit"]
    assert (north["rolled_up"]["amount"], north["forecast_amount"]["amount"]) == ("9300.00", "2500.00")
    assert body["node"]["commit"]["forecast_amount"]["amount"] == "2500.00"
    [beside] = north["adjustments"]
    assert (beside["side"], beside["author_id"]) == ("owner", str(named("boss")))
    assert (beside["stale"], beside["moved_by"]["amount"]) == (True, "7500.00")


async def test_the_items_of_a_node_add_up_to_what_is_rolled_up_at_it(staffed: World) -> None:
    await staffed.consume(
        deal_event("opened", "n", time="2027-01-10", owner_id=None),
        deal_event("opened", "s", time="2027-01-10", owner_id=named("stranger"), amount=eur(70)),
    )
    await adjusted(staffed, ANN, "1800")

    body = await staffed.get("/v1/forecast/items", period="2027-Q1")

    for figure in FIGURES:
        parts = [body["of_nobody"][figure], *(each[figure]["forecast_amount"] for each in body["items"])]
        whole = sum(float(each["amount"]) for each in parts)
        assert whole == float(body["node"][figure]["rolled_up"]["amount"])
    assert body["of_nobody"]["open_pipeline"]["amount"] == "1000.00"
    assert {"forecast_amount", "owner_only_amount"} <= body["definitions"].keys()


async def test_an_adjustment_changes_no_deal_and_not_the_calculated_forecast(staffed: World) -> None:
    before = await staffed.forecast()

    await adjusted(staffed, ANN, "9000")

    assert await staffed.forecast() == before


async def test_single_and_cumulative_figures_are_adjusted_apart(staffed: World) -> None:
    await adjusted(staffed, ANN, "1200", rollup="single")

    assert (await commit(staffed, ANN))["forecast_amount"] == "1500.00"
    assert (await commit(staffed, ANN, rollup="single"))["forecast_amount"] == "1200.00"


async def test_another_currency_is_kept_beside_the_base_amount_at_the_rate_of_the_day(
    staffed: World,
) -> None:
    dollars: dict[str, Any] = {"amount": {"amount": "2000", "currency": "USD"}}
    unknown = await put(staffed, ANN, "0", **dollars)
    rates = [("2027-01-01", "0.5"), ("2027-02-10", "0.9"), ("2027-02-11", "0.8")]
    dated = [
        DatedRate(currency="USD", valid_from=date.fromisoformat(day), rate=Decimal(rate))
        for day, rate in rates
    ]
    told = ExchangeRatesSet(
        organisation_id=named("organisation"), name="x", base_currency="EUR", time_zone="UTC", rates=dated
    )
    await staffed.consume(
        wrap(told, subject=told.organisation_id, sequence=2, time=at("2027-02-01"), context=CONTEXT)
    )

    state = await adjusted(staffed, ANN, "0", **dollars)

    assert (unknown.status_code, unknown.json()["code"]) == (422, "rate_missing")
    assert state["amount"] == {"amount": "2000", "currency": "USD"}
    assert state["base_amount"] == {"amount": "1800.00", "currency": "EUR"}


async def test_a_standing_adjustment_is_not_overwritten_unseen(staffed: World) -> None:
    await adjusted(staffed, BOSS, "1600", owner_id=str(named("ann")))

    unseen = await put(staffed, DIRECTOR, "1700", owner_id=str(named("ann")))
    seen = await put(staffed, DIRECTOR, "1700", owner_id=str(named("ann")), match='"1"')
    outdated = await put(staffed, BOSS, "1650", owner_id=str(named("ann")), match='"1"')

    assert (unseen.status_code, unseen.json()["code"]) == (428, "precondition_required")
    assert (seen.status_code, seen.json()["version"]) == (200, 2)
    assert (outdated.status_code, outdated.json()["code"]) == (412, "version_conflict")


async def test_of_managers_adjusting_the_same_at_once_one_is_first(staffed: World) -> None:
    async with asyncio.timeout(HANG_SECONDS):
        answers = await asyncio.gather(
            *(put(staffed, DIRECTOR, str(n), owner_id=str(named("ann"))) for n in range(1000, 1008))
        )

    assert sorted(answer.status_code for answer in answers) == [201] + [428] * 7


async def test_the_same_again_changes_and_announces_nothing(staffed: World) -> None:
    await adjusted(staffed, ANN, "1800", note="x")

    answer = await put(staffed, ANN, "1800", note="x")

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    assert len(await staffed.events(TOPIC)) == 1


@pytest.mark.parametrize(
    ("by", "node", "status", "code"),
    [
        (ANN, {"owner_id": str(named("bob"))}, 403, "forbidden"),
        (ANN, {"team_id": str(named("north"))}, 403, "forbidden"),
        (BOSS, {"team_id": str(named("europe"))}, 403, "forbidden"),
        (BOSS, {"owner_id": str(named("cid"))}, 403, "forbidden"),
        (who("none", "ops"), {"owner_id": str(named("ann"))}, 403, "forbidden"),
        (BOSS, {"team_id": str(named("oslo"))}, 201, None),
        (BOSS, {"team_id": str(named("north"))}, 201, None),
        (BOSS, {"owner_id": str(named("bob"))}, 201, None),
        (DIRECTOR, {"team_id": str(named("europe"))}, 201, None),
        (DIRECTOR, {}, 201, None),
        (DIRECTOR, {"owner_id": str(named("nobody"))}, 422, "reference_unknown"),
        (DIRECTOR, {"owner_id": str(named("ann")), "team_id": str(named("north"))}, 422, "validation_failed"),
    ],
)
async def test_who_may_adjust_what(
    staffed: World, by: Identity, node: dict[str, str], status: int, code: str | None
) -> None:
    answer = await put(staffed, by, "1", **node)

    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        ({"period": "2026-Q4"}, 409, "period_over", "/period"),
        ({"period": "soon"}, 400, "period_invalid", "/period"),
        ({"figure": "closed"}, 422, "validation_failed", "/figure"),
        ({"note": "x" * 256}, 422, "validation_failed", "/note"),
        ({"amount": {"amount": "-1", "currency": "EUR"}}, 422, "validation_failed", "/amount/amount"),
        ({"surprise": 1}, 422, "validation_failed", "/surprise"),
    ],
)
async def test_what_cannot_be_adjusted_is_refused_at_its_place(
    staffed: World, body: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    answer = await put(staffed, ANN, "1", **body)

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert pointer in [each["pointer"] for each in answer.json()["errors"]]


async def test_every_change_is_kept_with_who_and_when(staffed: World) -> None:
    state = await adjusted(staffed, BOSS, "1600", owner_id=str(named("ann")), note="cautious")
    await adjusted(staffed, DIRECTOR, "1700", owner_id=str(named("ann")), match="*")
    gone = await staffed.send("DELETE", f"{PATH}/{state['id']}", BOSS, headers={"If-Match": '"2"'})
    again = await adjusted(staffed, BOSS, "1650", owner_id=str(named("ann")))

    history = (await staffed.get(f"{PATH}/{state['id']}/history", ANN))["items"]

    assert (gone.status_code, again["id"], again["version"]) == (204, state["id"], 4)
    assert [each["author_id"] for each in history] == [
        str(named(name)) for name in ("boss", "director", "boss", "boss")
    ]
    before = [each["before"] and each["before"]["amount"]["amount"] for each in history]
    after = [each["after"] and each["after"]["amount"]["amount"] for each in history]
    assert (before, after) == ([None, "1600", "1700", None], ["1600", "1700", None, "1650"])
    assert history[0]["after"]["note"] == "cautious"


async def test_a_withdrawn_adjustment_does_not_count_and_is_told(staffed: World) -> None:
    state = await adjusted(staffed, ANN, "1800")

    await staffed.send("DELETE", f"{PATH}/{state['id']}", ANN, headers={"If-Match": "*"})

    assert (await commit(staffed, ANN))["forecast_amount"] == "1500.00"
    assert (await staffed.get(PATH, ANN))["items"] == []
    assert [each["type"].rsplit(".", 1)[1] for each in await staffed.events(TOPIC)] == [
        "set",
        "withdrawn",
    ]


async def test_an_owner_does_not_withdraw_what_the_manager_made(staffed: World) -> None:
    state = await adjusted(staffed, BOSS, "1600", owner_id=str(named("ann")))

    answer = await staffed.send("DELETE", f"{PATH}/{state['id']}", ANN, headers={"If-Match": "*"})
    stranger = await staffed.send("DELETE", f"{PATH}/{state['id']}", OTHER_BOSS, headers={"If-Match": "*"})

    assert (answer.status_code, stranger.status_code) == (403, 404)


async def test_as_of_shows_the_adjustments_as_they_stood(staffed: World) -> None:
    await adjusted(staffed, ANN, "1800")
    staffed.now = at("2027-02-20T12:00")
    await adjusted(staffed, ANN, "2000", match="*")
    staffed.now = at("2027-02-26")

    amounts = [
        (await commit(staffed, ANN, as_of=instant))["forecast_amount"]
        for instant in ("2027-02-05", "2027-02-15", "2027-02-25")
    ]

    assert amounts == ["1500.00", "1800.00", "2000.00"]


async def test_each_sees_the_adjustments_below_and_nobody_else_s(staffed: World) -> None:
    await adjusted(staffed, ANN, "1")
    await adjusted(staffed, BOSS, "2")
    await adjusted(staffed, OTHER_BOSS, "3", owner_id=str(named("cid")))
    await adjusted(staffed, DIRECTOR, "4")

    seen = [
        {each["amount"]["amount"] for each in (await staffed.get(PATH, by))["items"]}
        for by in (ANN, BOSS, OTHER_BOSS, ANALYST, who("none", "ops"))
    ]

    assert seen == [{"1"}, {"1", "2"}, {"3"}, {"1", "2", "3", "4"}, set()]


@pytest.mark.parametrize(
    ("by", "params", "code"),
    [
        (ANN, {"team_id": named("north")}, "team_not_found"),
        (ANN, {"owner_id": named("bob")}, "member_not_found"),
        (BOSS, {"team_id": named("south")}, "team_not_found"),
        (DIRECTOR, {"team_id": named("nowhere")}, "team_not_found"),
    ],
)
async def test_another_s_items_are_not_there(
    staffed: World, by: Identity, params: dict[str, Any], code: str
) -> None:
    answer = await staffed.send("GET", "/v1/forecast/items", by, params=params)

    assert (answer.status_code, answer.json()["code"]) == (404, code)


async def test_another_calendar_leaves_an_adjustment_with_its_days_and_out_of_the_figures(
    staffed: World,
) -> None:
    await adjusted(staffed, ANN, "1800")

    await staffed.consume(organisation(sequence=2, fiscal_start=2))

    [kept] = (await staffed.get(PATH, ANN))["items"]
    assert (kept["period"], kept["starts_on"], kept["ends_on"]) == ("2027-Q1", "2027-01-01", "2027-03-31")
    assert kept["of_present_calendar"] is False
    views = await commit(staffed, ANN, period="2027-Q1")
    assert views["forecast_amount"] == views["amount_without_adjustments"]
    spanned = {"from": "2027-01-01", "to": "2027-03-31"}
    body = await staffed.get("/v1/forecast/items", ANN, **spanned)
    assert body["node"]["commit"]["forecast_amount"]["amount"] == "1800.00"


OWNERS = [*HOMES, "stranger", None]
CATEGORIES = ["pipeline", "best_case", "most_likely", "commit", "omitted", "won"]
TEAMS = ["europe", "north", "oslo", "south"]
DEALS = st.lists(
    st.tuples(
        st.sampled_from(OWNERS),
        st.sampled_from(CATEGORIES),
        st.integers(1, 10**7),
        st.dates(at("2027-01-02").date(), at("2027-04-10").date()),
    ),
    max_size=12,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DEALS, st.sampled_from(["cumulative", "single"]))
async def test_without_adjustments_each_node_has_the_figures_of_the_forecast(
    staffed: World, deals: list[tuple[str | None, str, int, date]], rollup: str
) -> None:
    await staffed.project(*(random_deal(*each) for each in deals))

    nodes: list[dict[str, Any]] = [{}, *({"team_id": named(each)} for each in TEAMS)]
    for asked in [*nodes, *({"owner_id": named(each)} for each in HOMES)]:
        forecast = await staffed.forecast(rollup=rollup, **asked)
        body = await staffed.get("/v1/forecast/items", period="2027-Q1", rollup=rollup, **asked)
        for figure in FIGURES:
            shown = body["node"][figure]
            assert shown["forecast_amount"] == forecast[figure] == shown["amount_without_adjustments"]


def random_deal(owner: str | None, category: str, cents: int, day: date) -> Envelope:
    """A deal nobody made before, won on the day or expected to close on it."""
    won = {"status": "won", "closed_at": at(day.isoformat())}
    return deal_event(
        "won" if category == "won" else "opened",
        str(uuid4()),
        time="2027-01-01",
        owner_id=None if owner is None else named(owner),
        amount=eur(Decimal(cents) / 100),
        expected_close=day,
        **(won if category == "won" else {"forecast_category": category}),
    )
