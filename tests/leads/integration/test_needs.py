"""Whom we want to reach, what they need, and which product helps them."""

from tests.leads.integration.world import ANY, OTHER_REP, REP, World, a_product, named


async def audience(world: World, condition: str) -> str:
    made = await world.post("/v1/audiences", {"name": "Shops", "condition": condition})
    return str(made["id"])


async def test_the_fit_report_is_leads_in_the_audience_by_all_leads(world: World) -> None:
    old = await world.lead(industry="retail")
    await world.work_off()
    target = await audience(world, "lead.industry == 'retail'")
    for industry in ("retail", "mining", None):
        await world.lead(industry=industry)
    await world.work_off()

    report = await world.get(f"/v1/audiences/{target}/fit-report")

    assert (report["in_audience"], report["leads"], report["share"], report["unknown"]) == (2, 4, 0.5, 0)
    await world.patch(f"/v1/leads/{old['id']}", {"industry": "mining"}, (await seen(world, old["id"])))
    await world.work_off()
    assert (await world.get(f"/v1/audiences/{target}/fit-report"))["in_audience"] == 1
    empty = await world.get(f"/v1/audiences/{target}/fit-report", period="2020")
    assert (empty["leads"], empty["share"]) == (0, None)


async def test_an_audience_reports_on_the_days_of_its_plan_unless_asked_otherwise(world: World) -> None:
    days = {"plan": "Shops 2027", "starts_on": "2027-03-01", "ends_on": "2027-03-31"}
    body = {"name": "Shops", "condition": "lead.industry == 'retail'", **days}
    target = await world.post("/v1/audiences", body)
    await world.lead(industry="retail", created_at="2027-02-27T12:00:00Z")
    await world.lead(industry="retail")
    await world.work_off()
    path = f"/v1/audiences/{target['id']}"

    report = await world.get(f"{path}/fit-report")
    quarter = await world.get(f"{path}/fit-report", period="2027-Q1")

    assert (report["plan"], report["leads"], quarter["leads"]) == ("Shops 2027", 1, 2)
    assert (report["period"]["from"], report["period"]["to"]) == ("2027-03-01", "2027-03-31")
    endless = await world.patch(path, {"ends_on": None}, 1)
    assert endless["ends_on"] is None
    assert (await world.get(f"{path}/fit-report"))["period"]["to"] == "2027-03-01"
    backwards = await world.refusal("PATCH", path, {"ends_on": "2027-01-01"}, version=2)
    assert backwards == (422, "validation_failed", [("/ends_on", "before_start")])


async def seen(world: World, lead_id: str) -> int:
    return int((await world.get(f"/v1/leads/{lead_id}"))["version"])


async def test_an_audience_is_checked_and_put_away(world: World) -> None:
    wrong = await world.refusal("POST", "/v1/audiences", {"name": "x", "condition": "lead.foo == 1"})
    assert wrong[1] == "expression_invalid"
    target = await audience(world, "true")

    assert (await world.send("DELETE", f"/v1/audiences/{target}", headers=ANY)).status_code == 204

    assert (await world.get("/v1/audiences"))["items"] == []


async def test_needs_are_kept_in_the_customers_words_and_feed_the_lead(world: World) -> None:
    lead = await world.lead(REP, needs=["less paper"])
    body = {"words": "It takes ages until things arrive", "tags": ["fast_delivery"], "urgency": "high"}

    need = await world.post(f"/v1/leads/{lead['id']}/needs", body, REP)

    path = f"/v1/leads/{lead['id']}/needs/{need['id']}"
    assert (await world.get(f"/v1/leads/{lead['id']}", REP))["needs"] == ["less paper", "fast_delivery"]
    changed = await world.patch(path, {"current_solution": "a courier"}, 1, REP)
    assert (changed["words"], changed["current_solution"]) == (body["words"], "a courier")
    assert (await world.refusal("GET", f"/v1/leads/{lead['id']}/needs", by=OTHER_REP))[0] == 404
    assert (await world.send("DELETE", path, REP, headers=ANY)).status_code == 204
    assert (await world.get(f"/v1/leads/{lead['id']}/needs", REP))["items"] == []


async def test_prospects_are_leads_whose_needs_a_product_answers_the_most_first(world: World) -> None:
    product, other = named("fast product"), named("cheap product")
    await world.consume(a_product("fast product"), a_product("cheap product"))
    tags = {"tags": ["fast_delivery", "tracking"]}
    await world.send("PUT", f"/v1/products/{product}/need-tags", json=tags)
    await world.send("PUT", f"/v1/products/{other}/need-tags", json={"tags": ["low_price"]})
    one, both, none = await world.lead(REP), await world.lead(REP), await world.lead(REP)
    for lead, said in ((one, ["tracking"]), (both, ["fast_delivery", "tracking"]), (none, ["low_price"])):
        await world.post(f"/v1/leads/{lead['id']}/needs", {"words": "w", "tags": said}, REP)

    listed = (await world.get("/v1/prospects", REP, product_id=str(product)))["items"]

    assert [(each["id"], each["matching"]) for each in listed] == [(both["id"], 2), (one["id"], 1)]
    assert listed[0]["matching_tags"] == ["fast_delivery", "tracking"]
    first = await world.get("/v1/prospects", REP, limit="1")
    rest = await world.get("/v1/prospects", REP, cursor=first["next_cursor"])
    assert len(rest["items"]) == 2
    assert (await world.get(f"/v1/products/{product}/need-tags"))["tags"] == tags["tags"]
    assert (await world.refusal("GET", f"/v1/products/{named('none')}/need-tags"))[1] == "product_not_found"


