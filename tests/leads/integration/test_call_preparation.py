"""The card for a call: who, what we know, what is missing, and whether we may call at all."""

from shared.contracts.events.pipeline_deal import DealOpened
from tests.leads.integration.test_sources import a_deal
from tests.leads.integration.world import ANY, OTHER_REP, REP, Json, World, euros, named

SAID: Json = {
    "name": "Ann Lee",
    "first_name": "Ann",
    "last_name": "Lee",
    "job_title": "Head of Sales",
    "company": "Acme",
    "email": "ann@acme.example",
    "phone": "+4989123456",
    "country": "DE",
}


async def card(world: World, lead: Json, by: object = REP) -> Json:
    return await world.get(f"/v1/leads/{lead['id']}/prep", by)  # type: ignore[arg-type]


async def test_the_card_says_who_that_is_and_what_time_it_is_there(world: World) -> None:
    lead = await world.lead(REP, **SAID)

    found = await card(world, lead)

    who = found["who"]
    assert (who["name"], who["job_title"], who["company"]) == ("Ann Lee", "Head of Sales", "Acme")
    assert who["local_times"] == [{"time_zone": "Europe/Berlin", "time": "2027-03-01T10:00:00+01:00"}]
    assert who["local_times_by"] == "phone"
    assert (await world.refusal("GET", f"/v1/leads/{lead['id']}/prep", by=OTHER_REP))[:2] == (
        404,
        "lead_not_found",
    )


async def test_readiness_is_filled_by_required_fields_and_the_organisation_says_which(world: World) -> None:
    lead = await world.lead(REP, **SAID)

    before = await card(world, lead)
    changed = await world.send("PUT", "/v1/prep-form", json={"required": ["needs", "person"]}, headers=ANY)
    after = await card(world, lead)

    assert (before["readiness"], before["filled"], len(before["required"])) == (0.8, 4, 5)
    assert before["gaps"][0] == {"field": "industry", "required": True}
    assert before["definitions"]["readiness"]["denominator"].startswith("required fields: person")
    assert changed.json()["version"] == 1
    assert (after["readiness"], after["gaps"][0]) == (0.5, {"field": "needs", "required": True})
    wrong = await world.send("PUT", "/v1/prep-form", json={"required": ["moon"]}, headers=ANY)
    assert wrong.status_code == 422
    await world.send("PUT", "/v1/prep-form", json={"required": []}, headers={"If-Match": '"1"'})
    assert (await card(world, lead))["readiness"] is None


async def test_a_name_that_only_is_the_companys_is_no_person(world: World) -> None:
    lead = await world.post("/v1/leads", {"company": "Acme", "country": "US"}, REP)

    found = await card(world, lead)

    assert {"field": "person", "required": True} in found["gaps"]
    times = [each["time"] for each in found["who"]["local_times"]]
    assert times == sorted(times) and len(times) > 4 and found["who"]["local_times_by"] == "country"


async def test_who_withdrew_is_not_called_and_what_is_not_recorded_is_said_so(world: World) -> None:
    lead = await world.lead(REP, **SAID)
    silent = await card(world, lead)
    granted = {"items": [{"channel": "phone", "state": "granted", "basis": "consent"}]}
    await world.send("PUT", f"/v1/leads/{lead['id']}/consents", REP, json=granted)
    agreed = await card(world, lead)
    withdrawn = {"items": [{"channel": "phone", "state": "withdrawn", "basis": "consent"}]}
    await world.send("PUT", f"/v1/leads/{lead['id']}/consents", REP, json=withdrawn)

    refused = await card(world, lead)

    assert (silent["may_call"], agreed["may_call"], refused["may_call"]) == (None, True, False)
    assert agreed["who"]["preferred_channel"] == {"channel": "phone", "because": "agreed to last"}
    assert refused["who"]["preferred_channel"] is None


async def test_what_the_person_prefers_comes_before_what_was_used_unless_it_was_withdrawn(
    world: World,
) -> None:
    lead = await world.lead(REP, **SAID, preferred_channel="email")
    granted = {"items": [{"channel": "phone", "state": "granted", "basis": "consent"}]}
    await world.send("PUT", f"/v1/leads/{lead['id']}/consents", REP, json=granted)
    preferred = await card(world, lead)
    withdrawn = {"items": [{"channel": "email", "state": "withdrawn", "basis": "consent"}]}
    await world.send("PUT", f"/v1/leads/{lead['id']}/consents", REP, json=withdrawn)

    refused = await card(world, lead)

    assert preferred["who"]["preferred_channel"] == {"channel": "email", "because": "recorded as preferred"}
    assert refused["who"]["preferred_channel"] == {"channel": "phone", "because": "agreed to last"}


async def test_a_known_contact_who_withdrew_is_not_called_whoever_owns_the_contact(world: World) -> None:
    contact = await world.post("/v1/contacts", {"name": "Ann Lee", "email": "ann@acme.example"}, OTHER_REP)
    said = {"items": [{"channel": "phone", "state": "withdrawn", "basis": "consent"}]}
    await world.send("PUT", f"/v1/contacts/{contact['id']}/consents", OTHER_REP, json=said)
    lead = await world.lead(REP, **SAID)

    found = await card(world, lead)

    assert (found["may_call"], found["contact"]) == (False, None)


async def test_the_card_shows_what_is_known_in_a_fixed_number_of_queries(world: World) -> None:
    account = await world.post("/v1/accounts", {"name": "ACME"}, REP)
    lead = await world.lead(REP, **SAID)
    twin = await world.lead(REP, **SAID)
    deal = a_deal(DealOpened, lead, "500.00", account_id=account["id"], owner_id=REP.member_id)
    foreign = a_deal(
        DealOpened, {"id": str(named("x"))}, "9.00", account_id=account["id"], owner_id=OTHER_REP.member_id
    )
    await world.consume(deal, foreign)
    await world.work_off()
    async with world.statements() as first:
        await card(world, lead)
    for number in range(3):
        words = {"words": f"Faster {number}", "tags": ["fast_delivery"]}
        await world.post(f"/v1/leads/{lead['id']}/needs", words, REP)
        call = {"type": "call", "direction": "inbound", "lead_id": lead["id"], "subject": f"Call {number}"}
        await world.post("/v1/activities", {**call, "started_at": "2027-03-01T08:00:00Z"}, REP)

    async with world.statements() as second:
        found = await card(world, lead)

    assert [need["words"] for need in found["needs"]] == ["Faster 2", "Faster 1", "Faster 0"]
    assert [each["subject"] for each in found["activities"]] == ["Call 0", "Call 1", "Call 2"]
    assert found["who"]["preferred_channel"] == {
        "channel": "phone",
        "because": "used by the person on 2027-03-01",
    }
    assert found["account"]["id"] == account["id"]
    assert [each["amount"] for each in found["open_deals"]] == [euros("500.00")]
    assert twin["id"] in [each["id"] for each in found["duplicates"]]
    assert (found["score"]["score"], found["score"]["score_state"]) == (None, "no_model")
    assert [touch["kind"] for touch in found["touches"]] == ["entry"]
    assert len(second) == len(first) <= 22
