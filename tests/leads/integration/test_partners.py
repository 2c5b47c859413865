"""Partners, their programmes, what they brought and what they are due."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.leads.partner_program.domain import PartnerProgram
from services.leads.partner_report.domain import Brought
from shared.contracts.envelope import Envelope
from shared.contracts.events.gateway_partner import PartnerAdded, PartnerChanged
from shared.contracts.events.pipeline_deal import DealOpened, DealWon
from tests.leads.integration.test_sources import a_deal
from tests.leads.integration.world import (
    ANY,
    DIRECTOR,
    MANAGER,
    NOW,
    OTHER_PARTNER,
    PARTNER,
    REP,
    Json,
    World,
    euros,
    named,
    pushed,
    told,
)

GOLD: Json = {
    "name": "Gold",
    "rules": "Sells to dentists only.",
    "tiers": [
        {"name": "bronze", "from_revenue": euros("0.00"), "reward_rate": "0.05"},
        {"name": "gold", "from_revenue": euros("1000.00"), "reward_rate": "0.1"},
    ],
}


def a_partner(name: str, program: Json | None = None, **fields: Any) -> Envelope:
    """What the gateway tells of a partner."""
    event = PartnerAdded(
        partner_id=named(name),
        name=name.title(),
        created_at=NOW,
        kind="dealer",
        program_id=program["id"] if program else None,
        contract_starts_on=date(2027, 1, 1),
        **fields,
    )
    return told(event, event.partner_id)


async def report(world: World, **params: Any) -> Json:
    return await world.get("/v1/analytics/partners", period="2027-03", **params)


async def test_a_partners_report_counts_what_it_sent_and_what_became_of_it(world: World) -> None:
    program = await world.post("/v1/partner-programs", GOLD)
    await world.consume(a_partner("acme resellers", program), a_partner("other resellers"))
    first = await world.push(pushed("a-1", email="ann@example.com"))
    await world.push(pushed("a-2", email="ann@example.com"))
    await world.push(pushed("a-3", email="no address"))
    lead = await world.qualified()
    await world.push(pushed("b-1"), OTHER_PARTNER)
    await world.post(f"/v1/leads/{first['id']}/qualify")
    await world.post(f"/v1/leads/{first['id']}/convert", {})
    for each, amount in ((first, "1234.56"), (lead, "9.00")):
        await world.consume(
            a_deal(DealOpened, each, amount), a_deal(DealWon, each, amount, status="won", closed_at=NOW)
        )

    found = await report(world)

    assert (found["sent"], found["members"], found["commission_due"]) == (4, 2, euros("123.46"))
    acme, other = found["partners"]
    assert (acme["name"], acme["kind"], acme["tier"], acme["reward_rate"]) == (
        "Acme Resellers",
        "dealer",
        "gold",
        0.1,
    )
    counts = ("sent", "accepted", "duplicate", "quarantined", "converted", "conversion", "won_deals")
    assert [acme[name] for name in counts] == [3, 1, 1, 1, 1, 1.0, 1]
    assert (acme["won_revenue"], acme["commission_due"]) == (euros("1234.56"), euros("123.46"))
    assert (other["sent"], other["conversion"], other["commission_due"]) == (1, 0, None)
    assert found["definitions"]["conversion"]["denominator"] == "Accepted"
    assert (await world.get("/v1/analytics/partners", period="2026"))["conversion"] is None


async def test_a_partner_sees_its_own_report_and_no_other(world: World) -> None:
    await world.consume(a_partner("acme resellers"))
    await world.push(pushed("a-1"))
    await world.push(pushed("a-2", email="no address"))
    await world.push(pushed("b-1"), OTHER_PARTNER)

    mine = await world.get("/v1/partner/report", PARTNER, period="2027-03")

    assert (mine["partner_id"], mine["sent"], mine["accepted"], mine["quarantined"]) == (PARTNER.sub, 2, 1, 1)
    assert mine["definitions"]["sent"]["period"].startswith("2027-03")
    unknown = await world.get("/v1/partner/report", OTHER_PARTNER, period="2027-03")
    assert (unknown["sent"], unknown["name"]) == (1, None)
    assert (await world.refusal("GET", "/v1/partner/report"))[:2] == (403, "forbidden")


async def test_won_revenue_belongs_to_the_period_in_which_the_deal_was_won(world: World) -> None:
    await world.push(pushed("a-1"))
    lead = (await world.get("/v1/leads"))["items"][0]
    won = {"status": "won", "closed_at": NOW + timedelta(days=40)}
    await world.consume(a_deal(DealOpened, lead, "10.00"), a_deal(DealWon, lead, "10.00", **won))

    (march,) = (await report(world))["partners"]
    (april,) = (await world.get("/v1/analytics/partners", period="2027-04"))["partners"]

    assert (march["sent"], march["won_deals"]) == (1, 0)
    assert (april["sent"], april["won_deals"], april["won_revenue"]) == (0, 1, euros("10.00"))


async def test_the_results_of_a_programme_are_those_of_its_members(world: World) -> None:
    program = await world.post("/v1/partner-programs", GOLD)
    await world.consume(a_partner("acme resellers", program), a_partner("other resellers"))
    await world.push(pushed("a-1"))
    await world.push(pushed("b-1"), OTHER_PARTNER)

    results = await world.get(f"/v1/partner-programs/{program['id']}/results", period="2027-03")

    assert [each["name"] for each in results["partners"]] == ["Acme Resellers"]
    assert (results["members"], results["sent"]) == (1, 1)
    left = PartnerChanged(partner_id=named("acme resellers"), name="Acme", created_at=NOW)
    await world.consume(told(left, left.partner_id, sequence=2))
    results = await world.get(f"/v1/partner-programs/{program['id']}/results", period="2027-03")
    assert (results["members"], results["sent"]) == (0, 0)
    assert (await world.refusal("GET", f"/v1/analytics/partners?program_id={named('no')}"))[0] == 404


async def test_a_manager_sees_partners_figures_of_the_own_teams(world: World) -> None:
    mine = await world.push(pushed("a-1"))
    await world.post(f"/v1/leads/{mine['id']}/assign", {"owner_id": REP.sub})
    theirs = await world.push(pushed("a-2"))
    await world.post(f"/v1/leads/{theirs['id']}/assign", {"owner_id": str(named("other rep"))})

    assert (await world.get("/v1/analytics/partners", MANAGER, period="2027-03"))["sent"] == 1
    assert (await world.get("/v1/analytics/partners", DIRECTOR, period="2027-03"))["sent"] == 2


async def test_a_programme_is_kept_and_edited_by_version(world: World) -> None:
    program = await world.post("/v1/partner-programs", GOLD)
    path = f"/v1/partner-programs/{program['id']}"

    assert (program["rules"], program["tiers"][1]["reward_rate"]) == ("Sells to dentists only.", 0.1)
    edited = await world.patch(path, {"rules": None, "active": False}, version=1)
    assert (edited["rules"], edited["active"], len(edited["tiers"])) == (None, False, 2)
    assert [each["name"] for each in (await world.get("/v1/partner-programs"))["items"]] == ["Gold"]
    assert (await world.refusal("POST", "/v1/partner-programs", {"name": "gold"}))[:2] == (409, "name_taken")
    assert (await world.send("DELETE", path, headers=ANY)).status_code == 204
    assert (await world.get("/v1/partner-programs", archived_at="is:null"))["items"] == []


@pytest.mark.parametrize(
    ("tiers", "code", "pointer"),
    [
        (
            [("a", "10.00", "EUR", "0.1"), ("b", "10.00", "EUR", "0.2")],
            "validation_failed",
            "/tiers/1/from_revenue",
        ),
        ([("a", "0.00", "USD", "0.1")], "currency_mismatch", "/tiers/0/from_revenue/currency"),
        ([("a", "-1.00", "EUR", "0.1")], "validation_failed", "/tiers/0/from_revenue"),
        ([("a", "0.00", "EUR", "1.1")], "validation_failed", "/tiers/0/reward_rate"),
    ],
)
async def test_tiers_that_cannot_be_are_refused(
    world: World, tiers: list[tuple[str, str, str, str]], code: str, pointer: str
) -> None:
    shown = [
        {"name": name, "from_revenue": {"amount": amount, "currency": currency}, "reward_rate": rate}
        for name, amount, currency, rate in tiers
    ]

    status, refused, errors = await world.refusal(
        "POST", "/v1/partner-programs", {"name": "Odd", "tiers": shown}
    )

    assert (status, refused, errors[0][0]) == (422, code, pointer)


def test_below_the_first_tier_nothing_is_due_and_without_a_programme_it_is_unknown() -> None:
    tiers = [{"name": "a", "from_revenue": euros("100.00"), "reward_rate": "0.1"}]
    program = PartnerProgram(named("p"), "P", NOW, NOW, tiers=tiers)
    little = Brought(won_revenue=Decimal("99.99"))

    assert (little.commission(program, "EUR"), little.commission(None, "EUR")) == (Decimal("0.00"), None)
    assert Brought(won_revenue=Decimal("100.00")).commission(program, "EUR") == Decimal("10.00")
