"""`GET /v1/analytics/regions` over real ledgers."""

from typing import Any

from shared.contracts.envelope import Envelope, wrap
from shared.contracts.events.leads_account import AccountCreated
from shared.contracts.events.leads_territory import TerritoryActivated, TerritoryDropped
from shared.contracts.identity import Identity
from tests.forecast.builders import (
    CONTEXT,
    at,
    deal_event,
    eur,
    lead_event,
    member,
    named,
    organisation,
    team,
)
from tests.forecast.integration.world import DIRECTOR, World, who

REP = who("own", "ann", team="north")
Json = dict[str, Any]


def territory(name: str, parent: str | None = None, *, sequence: int = 2, **fields: Any) -> Envelope:
    state = {
        "territory_id": named(name),
        "name": name,
        "territory_version": sequence,
        "parent_id": None if parent is None else named(parent),
        "depth": 1 if parent is None else 2,
        "active": True,
    }
    kind = TerritoryDropped if fields.get("active") is False else TerritoryActivated
    event = kind(**state | fields)
    return wrap(event, subject=event.territory_id, sequence=sequence, time=at("2027-01-02"), context=CONTEXT)


def account(name: str, country: str | None) -> Envelope:
    event = AccountCreated(account_id=named(name), name=name, country=country, created_at=at("2027-01-01"))
    return wrap(event, subject=event.account_id, sequence=1, time=event.created_at, context=CONTEXT)


def won(name: str, amount: int | None, **fields: Any) -> Envelope:
    fields["closed_at"] = at(fields.pop("closed", "2027-02-01"))
    money = None if amount is None else eur(amount)
    return deal_event("opened", name, time="2027-01-20", status="won", amount=money, **fields)


def market() -> list[Envelope]:
    """Germany with Bavaria in it, France named by one account only; deals in each, in Austria and nowhere."""
    return [
        organisation(),
        team("north"),
        member("ann", team="north"),
        territory("Germany"),
        territory("Bavaria", "Germany"),
        territory("France", account_ids=(named("louvre"),)),
        account("brewery", "DE"),
        account("louvre", "FR"),
        account("opera", "AT"),
        lead_event("in bavaria", territory_id=named("Bavaria"), country="DE", account_id=named("brewery")),
        lead_event("in germany", territory_id=named("Germany"), country="DE", created="2027-01-03"),
        won("of a lead", 100, lead_id=named("in germany"), owner_id=named("ann")),
        won("of an account that was a lead", 300, account_id=named("brewery")),
        won("without amount", None, lead_id=named("in germany")),
        won("of a named account", 50, account_id=named("louvre"), lead_id=named("in germany")),
        won("of a country", 40, account_id=named("opera")),
        won("of nowhere", 5),
        won("too late", 999, lead_id=named("in germany"), closed="2027-04-02"),
        deal_event("opened", "open", time="2027-01-20", amount=eur(999), lead_id=named("in germany")),
    ]


async def regions(world: World, caller: Identity = DIRECTOR, **params: Any) -> Json:
    return await world.get("/v1/analytics/regions", caller, **{"period": "2027-Q1", **params})


def shown(answer: Json) -> list[tuple[Any, ...]]:
    """Name or country, revenue, deals, own revenue."""
    return [
        (
            each["name"] or each["country"],
            each["revenue"]["amount"],
            each["deals"],
            each["own"]["revenue"]["amount"],
        )
        for each in answer["regions"]
    ]


async def plan(world: World, amount: str, **aim: Any) -> None:
    body = {"period": "2027-Q1", "amount": {"amount": amount, "currency": "EUR"}, **aim}
    answer = await world.send("PUT", "/v1/targets", json=body)
    assert answer.status_code == 201, answer.text


async def test_deals_count_for_their_territory_and_those_above_else_for_their_country(world: World) -> None:
    await world.consume(*market())

    answer = await regions(world)

    assert shown(answer) == [
        ("Germany", "400.00", 3, "100.00"),
        ("Bavaria", "300.00", 1, "300.00"),
        ("France", "50.00", 1, "50.00"),
        ("AT", "40.00", 1, "40.00"),
        (None, "5.00", 1, "5.00"),
    ]
    assert (answer["revenue"]["amount"], answer["deals"], answer["deals_without_amount"]) == ("495.00", 6, 1)
    germany = answer["regions"][0]
    assert (germany["deals_without_amount"], germany["average"]["amount"]) == (1, "200.00")
    assert answer["definitions"]["attainment"]["denominator"] == "Plan"


async def test_a_territory_is_held_against_its_plan_with_all_below_it(world: World) -> None:
    await world.consume(*market(), territory("Spain"))
    await plan(world, "800", territory_id=str(named("Germany")))
    await plan(world, "10", territory_id=str(named("Spain")))
    await plan(world, "99", country="AT")

    found = {each["name"]: each for each in (await regions(world))["regions"]}

    assert (found["Germany"]["plan"]["amount"], found["Germany"]["attainment"]) == ("800.00", 0.5)
    assert (found["Bavaria"]["plan"], found["Bavaria"]["attainment"]) == (None, None)
    assert (found["Spain"]["deals"], found["Spain"]["attainment"]) == (0, 0)
    assert found[None]["plan"] is None


async def test_by_country_all_deals_are_held_against_the_plans_of_countries(world: World) -> None:
    await world.consume(*market())
    await plan(world, "80", country="AT")
    await plan(world, "70", country="ES")

    answer = await regions(world, group_by="country")

    assert [
        (each["country"], each["revenue"]["amount"], each["attainment"]) for each in answer["regions"]
    ] == [
        ("DE", "400.00", None),
        ("FR", "50.00", None),
        ("AT", "40.00", 0.5),
        ("ES", "0.00", 0),
        (None, "5.00", None),
    ]


async def test_a_rep_sees_own_deals_by_region_and_no_plan(world: World) -> None:
    await world.consume(*market())
    await plan(world, "800", territory_id=str(named("Germany")))

    answer = await regions(world, REP)

    assert shown(answer) == [("Germany", "100.00", 1, "100.00")]
    assert answer["regions"][0]["plan"] is None


async def test_a_territory_that_was_dropped_keeps_its_deals_and_takes_no_targets(world: World) -> None:
    await world.consume(*market(), territory("Bavaria", sequence=3, active=False))

    bavaria = next(each for each in (await regions(world))["regions"] if each["name"] == "Bavaria")
    body = {
        "period": "2027-Q1",
        "amount": {"amount": "1", "currency": "EUR"},
        "territory_id": str(named("Bavaria")),
    }
    refused = await world.send("PUT", "/v1/targets", json=body)

    assert (bavaria["active"], bavaria["deals"]) == (False, 1)
    assert (refused.status_code, refused.json()["code"]) == (422, "reference_unknown")


async def test_a_target_aims_at_one_thing_only(world: World) -> None:
    await world.consume(*market())
    both = {"territory_id": str(named("Germany")), "country": "DE"}
    body = {"period": "2027-Q1", "amount": {"amount": "1", "currency": "EUR"}, **both}

    refused = await world.send("PUT", "/v1/targets", json=body)

    pointers = {each["pointer"] for each in refused.json()["errors"]}
    assert (refused.status_code, pointers) == (422, {"/territory_id", "/country"})
