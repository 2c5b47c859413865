"""A qualified lead becomes an account, a contact and a deal, and learns what became of the deal."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.envelope import Envelope
from shared.contracts.events.pipeline_deal import DealLost, DealOpened, DealReopened, DealState, DealWon
from tests.leads.integration.world import (
    MANAGER,
    NOW,
    PARTNER,
    REP,
    Json,
    World,
    euros,
    iso,
    named,
    pushed,
    told,
)

DEAL = {"name": "Rollout", "amount": euros("12500.00"), "expected_close": "2027-04-30"}


def deal_event(kind: type[DealState], lead_id: str | None, *, sequence: int = 1, **fields: Any) -> Envelope:
    """What the pipeline tells of the deal of this lead."""
    state: Json = {
        "deal_id": named(f"deal of {lead_id}"),
        "name": "Rollout",
        "status": "open",
        "pipeline_id": named("pipeline"),
        "stage_id": named("stage"),
        "stage": "Qualification",
        "stage_entered_at": NOW,
        "created_at": NOW,
        "forecast_category": "pipeline",
        "probability": Decimal("0.1"),
        "lead_id": lead_id,
        "owner_id": named("rep"),
        **fields,
    }
    event = kind(**state)
    return told(event, event.deal_id, sequence=sequence, time=NOW + timedelta(minutes=sequence))


async def test_a_qualified_lead_becomes_account_contact_and_wanted_deal(world: World) -> None:
    who: Json = {"company": "Initech", "email": "ann@initech.example", "first_name": "Ann"}
    lead = await world.qualified(REP, **who, tags=["fair"])

    converted = await world.post(f"/v1/leads/{lead['id']}/convert", {"deal": DEAL}, REP)

    account = await world.get(f"/v1/accounts/{converted['account_id']}", REP)
    contact = await world.get(f"/v1/contacts/{converted['contact_id']}", REP)
    event = (await world.events(lead["id"]))[-1]
    assert (converted["status"], converted["deal_id"]) == ("converted", None)
    assert (account["name"], account["owner_id"]) == ("Initech", REP.sub)
    assert (contact["email"], contact["account_id"]) == ("ann@initech.example", account["id"])
    assert event["type"] == "leads.lead.converted"
    assert event["data"]["account_id"] == account["id"]
    wanted = event["data"]["deal"]
    assert (wanted["name"], wanted["amount"], wanted["expected_close"]) == (
        "Rollout",
        euros("12500.00"),
        "2027-04-30",
    )
    assert (UUID(wanted["deal_id"]).version, wanted["tags"]) == (7, ["fair"])
    assert [each["type"] for each in await world.events(account["id"])] == ["leads.account.created"]


async def test_the_same_company_and_person_are_found_again(world: World) -> None:
    first = await world.qualified(company="Initech", email="ann@initech.example")
    second = await world.qualified(company=" INITECH ", email="Ann@initech.example")

    one = await world.post(f"/v1/leads/{first['id']}/convert", {"deal": DEAL})
    two = await world.post(f"/v1/leads/{second['id']}/convert", {"deal": DEAL})

    assert (one["account_id"], one["contact_id"]) == (two["account_id"], two["contact_id"])
    assert await world.count("account") == await world.count("contact") == 1


async def test_a_lead_without_company_becomes_an_account_of_the_persons_name(world: World) -> None:
    lead = await world.qualified(first_name="Ann", name=None, last_name="Lee")

    converted = await world.post(f"/v1/leads/{lead['id']}/convert", {"deal": DEAL})

    assert (await world.get(f"/v1/accounts/{converted['account_id']}"))["name"] == "Ann Lee"


async def test_the_callers_account_is_taken_or_refused(world: World) -> None:
    account = await world.post("/v1/accounts", {"name": "Globex"})
    lead = await world.qualified(company="Initech")
    path = f"/v1/leads/{lead['id']}/convert"

    unknown = await world.refusal("POST", path, {"account_id": str(uuid4())})
    converted = await world.post(path, {"account_id": account["id"]})

    assert unknown == (422, "reference_unknown", [("/account_id", "reference_unknown")])
    assert converted["account_id"] == account["id"]
    assert (await world.events(lead["id"]))[-1]["data"]["deal"] is None


async def test_only_a_qualified_lead_is_converted(world: World) -> None:
    lead = await world.lead()

    refusal = await world.refusal("POST", f"/v1/leads/{lead['id']}/convert", {"deal": DEAL})

    assert refusal[:2] == (409, "lead_not_qualified")


async def test_converting_twice_is_refused_with_what_it_became(world: World) -> None:
    lead = await world.qualified(company="Initech")
    path = f"/v1/leads/{lead['id']}/convert"
    converted = await world.post(path, {"deal": DEAL})

    answer = await world.send("POST", path, json={"deal": DEAL}, headers={"If-Match": '"2"'})

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "lead_already_converted")
    assert problem["account_id"] == converted["account_id"]
    assert problem["contact_id"] == converted["contact_id"]


async def test_eight_conversions_at_once_make_one_deal(world: World) -> None:
    lead = await world.qualified(company="Initech")

    answers = await asyncio.gather(
        *(
            world.send(
                "POST", f"/v1/leads/{lead['id']}/convert", json={"deal": DEAL}, headers={"If-Match": "*"}
            )
            for _ in range(8)
        )
    )

    converted = [each for each in await world.events(lead["id"]) if each["type"].endswith("converted")]
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert len(converted) == 1
    assert await world.count("account") == await world.count("contact") == 1


async def test_leads_of_one_new_company_converted_at_once_share_its_account(world: World) -> None:
    leads = [await world.qualified(company="Initech") for _ in range(6)]

    answers = await asyncio.gather(*(world.post(f"/v1/leads/{lead['id']}/convert") for lead in leads))

    assert len({answer["account_id"] for answer in answers}) == 1


async def test_an_amount_without_a_rate_changes_nothing(world: World) -> None:
    lead = await world.qualified(company="Initech")
    deal = DEAL | {"amount": {"amount": "10.00", "currency": "GBP"}}

    refusal = await world.refusal("POST", f"/v1/leads/{lead['id']}/convert", {"deal": deal})

    assert refusal == (422, "rate_missing", [("/deal/amount/currency", "rate_missing")])
    assert (await world.get(f"/v1/leads/{lead['id']}"))["status"] == "qualified"
    assert await world.count("account") == 0


async def test_the_lead_learns_of_its_deal_and_of_its_end(world: World) -> None:
    lead = await world.qualified(company="Initech")
    await world.post(f"/v1/leads/{lead['id']}/convert", {"deal": DEAL})
    opened = deal_event(DealOpened, lead["id"])
    won = deal_event(DealWon, lead["id"], sequence=2, status="won", closed_at=NOW + timedelta(days=1))

    await world.consume(opened)
    await world.consume(won, opened)

    known = await world.get(f"/v1/leads/{lead['id']}")
    history = (await world.get(f"/v1/leads/{lead['id']}/history"))["items"]
    assert known["deal_id"] == str(named(f"deal of {lead['id']}"))
    assert [step["what"] for step in history] == [
        "created",
        "qualified",
        "converted",
        "deal_opened",
        "deal_won",
    ]
    assert history[-1]["at"] == iso(NOW + timedelta(days=1))
    event = (await world.events(lead["id"]))[-1]
    assert (event["type"], event["data"]["changed"]) == ("leads.lead.changed", ["deal_id"])
    assert (event["correlationid"], event["causationid"]) == ("from-elsewhere", str(opened.id))


async def test_the_partner_hears_that_the_lead_is_won_lost_and_open_again(world: World) -> None:
    lead_id = (await world.push(pushed("a-1")))["id"]

    await world.consume(
        deal_event(DealOpened, lead_id),
        deal_event(DealLost, lead_id, sequence=2, status="lost", closed_at=NOW, loss_reason="price"),
        deal_event(DealReopened, lead_id, sequence=3),
        deal_event(DealWon, lead_id, sequence=4, status="won", closed_at=NOW + timedelta(days=2)),
    )

    followed = await world.get("/v1/partner/leads/a-1", PARTNER)
    assert [step["what"] for step in followed["timeline"]] == [
        "received",
        "lost",
        "deal_opened",
        "deal_reopened",
        "won",
    ]


async def test_a_deal_that_came_of_no_lead_of_ours_is_known_for_activities(world: World) -> None:
    await world.consume(deal_event(DealOpened, None), deal_event(DealOpened, str(uuid4())))

    logged = await world.post(
        "/v1/activities", {"type": "call", "deal_id": str(named("deal of None"))}, MANAGER
    )

    assert logged["deal_id"] == str(named("deal of None"))
