"""Market segments: who belongs to which, by rule or by hand, and what each is worth."""

from shared.contracts.events.pipeline_deal import DealOpened, DealWon
from tests.leads.integration.test_sources import a_deal
from tests.leads.integration.world import ANY, NOW, OTHER_REP, REP, Json, World, euros, named

SHOPS: Json = {"key": "shops", "name": "Shops", "condition": "lead.industry == 'retail'", "position": 1}


async def lead_of(world: World, lead: Json) -> Json:
    return await world.get(f"/v1/leads/{lead['id']}")


async def account_of(world: World, account: Json) -> Json:
    return await world.get(f"/v1/accounts/{account['id']}")


async def test_leads_and_accounts_are_put_into_segments_by_rule(world: World) -> None:
    before = await world.lead(industry="retail")
    known = await world.post("/v1/accounts", {"name": "Old shop", "industry": "retail"})
    await world.work_off()
    await world.post("/v1/segments", SHOPS)
    large = {"key": "large", "name": "Large", "condition": "lead.employees > 500", "position": 2}
    await world.post("/v1/segments", large)
    await world.work_off()
    after = await world.lead(employees=900)
    neither = await world.lead(industry="mining")
    new = await world.post("/v1/accounts", {"name": "Mine", "industry": "mining", "employees": 900})
    await world.work_off()

    assert [(await lead_of(world, each))["segment"] for each in (before, after, neither)] == [
        "shops",
        "large",
        None,
    ]
    assert [(await account_of(world, each))["segment"] for each in (known, new)] == ["shops", "large"]
    await world.patch(
        f"/v1/accounts/{new['id']}", {"industry": "retail"}, (await account_of(world, new))["version"]
    )
    await world.work_off()
    moved = await account_of(world, new)
    assert (moved["segment"], moved["segment_by"]) == ("shops", "rule")
    told = [each["data"]["segment"] for each in await world.events(new["id"])]
    assert told[-1] == "shops"
    listed = (await world.get("/v1/leads", segment="shops"))["items"]
    assert [each["id"] for each in listed] == [before["id"]]


async def test_what_a_member_has_set_no_rule_changes(world: World) -> None:
    await world.post("/v1/segments", SHOPS)
    await world.post("/v1/segments", {"key": "friends", "name": "Friends"})
    lead = await world.lead(REP, industry="retail")
    account = await world.post("/v1/accounts", {"name": "Shop", "industry": "retail"}, REP)
    await world.work_off()

    chosen = {"segment": "friends", "reason": "old friends"}
    put = await world.send("PUT", f"/v1/leads/{lead['id']}/segment", REP, json=chosen, headers=ANY)
    path = f"/v1/accounts/{account['id']}/segment"
    await world.send("PUT", path, REP, json={"segment": "friends"}, headers=ANY)
    await world.work_off()

    assert put.json()["segment_by"] == "member"
    assert (await lead_of(world, lead))["segment"] == "friends"
    assert (await account_of(world, account))["segment"] == "friends"
    steps = (await world.get(f"/v1/leads/{lead['id']}/history", REP))["items"]
    assert steps[-1]["what"] == "segment_set" and steps[-1]["details"]["reason"] == "old friends"
    await world.send("PUT", path, REP, json={"segment": None}, headers=ANY)
    version = (await account_of(world, account))["version"]
    await world.patch(f"/v1/accounts/{account['id']}", {"employees": 3}, version, REP)
    await world.work_off()
    assert (await account_of(world, account))["segment"] == "shops"
    unknown = await world.refusal("PUT", path, {"segment": "moon"}, REP)
    assert unknown == (422, "segment_unknown", [("/segment", "segment_unknown")])
    assert (await world.refusal("PUT", path, {"segment": None}, OTHER_REP))[:2] == (404, "account_not_found")


async def test_each_segment_shows_what_is_open_and_what_was_won(world: World) -> None:
    await world.post("/v1/segments", SHOPS)
    lead = await world.qualified(
        REP, industry="retail", expected_value={"amount": "50.00", "currency": "USD"}
    )
    account = await world.post("/v1/accounts", {"name": "Shop", "industry": "retail"}, REP)
    await world.work_off()
    by_lead = {"owner_id": REP.member_id}
    by_account = {"account_id": account["id"], "lead_id": None, "owner_id": OTHER_REP.member_id}
    won = {"status": "won", "closed_at": NOW}
    await world.consume(
        a_deal(DealOpened, lead, "300.00", **by_lead),
        a_deal(DealOpened, {"id": str(named("a"))}, "1000.00", **by_account),
        a_deal(DealWon, {"id": str(named("a"))}, "1000.00", **by_account, **won),
        a_deal(DealOpened, {"id": str(named("b"))}, "7.00", lead_id=None),
    )

    report = await world.get("/v1/analytics/segments", period="2027-03")

    shops, none = report["groups"]
    assert (shops["key"], shops["name"], shops["accounts"], shops["open_leads"]) == ("shops", "Shops", 1, 1)
    assert (shops["open_leads_value"], shops["open_deals"]) == (euros("25.00"), 1)
    assert (shops["open_value"], shops["won_deals"], shops["won_value"]) == (
        euros("300.00"),
        1,
        euros("1000.00"),
    )
    assert (none["key"], none["open_value"]) == (None, euros("7.00"))
    assert (report["open_value"], report["won_value"]) == (euros("307.00"), euros("1000.00"))
    own = await world.get("/v1/analytics/segments", REP, period="2027-03")
    assert (own["open_value"], own["won_value"]) == (euros("300.00"), euros("0.00"))
    assert (await world.get("/v1/analytics/segments", period="2026"))["won_value"] == euros("0.00")
    counted = await world.send("GET", "/v1/leads/stats", params={"by": "segment"})
    assert [group["key"] for group in counted.json()["groups"]] == ["shops"]


async def test_segments_are_checked_when_they_are_saved(world: World) -> None:
    made = await world.post("/v1/segments", SHOPS)
    path = f"/v1/segments/{made['id']}"

    assert (await world.refusal("POST", "/v1/segments", SHOPS))[:2] == (409, "name_taken")
    wrong = await world.refusal("PATCH", path, {"condition": "lead.foo == 1"}, version=1)
    assert wrong[:2] == (422, "expression_invalid")
    assert (await world.patch(path, {"condition": None}, 1))["condition"] is None
    assert (await world.send("DELETE", path, headers=ANY)).status_code == 204
    assert (await world.get("/v1/segments"))["items"] == []
    assert (await world.refusal("GET", f"/v1/segments/{named('none')}"))[:2] == (404, "segment_not_found")