async def test_accounts_have_needs_too_and_products_find_them(world: World) -> None:
    product = named("fast product")
    await world.consume(a_product("fast product"))
    tags = {"tags": ["fast_delivery", "tracking"]}
    await world.send("PUT", f"/v1/products/{product}/need-tags", json=tags)
    account = await world.post("/v1/accounts", {"name": "Acme"}, REP)
    marked = await world.post("/v1/accounts", {"name": "Hopeless"}, REP)
    for each in (account, marked):
        need = await world.post(
            f"/v1/accounts/{each['id']}/needs", {"words": "too slow", "tags": ["tracking"]}, REP
        )
    reason = {"reason": "never pays"}
    put = await world.send("PUT", f"/v1/accounts/{marked['id']}/do-not-pursue", REP, json=reason, headers=ANY)
    assert put.status_code == 200, put.text

    (found,) = (await world.get("/v1/account-prospects", REP, product_id=str(product)))["items"]

    assert (found["id"], found["matching"], found["matching_tags"]) == (account["id"], 1, ["tracking"])
    assert (need["account_id"], need["lead_id"]) == (marked["id"], None)
    path = f"/v1/accounts/{marked['id']}/needs"
    assert (await world.patch(f"{path}/{need['id']}", {"urgency": "high"}, 1, REP))["urgency"] == "high"
    assert (await world.refusal("GET", path, by=OTHER_REP))[:2] == (404, "account_not_found")
    other = f"/v1/accounts/{account['id']}/needs/{need['id']}"
    assert (await world.refusal("DELETE", other, by=REP))[:2] == (404, "need_not_found")
    assert (await world.send("DELETE", f"{path}/{need['id']}", REP, headers=ANY)).status_code == 204
    assert (await world.get(path, REP))["items"] == []


async def test_only_products_that_are_there_answer_needs(world: World) -> None:
    path = f"/v1/products/{named('fast product')}/need-tags"

    unknown = await world.refusal("PUT", path, {"tags": ["tracking"]})
    await world.consume(a_product("fast product"))
    nothing_said = await world.get(path)

    assert unknown[:2] == (404, "product_not_found")
    assert nothing_said["tags"] == []
    assert (await world.send("PUT", path, json={"tags": ["tracking"]})).status_code == 200


async def test_unknown_tags_are_refused_when_the_organisation_says_so(world: World) -> None:
    lead = await world.lead(REP)
    tag = await world.post("/v1/need-tags", {"key": "tracking", "name": "Tracking"})
    said = {"words": "w", "tags": ["tracking", "magic"]}
    await world.post(f"/v1/leads/{lead['id']}/needs", said, REP)

    await world.send("PUT", "/v1/need-settings", json={"only_known_tags": True}, headers=ANY)

    refused = await world.refusal("POST", f"/v1/leads/{lead['id']}/needs", said, REP)
    assert refused == (422, "need_tag_unknown", [("/tags/1", "need_tag_unknown")])
    product = await world.refusal("PUT", f"/v1/products/{named('p')}/need-tags", {"tags": ["magic"]})
    assert product[1] == "need_tag_unknown"
    await world.post(f"/v1/leads/{lead['id']}/needs", {**said, "tags": ["tracking"]}, REP)
    off = await world.patch(f"/v1/need-tags/{tag['id']}", {"active": False}, 1)
    assert off["active"] is False
    gone = await world.refusal("POST", f"/v1/leads/{lead['id']}/needs", {**said, "tags": ["tracking"]}, REP)
    assert gone[1] == "need_tag_unknown"
    taken = await world.refusal("POST", "/v1/need-tags", {"key": "tracking", "name": "Again"})
    assert taken[:2] == (409, "name_taken")
    assert (await world.get("/v1/need-settings"))["version"] == 1


async def test_needs_go_with_the_lead_they_are_of_when_it_is_merged_and_come_back(world: World) -> None:
    winner, loser = await world.lead(REP), await world.lead(REP)
    need = await world.post(f"/v1/leads/{loser['id']}/needs", {"words": "too slow"}, REP)

    merge = await world.post(
        "/v1/merges", {"kind": "lead", "winner_id": winner["id"], "loser_ids": [loser["id"]]}, REP
    )

    path = f"/v1/leads/{winner['id']}/needs"
    assert [each["id"] for each in (await world.get(path, REP))["items"]] == [need["id"]]
    await world.post(f"/v1/merges/{merge['id']}/undo", by=REP)
    assert (await world.get(path, REP))["items"] == []
    assert len((await world.get(f"/v1/leads/{loser['id']}/needs", REP))["items"]) == 1
