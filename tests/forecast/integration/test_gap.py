"""`GET /v1/forecast/gap` over real ledgers."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.envelope import Envelope
from tests.forecast import builders
from tests.forecast.builders import at, deal_event, eur, member, named, organisation, team
from tests.forecast.integration.world import DIRECTOR, World, who

GAP = "/v1/forecast/gap"
BEFORE = "2026-12-10"


def told(envelope: Envelope, when: str | None = None) -> Envelope:
    """Made when it happened, or at another time."""
    return builders.told(envelope, envelope.time if when is None else at(when))


def planned(name: str, amount: int | str, *, by: str = "2027-02-01", **state: Any) -> Envelope:
    """An open deal, at a half unless said otherwise, known before the quarter began."""
    return told(
        deal_event(
            "opened",
            name,
            time=BEFORE,
            **{
                "amount": eur(amount),
                "probability": Decimal("0.5"),
                "expected_close": date.fromisoformat(by),
                "created_at": at(BEFORE),
                **state,
            },
        )
    )


def then(kind: str, name: str, on: str = "2027-01-20", **state: Any) -> Envelope:
    """What happened to it in the quarter."""
    closing = {"won": {"status": "won"}, "lost": {"status": "lost"}}.get(kind, {})
    closed = {"closed_at": at(on)} if closing else {}
    return told(
        deal_event(
            kind, name, sequence=2, time=on, **{"created_at": at(BEFORE), **closing, **closed, **state}
        )
    )


async def gap_of(world: World, **params: Any) -> dict[str, Any]:
    return await world.get(GAP, **{"period": "2027-Q1", **params})


def parts(answer: dict[str, Any]) -> dict[str, str]:
    return {each["part"]: each["amount"]["amount"] for each in answer["parts"]}


async def test_each_deal_that_was_to_bring_something_says_what_became_of_it(world: World) -> None:
    late = date(2027, 3, 20)
    await world.consume(
        organisation(),
        *(planned("lost", 1000), then("lost", "lost")),
        *(planned("pushed", 400), then("changed", "pushed", expected_close=late, amount=eur(400))),
        planned("overdue", 200),
        *(planned("small", 600), then("won", "small", amount=eur(450))),
        *(planned("big", 100), then("won", "big", amount=eur(130))),
        *(planned("early", 50, by="2027-03-30"), then("won", "early", amount=eur(50))),
        planned("later", 9000, by="2027-03-15"),
        planned("omitted", 9000, forecast_category="omitted"),
        told(
            deal_event(
                "won", "new", time="2027-01-25", amount=eur(70), status="won", closed_at=at("2027-01-25")
            )
        ),
    )

    answer = await gap_of(world)

    assert (answer["method"], answer["state"], answer["through"]) == ("weighted", "ok", "2027-02-09")
    assert answer["forecast_to_date"]["amount"] == "1150.00"
    assert answer["actual_to_date"]["amount"] == "700.00"
    assert answer["gap"]["amount"] == "450.00"
    assert answer["gap_share"] == 0.3913
    assert parts(answer) == {
        "lost": "500.00",
        "pushed_out": "200.00",
        "overdue": "100.00",
        "shrunk": "150.00",
        "won_beyond_chance": "-350.00",
        "grown": "-30.00",
        "won_unplanned": "-50.00",
        "won_new": "-70.00",
    }
    assert answer["definitions"]["gap_share"]["denominator"] == "Forecast to date"


async def test_every_day_says_what_was_due_and_won_by_then(world: World) -> None:
    await world.consume(
        organisation(), planned("deal", 100, by="2027-02-01"), planned("today", 80, by="2027-02-10"),
        *(planned("won", 10, by="2027-03-01"), then("won", "won", "2027-02-10T08:00", amount=eur(10))),
    )  # fmt: skip

    days = {each["day"]: each for each in (await gap_of(world))["days"]}

    assert len(days) == 41
    assert days["2027-01-31"]["forecast"]["amount"] == "0.00"
    assert days["2027-01-31"]["gap_share"] is None
    assert days["2027-02-01"]["forecast"]["amount"] == "50.00"
    assert days["2027-02-01"]["gap"]["amount"] == "50.00"
    assert (days["2027-02-10"]["forecast"]["amount"], days["2027-02-10"]["complete"]) == ("50.00", False)
    assert days["2027-02-10"]["actual"]["amount"] == "10.00"


async def test_what_was_not_known_when_the_period_began_is_not_held_against_anybody(world: World) -> None:
    await world.consume(organisation(), told(planned("told late", 1000), "2027-01-05"))

    answer = await gap_of(world, method="weighted")

    assert answer["state"] == "insufficient_history"
    assert answer["gap"] is None
    assert answer["parts"] == []


async def test_without_a_plan_of_deals_the_target_is_the_plan(world: World) -> None:
    await world.consume(
        organisation(),
        told(planned("lost", 300), "2027-01-05"),
        then("lost", "lost", amount=eur(300), source="fair"),
        told(planned("overdue", 200, source="web"), "2027-01-05"),
        *(
            told(planned("won", 100, source="web"), "2027-01-05"),
            then("won", "won", amount=eur(100), source="web"),
        ),
    )
    await world.send(
        "PUT", "/v1/targets", json={"period": "2027-Q1", "amount": {"amount": "6400", "currency": "EUR"}}
    )

    answer = await gap_of(world, group_by="source")

    assert answer["method"] == "target"
    assert answer["forecast_to_date"]["amount"] == "2800.00"
    assert answer["gap"]["amount"] == "2700.00"
    assert parts(answer) == {"lost": "300.00", "overdue": "200.00", "not_in_pipeline": "2200.00"}
    assert answer["not_by_group"]["amount"] == "2200.00"
    assert {each["key"]: each["gap"]["amount"] for each in answer["groups"]} == {
        "fair": "300.00",
        "web": "200.00",
    }


async def test_without_plan_and_target_there_is_no_gap(world: World) -> None:
    await world.consume(organisation())

    answer = await gap_of(world)

    assert (answer["method"], answer["state"], answer["gap"]) == ("target", "no_target", None)


async def test_new_business_is_expected_as_earlier_periods_had_it(world: World) -> None:
    wins = [
        told(
            deal_event(
                "won", f"then {quarter}", time=day, created_at=at(day), closed_at=at(day), status="won",
                amount=eur(amount),
            )
        )
        for quarter, (day, amount) in enumerate(
            [("2026-03-20", 1), ("2026-04-11", 30), ("2026-07-11", 60), ("2026-10-10", 90)]
        )
    ]  # fmt: skip
    await world.consume(organisation(), *wins, planned("deal", 100, by="2027-03-01"))

    answer = await gap_of(world)

    assert answer["new_business_periods"] == 3
    assert answer["forecast_to_date"]["amount"] == "60.00"
    assert parts(answer) == {"new_business": "60.00"}


async def test_a_team_is_held_to_the_new_business_of_its_own(world: World) -> None:
    then: dict[str, Any] = {"created_at": at("2026-10-10"), "closed_at": at("2026-10-10"), "status": "won"}
    long_ago: dict[str, Any] = {
        "created_at": at("2026-04-10"),
        "closed_at": at("2026-04-10"),
        "status": "won",
    }
    await world.consume(
        organisation(),
        *(team("north"), team("south"), member("ann", team="north"), member("bob", team="south")),
        told(deal_event("won", "first", time="2026-04-10", amount=eur(5), owner_id=named("bob"), **long_ago)),
        told(deal_event("won", "hers", time="2026-10-10", amount=eur(90), owner_id=named("ann"), **then)),
        told(deal_event("won", "his", time="2026-10-10", amount=eur(60), owner_id=named("bob"), **then)),
        planned("deal", 100, by="2027-03-01", owner_id=named("ann")),
    )

    answer = await gap_of(world, team_id=str(named("north")), group_by="team")

    assert answer["new_business_periods"] == 2
    assert parts(answer) == {"new_business": "45.00"}
    assert [each["gap"]["amount"] for each in answer["groups"]] == ["45.00"]


async def test_groups_and_what_is_behind_name_the_source_that_loses(world: World) -> None:
    await world.consume(
        organisation(),
        *[
            event
            for n in range(6)
            for event in (
                planned(f"fair {n}", 100, source="fair", stage="Offer"),
                then("lost", f"fair {n}", amount=eur(100), source="fair", stage="Offer"),
            )
        ],
        *[
            event
            for n in range(6)
            for event in (
                planned(f"web {n}", 100, source="web", stage="Offer"),
                then("won", f"web {n}", amount=eur(50), source="web", stage="Won"),
            )
        ],
        planned("late", 20, source="web", stage="Talk"),
    )

    answer = await gap_of(world, group_by="source")
    behind = answer["behind"]
    deals = await world.get(behind["deals_url"])

    assert (behind["by"], behind["value"], behind["part"]) == ("source", "fair", "lost")
    assert (behind["stage"], behind["deals"]) == ("Offer", 6)
    assert behind["words"].startswith('Of source fair 300.00 EUR was lost, most in "Offer" (6 deals):')
    assert {(each["source"], each["fate"], each["effect"]["amount"]) for each in deals["items"]} == {
        ("fair", "lost", "50.00")
    }
    assert [(each["key"], each["gap"]["amount"]) for each in answer["groups"]] == [
        ("fair", "300.00"),
        ("web", "10.00"),
    ]
    assert answer["not_by_group"]["amount"] == "0.00"


async def test_a_manager_sees_the_gap_of_the_team_and_a_rep_their_own(world: World) -> None:
    await world.consume(
        organisation(),
        *(team("north"), team("south")),
        *(member("ann", team="north"), member("bob", team="south")),
        planned("hers", 100, owner_id=named("ann")),
        planned("his", 60, owner_id=named("bob")),
    )
    manager = who("subtree", "mia", team="north", teams=["north"])

    async def missing(by: Any, **params: Any) -> str:
        answer = await world.get(GAP, by, period="2027-Q1", **params)
        return str(answer["gap"]["amount"])

    assert await missing(DIRECTOR) == "80.00"
    assert await missing(DIRECTOR, team_id=str(named("south"))) == "30.00"
    assert await missing(manager) == "50.00"
    assert await missing(who("own", "bob")) == "30.00"
    groups = (await gap_of(world, group_by="team"))["groups"]
    assert {each["name"]: each["gap"]["amount"] for each in groups} == {"north": "50.00", "south": "30.00"}


async def test_the_gap_as_of_a_day_is_that_of_the_day(world: World) -> None:
    await world.consume(
        organisation(), *(planned("deal", 100, by="2027-01-15"), then("won", "deal", amount=eur(100)))
    )

    answer = await gap_of(world, as_of="2027-01-18")

    assert (answer["through"], answer["gap"]["amount"]) == ("2027-01-17", "50.00")
    assert parts(answer) == {"overdue": "50.00"}


DAYS = st.integers(0, 60).map(lambda days: at("2027-01-01T09:00").replace(tzinfo=None) + timedelta(days=days))
AMOUNTS = st.decimals(min_value=0, max_value=100_000, places=2)


@st.composite
def a_history(draw: st.DrawFn, name: str) -> list[Envelope]:
    """A deal, known before or since, and one thing that happened to it."""
    known = draw(st.sampled_from([BEFORE, "2027-01-08"]))
    places = {
        "owner_id": named(draw(st.sampled_from(["ann", "bob"]))),
        "source": draw(st.sampled_from(["fair", "web", None])),
        "stage": draw(st.sampled_from(["Talk", "Offer"])),
        "product_id": draw(st.sampled_from([named("robot"), None])),
    }
    chance = draw(st.one_of(st.none(), st.decimals(min_value=0, max_value=1, places=4)))
    day = draw(DAYS).date().isoformat()
    opened = told(planned(name, str(draw(AMOUNTS)), by=day, probability=chance, **places), known)
    kind = draw(st.sampled_from(["won", "lost", "changed", None]))
    if kind is None:
        return [opened]
    on = draw(DAYS.filter(lambda on: on.date() > date(2027, 1, 8))).isoformat()
    moved = draw(DAYS).date()
    return [opened, then(kind, name, on, amount=eur(draw(AMOUNTS)), expected_close=moved, **places)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.uuids().flatmap(lambda id_: a_history(str(id_))), max_size=6))
async def test_parts_groups_days_and_deals_add_up_to_the_gap_to_the_cent(
    world: World, histories: list[list[Envelope]]
) -> None:
    await world.consume(
        organisation(),
        team("north"),
        member("ann", team="north"),
        member("bob"),
        planned("always", 1),
        *(event for history in histories for event in history),
    )

    for cut in ("team", "owner", "stage", "source", "product"):
        answer = await gap_of(world, group_by=cut)
        gap, last = amount(answer["gap"]), answer["days"][-1]
        assert gap == amount(answer["forecast_to_date"]) - amount(answer["actual_to_date"])
        assert gap == amount(last["forecast"]) - amount(last["actual"])
        assert gap == sum(amount(each["amount"]) for each in answer["parts"])
        assert gap == sum(amount(each["gap"]) for each in answer["groups"])
        assert amount(answer["not_by_group"]) == 0
    deals = await world.get(f"{GAP}/deals", period="2027-Q1", limit=200)
    assert gap == sum(amount(each["effect"]) for each in deals["items"])


def amount(money: dict[str, Any]) -> Decimal:
    return Decimal(money["amount"])
