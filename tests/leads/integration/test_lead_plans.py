"""What is planned to bring leads, what it brought, and ideas for new sources."""

import pytest

from services.leads.source_idea.domain import SourceIdea
from shared.contracts.errors import DomainError
from tests.leads.integration.test_sources import won
from tests.leads.integration.world import ANY, MANAGER, NOW, OTHER_REP, REP, Json, World, euros, named

FAIRS: Json = {
    "name": "Spring fairs",
    "description": "Two fairs, one stand",
    "starts_on": "2027-03-01",
    "ends_on": "2027-03-31",
    "sources": ["Fair"],
    "campaigns": ["Spring"],
    "budget": euros("1000.00"),
    "cost": {"amount": "800.00", "currency": "USD"},
    "expected_leads": 4,
    "expected_revenue": euros("2000.00"),
}


async def test_a_tactic_is_kept_and_edited_by_version(world: World) -> None:
    tactic = await world.post("/v1/lead-tactics", FAIRS, MANAGER)
    path = f"/v1/lead-tactics/{tactic['id']}"

    assert FAIRS.items() <= (await world.get(path, REP)).items()
    assert tactic["owner_id"] == str(MANAGER.member_id)
    edited = await world.patch(path, {"expected_leads": None, "sources": ["fair", "stand"]}, 1, MANAGER)
    assert (edited["expected_leads"], edited["sources"], edited["version"]) == (None, ["fair", "stand"], 2)
    backwards = await world.refusal("PATCH", path, {"ends_on": "2027-02-01"}, MANAGER, version=2)
    assert backwards == (422, "validation_failed", [("/ends_on", "before_start")])
    nothing = await world.refusal("POST", "/v1/lead-tactics", {**FAIRS, "sources": [], "campaigns": []})
    assert nothing == (422, "validation_failed", [("/sources", "required")])
    nobody = await world.refusal("POST", "/v1/lead-tactics", {**FAIRS, "owner_id": str(named("nobody"))})
    assert nobody[1] == "reference_unknown"
    assert (await world.refusal("POST", "/v1/lead-tactics", FAIRS))[:2] == (409, "name_taken")
    assert (await world.send("DELETE", path, headers=ANY)).status_code == 204
    assert (await world.get("/v1/lead-tactics"))["items"] == []


async def test_a_tactic_is_measured_by_the_leads_that_came_by_it_in_its_days(world: World) -> None:
    tactic = await world.post("/v1/lead-tactics", FAIRS)
    await won(world, "1000.00", source="fair")
    await world.lead(OTHER_REP, campaign="SPRING", source="fair")
    await world.lead(source="web")
    await world.lead(source="fair", created_at="2027-02-27T12:00:00Z")

    found = await world.get(f"/v1/lead-tactics/{tactic['id']}/effect")

    assert (found["received"], found["won"], found["won_revenue"]) == (2, 1, euros("1000.00"))
    assert (found["cost"], found["cost_per_lead"]) == (euros("400.00"), euros("200.00"))
    assert (found["planned_cost_per_lead"], found["leads_by_plan"]) == (euros("250.00"), 0.5)
    assert (found["revenue_by_plan"], found["return_on_cost"]) == (0.5, 1.5)
    assert found["definitions"]["leads_by_plan"]["denominator"] == "Expected leads"
    assert (await world.get(f"/v1/lead-tactics/{tactic['id']}/effect", OTHER_REP))["received"] == 1


async def test_all_tactics_of_a_period_are_measured_by_one_query(world: World) -> None:
    for number in range(3):
        body = {"name": f"T{number}", "sources": [f"s{number}"], "campaigns": []}
        await world.post("/v1/lead-tactics", {**FAIRS, **body})
    later = {"name": "later", "starts_on": "2027-07-01", "ends_on": "2027-07-02"}
    await world.post("/v1/lead-tactics", {**FAIRS, **later})
    await world.lead(source="s1")

    async with world.statements() as asked:
        found = await world.get("/v1/analytics/lead-tactics", period="2027-Q1")

    assert sorted((each["name"], each["received"]) for each in found["items"]) == [
        ("T0", 0),
        ("T1", 1),
        ("T2", 0),
    ]
    assert found["more"] is False
    assert len([one for one in asked if "jsonb_to_recordset" in one]) == 1
    assert (await world.refusal("GET", "/v1/analytics/lead-tactics?period=never"))[1] == "period_invalid"


async def test_an_idea_is_suggested_tried_adopted_and_dropped_with_who_and_why(world: World) -> None:
    idea = await world.post("/v1/lead-source-ideas", {"name": "Podcasts"}, REP)
    path = f"/v1/lead-source-ideas/{idea['id']}"
    assert (idea["status"], idea["suggested_by"]) == ("idea", str(REP.member_id))

    tried = await world.post(f"{path}/try", {"source": "podcast"}, REP)
    adopted = await world.post(f"{path}/adopt", {"result": "12 leads in a month"}, MANAGER)
    dropped = await world.post(f"{path}/drop", {"result": "too dear"}, MANAGER)

    assert (tried["status"], tried["source"]) == ("tried", "podcast")
    assert (adopted["status"], adopted["source"], adopted["result"]) == (
        "in_use",
        "podcast",
        "12 leads in a month",
    )
    assert [(step["status"], step["by"]) for step in dropped["steps"]] == [
        ("tried", str(REP.member_id)),
        ("in_use", str(MANAGER.member_id)),
        ("dropped", str(MANAGER.member_id)),
    ]
    refused = await world.refusal("POST", f"{path}/adopt", {}, MANAGER)
    assert refused[:2] == (409, "idea_state")
    assert (await world.post(f"{path}/take-up-again", by=MANAGER))["status"] == "idea"
    assert [each["id"] for each in (await world.get("/v1/lead-source-ideas", OTHER_REP))["items"]] == [
        idea["id"]
    ]
    assert (await world.refusal("POST", "/v1/lead-source-ideas", {"name": "podcasts"}))[1] == "name_taken"


async def test_an_idea_shows_what_its_source_brought_since_it_was_tried(world: World) -> None:
    await world.lead(source="podcast", created_at="2027-02-01T12:00:00Z")
    idea = await world.post("/v1/lead-source-ideas", {"name": "Podcast"})
    path = f"/v1/lead-source-ideas/{idea['id']}"
    before = await world.get(f"{path}/effect")
    await world.post(f"{path}/adopt")
    await world.lead(source="podcast")
    world.now = world.now.replace(hour=10)

    found = await world.get(f"{path}/effect")

    assert (before["received"], before["conversion"], before["since"]) == (0, None, None)
    assert (found["source"], found["received"], found["conversion"]) == ("Podcast", 1, 0)


def test_an_idea_in_use_is_not_tried_again() -> None:
    idea = SourceIdea(named("idea"), "Fairs", "somebody", NOW, NOW, status="in_use", source="fair")
    with pytest.raises(DomainError) as refusal:
        idea.try_out(None, by="somebody", now=NOW)

    assert refusal.value.code == "idea_state"
