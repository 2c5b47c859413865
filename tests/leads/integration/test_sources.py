"""Where leads come from, what becomes of them and what that brings; channels and campaigns."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.leads.lead_source.domain import Yield, shown_parts, whole_of
from shared.contracts.envelope import Envelope
from shared.contracts.events.pipeline_deal import DealOpened, DealState, DealWon
from shared.contracts.money import Money
from tests.leads.integration.world import (
    ANY,
    NOW,
    OTHER_REP,
    PARTNER,
    REP,
    Json,
    World,
    euros,
    named,
    pushed,
    told,
)


def a_deal(kind: type[DealState], lead: Json, amount: str, **fields: Any) -> Envelope:
    """What the pipeline tells of the deal of this lead."""
    state: Json = {
        "deal_id": named(f"deal of {lead['id']}"),
        "name": "Rollout",
        "status": "open",
        "pipeline_id": named("pipeline"),
        "stage_id": named("stage"),
        "stage": "Qualification",
        "stage_entered_at": NOW,
        "created_at": NOW,
        "forecast_category": "pipeline",
        "lead_id": lead["id"],
        "base_amount": Money(amount=Decimal(amount), currency="EUR"),
        **fields,
    }
    event = kind(**state)
    return told(event, event.deal_id, sequence=2 if kind is DealWon else 1)


async def won(world: World, amount: str, **fields: Any) -> Json:
    """A lead of which a deal was won."""
    lead = await world.qualified(REP, **fields)
    await world.consume(
        a_deal(DealOpened, lead, amount), a_deal(DealWon, lead, amount, status="won", closed_at=NOW)
    )
    return lead


async def sources(world: World, by: Any = None, **params: Any) -> Json:
    return await world.get("/v1/analytics/lead-sources", *([by] if by else []), period="2027-03", **params)


async def test_each_source_shows_what_its_leads_became_and_brought(world: World) -> None:
    await won(world, "1000.00", source="fair")
    await world.qualified(REP, source="fair")
    await world.lead(OTHER_REP, source="web")
    await world.lead(OTHER_REP)

    found = await sources(world)

    assert (found["received"], found["qualified"], found["converted"], found["won"]) == (4, 2, 1, 1)
    fair, web, none = found["groups"]
    assert (fair["key"], fair["received"], fair["conversion"], fair["win_rate"]) == ("fair", 2, 0.5, 0.5)
    assert (fair["won_revenue"], fair["yield_per_lead"]) == (euros("1000.00"), euros("500.00"))
    assert (web["key"], web["conversion"], none["key"]) == ("web", 0, None)
    assert found["definitions"]["yield_per_lead"]["denominator"] == "Received"
    assert (await sources(world, OTHER_REP))["received"] == 2
    empty = await world.get("/v1/analytics/lead-sources", period="2026")
    assert (empty["conversion"], empty["yield_per_lead"], empty["groups"]) == (None, None, [])


async def test_leads_are_compared_by_any_way_they_came_in(world: World) -> None:
    await world.lead(origin="active", medium="phone", channel="call", campaign="Spring")
    await world.push(pushed("a-1", origin="passive"))

    assert {group["key"] for group in (await sources(world, group_by="origin"))["groups"]} == {
        "active",
        "passive",
    }
    for group_by, key in (("medium", "phone"), ("channel", "call"), ("campaign", "Spring")):
        assert key in {group["key"] for group in (await sources(world, group_by=group_by))["groups"]}
    partners = {group["key"] for group in (await sources(world, group_by="partner"))["groups"]}
    assert str(PARTNER.partner_id) in partners
    assert (await world.refusal("GET", "/v1/analytics/lead-sources?group_by=moon"))[0] in (400, 422)


async def test_the_usual_channels_are_there_and_others_can_be_added(world: World) -> None:
    usual = {"call", "email", "social", "web", "platform", "meeting", "partner", "other"}
    assert {item["key"] for item in (await world.get("/v1/channels"))["items"]} == usual

    added = await world.post("/v1/channels", {"key": "fair", "name": "Trade fair"})
    renamed = await world.patch(f"/v1/channels/{added['id']}", {"name": "Fairs"}, version=1)

    assert (renamed["key"], renamed["name"]) == ("fair", "Fairs")
    again = await world.refusal("POST", "/v1/channels", {"key": "fair", "name": "Again"})
    assert again[:2] == (409, "name_taken")


SPRING = {
    "name": "Spring",
    "channel": "email",
    "audience": "Dentists in Saxony",
    "starts_on": "2027-03-01",
    "ends_on": "2027-03-31",
    "budget": {"amount": "900.00", "currency": "EUR"},
    "cost": {"amount": "800.00", "currency": "USD"},
}


async def test_a_campaign_is_kept_and_edited_by_version(world: World) -> None:
    campaign = await world.post("/v1/campaigns", SPRING)
    path = f"/v1/campaigns/{campaign['id']}"

    assert SPRING.items() <= (await world.get(path)).items()
    edited = await world.patch(path, {"ends_on": None, "cost": euros("10.00")}, version=1)
    assert (edited["ends_on"], edited["cost"], edited["version"]) == (None, euros("10.00"), 2)
    backwards = await world.refusal("PATCH", path, {"ends_on": "2027-02-01"}, version=2)
    assert backwards == (422, "validation_failed", [("/ends_on", "before_start")])
    assert (await world.refusal("POST", "/v1/campaigns", {"name": "spring"}))[:2] == (409, "name_taken")
    assert (await world.send("DELETE", path, headers=ANY)).status_code == 204
    assert (await world.get("/v1/campaigns", archived_at="is:null"))["items"] == []


async def test_the_effect_of_a_campaign_is_held_against_its_cost(world: World) -> None:
    campaign = await world.post("/v1/campaigns", SPRING)
    await won(world, "1000.00", campaign="spring")
    await world.lead(OTHER_REP, campaign="Spring")
    await world.lead(campaign="Autumn")

    effect = await world.get(f"/v1/campaigns/{campaign['id']}/effect")

    assert (effect["received"], effect["won"], effect["conversion"]) == (2, 1, 0.5)
    assert (effect["cost"], effect["cost_per_lead"]) == (euros("400.00"), euros("200.00"))
    assert effect["return_on_cost"] == 1.5
    assert (await world.refusal("GET", f"/v1/campaigns/{uuid4()}/effect"))[:2] == (404, "campaign_not_found")


async def came_by(world: World, ways: list[str | None], revenue: str | None = None) -> Json:
    """A lead pushed once by each of these sources, a day apart."""
    external_id = str(uuid4())
    for place, source in enumerate(ways):
        world.now = NOW + timedelta(days=place)
        receipt = await world.push(pushed(external_id, **({"source": source} if source else {})))
    if revenue is not None:
        lead = {"id": receipt["id"]}
        await world.consume(
            a_deal(DealOpened, lead, revenue), a_deal(DealWon, lead, revenue, status="won", closed_at=NOW)
        )
    return receipt


@pytest.mark.parametrize(
    ("attribution", "credits"),
    [
        ("first", {"a": ("1", "100.00")}),
        ("last", {"c": ("1", "100.00")}),
        ("linear", {"a": ("0.3334", "33.34"), "b": ("0.3333", "33.33"), "c": ("0.3333", "33.33")}),
        ("position", {"a": ("0.4", "40.00"), "b": ("0.2", "20.00"), "c": ("0.4", "40.00")}),
    ],
)
async def test_a_lead_is_credited_to_its_touches(
    world: World, attribution: str, credits: dict[str, tuple[str, str]]
) -> None:
    await came_by(world, ["a", "b", "c"], "100.00")

    found = await sources(world, attribution=attribution)

    assert (found["attribution"], found["received"], found["won_revenue"]) == (
        attribution,
        1,
        euros("100.00"),
    )
    assert {
        group["key"]: (Decimal(str(group["received"])), group["won_revenue"]) for group in found["groups"]
    } == {key: (Decimal(received), euros(amount)) for key, (received, amount) in credits.items()}


async def test_touches_that_say_nothing_or_come_after_the_conversion_count_for_nothing(world: World) -> None:
    receipt = await came_by(world, ["a", None])
    await world.post(f"/v1/leads/{receipt['id']}/qualify")
    await world.post(f"/v1/leads/{receipt['id']}/convert", {})
    world.now = NOW + timedelta(days=9)
    lead = await world.get(f"/v1/leads/{receipt['id']}")
    await world.push(pushed(lead["external_id"], source="late"))
    await world.lead()

    found = await sources(world, attribution="linear")

    assert [(group["key"], group["received"], group["converted"]) for group in found["groups"]] == [
        ("a", 1, 1),
        (None, 1, 0),
    ]
    by_partner = await sources(world, attribution="linear", group_by="partner")
    assert {group["received"] for group in by_partner["groups"]} == {1}


async def test_a_campaign_is_credited_with_its_part_of_a_lead(world: World) -> None:
    campaign = await world.post("/v1/campaigns", SPRING)
    for place, name in enumerate(("spring", "autumn", "SPRING")):
        world.now = NOW + timedelta(days=place)
        await world.push(pushed("p-1", campaign=name))

    effect = await world.get(f"/v1/campaigns/{campaign['id']}/effect", attribution="linear")

    assert (effect["attribution"], effect["received"]) == ("linear", 0.6667)
    assert (await world.get(f"/v1/campaigns/{campaign['id']}/effect"))["received"] == 1


@given(
    st.dictionaries(
        st.text(max_size=3), st.fractions(min_value=0, max_value=10**7, max_denominator=700), max_size=12
    )
)
def test_parts_add_up_to_the_whole_to_the_cent(fractions: dict[str, Fraction]) -> None:
    parts = {
        key: Yield(won_revenue=Decimal(each.numerator) / each.denominator) for key, each in fractions.items()
    }
    whole = whole_of(parts.values())

    shown = shown_parts(parts, whole)

    assert sum((part.won_revenue for part in shown.values()), Decimal(0)) == whole.won_revenue
    assert all(abs(shown[key].won_revenue - parts[key].won_revenue) < Decimal("0.01") for key in parts)


def test_nothing_received_has_no_ratios() -> None:
    assert (Yield().conversion, Yield().win_rate, Yield().yield_per_lead) == (None, None, None)
