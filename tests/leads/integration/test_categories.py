"""Every lead finds its category: by what a member decides, else by the first rule that holds."""

from tests.leads.integration.world import OTHER_REP, REP, World, pushed


async def rule(world: World, category: str, condition: str, **fields: object) -> str:
    body = {"name": f"{category} by rule", "category": category, "condition": condition, **fields}
    return str((await world.post("/v1/category-rules", body))["id"])


async def put(world: World, lead_id: str, category: str | None, reason: str = "I spoke with them") -> None:
    await world.send(
        "PUT",
        f"/v1/leads/{lead_id}/category",
        json={"category": category, "reason": reason},
        headers={"If-Match": "*"},
    )


async def category_of(world: World, lead_id: str) -> tuple[str | None, str | None]:
    lead = await world.get(f"/v1/leads/{lead_id}")
    return lead["category"], lead["category_by"]


async def test_four_categories_are_there_from_the_start(world: World) -> None:
    listed = await world.get("/v1/lead-categories", by=REP)

    keys = [each["key"] for each in listed["items"]]
    assert keys == ["qualified", "unqualified", "price_problem", "other"]
    assert all(each["active"] for each in listed["items"])


async def test_a_category_is_added_renamed_and_archived(world: World) -> None:
    made = await world.post("/v1/lead-categories", {"key": "slow", "name": "Slow", "position": 5})
    path = f"/v1/lead-categories/{made['id']}"
    assert (await world.patch(path, {"name": "Takes time"}, 1))["name"] == "Takes time"

    assert (await world.send("DELETE", path, headers={"If-Match": '"2"'})).status_code == 204

    assert (await world.get(path))["active"] is False
    refused = await world.refusal("POST", "/v1/leads", {"name": "x", "category": "slow"})
    assert refused == (422, "category_unknown", [("/category", "category_unknown")])
    assert (await world.patch(path, {"active": True}, 3))["active"] is True
    assert (await world.lead(category="slow"))["category"] == "slow"


async def test_a_key_is_given_once(world: World) -> None:
    again = await world.refusal("POST", "/v1/lead-categories", {"key": "other", "name": "Other"})

    assert again[:2] == (409, "name_taken")


async def test_a_lead_is_given_only_categories_of_the_catalogue(world: World) -> None:
    assert (await world.refusal("POST", "/v1/leads", {"name": "x", "category": "no_such"}))[1] == (
        "category_unknown"
    )
    lead = await world.lead(REP)
    patched = await world.refusal("PATCH", f"/v1/leads/{lead['id']}", {"category": "nope"}, REP, version=1)
    assert patched[:2] == (422, "category_unknown")
    (loaded,) = await world.load("leads", {"name": "x", "category": "nope"})
    assert loaded["problem"]["code"] == "category_unknown"


async def test_a_member_puts_a_lead_into_a_category_and_the_history_says_why(world: World) -> None:
    lead = await world.lead(REP)

    await put(world, lead["id"], "price_problem", "asked for half the price")

    assert await category_of(world, lead["id"]) == ("price_problem", "member")
    history = await world.get(f"/v1/leads/{lead['id']}/categories")
    (entry,) = history["items"]
    assert (entry["before"], entry["category"], entry["set_by"]) == (None, "price_problem", "member")
    assert entry["reason"] == "asked for half the price"
    told = (await world.events(lead["id"]))[-1]
    assert (told["type"], told["data"]["category"]) == ("leads.lead.categorised", "price_problem")
    assert told["data"]["set_by"] == "member"


async def test_the_first_rule_that_holds_decides_for_a_new_lead(world: World) -> None:
    big = await rule(world, "qualified", "lead.employees > 100", position=20)
    await rule(world, "unqualified", "lead.country == 'XX'", position=10)
    await rule(world, "other", "true", position=30)
    lead, small = await world.lead(employees=500), await world.lead(employees=5)

    await world.work_off()

    assert await category_of(world, lead["id"]) == ("qualified", "rule")
    assert await category_of(world, small["id"]) == ("other", "rule")
    (entry,) = (await world.get(f"/v1/leads/{lead['id']}/categories"))["items"]
    assert (entry["by"], entry["rule_id"]) == ("system", big)
    assert entry["reason"] == "rule 'qualified by rule' holds"


async def test_pushed_leads_are_categorised_too_and_a_partner_cannot_say_how(world: World) -> None:
    await rule(world, "qualified", "lead.employees > 100")
    receipt = await world.push(pushed("p-1", employees=200))

    await world.work_off()

    assert await category_of(world, receipt["id"]) == ("qualified", "rule")
    status = (await world.send("POST", "/v1/partner/leads", json=pushed("p-2", category="other"))).status_code
    assert status >= 400


async def test_an_edit_lets_the_rules_decide_again(world: World) -> None:
    await rule(world, "qualified", "lead.employees > 100")
    lead = await world.lead(employees=5)
    await world.work_off()
    assert await category_of(world, lead["id"]) == (None, None)
    version = (await world.get(f"/v1/leads/{lead['id']}"))["version"]

    await world.patch(f"/v1/leads/{lead['id']}", {"employees": 500}, version)
    await world.work_off()

    assert await category_of(world, lead["id"]) == ("qualified", "rule")


async def test_what_a_member_has_set_no_rule_changes(world: World) -> None:
    await rule(world, "qualified", "lead.employees > 100")
    lead = await world.lead(employees=500)
    await put(world, lead["id"], "price_problem")

    await world.work_off()

    assert await category_of(world, lead["id"]) == ("price_problem", "member")


async def test_without_a_members_category_the_rules_decide_again(world: World) -> None:
    await rule(world, "qualified", "lead.employees > 100")
    lead = await world.lead(employees=500, category="other")
    await world.work_off()

    await put(world, lead["id"], None)
    await world.work_off()

    assert await category_of(world, lead["id"]) == ("qualified", "rule")


async def test_a_new_rule_looks_at_the_leads_that_are_there(world: World) -> None:
    leads = [await world.lead(employees=number) for number in (50, 500)]
    await world.work_off()

    rule_id = await rule(world, "qualified", "lead.employees > 100")
    await world.work_off()
    assert [await category_of(world, lead["id"]) for lead in leads] == [(None, None), ("qualified", "rule")]

    path = f"/v1/category-rules/{rule_id}"
    assert (await world.send("DELETE", path, headers={"If-Match": "*"})).status_code == 204
    await world.work_off()
    assert await category_of(world, leads[1]["id"]) == (None, None)
    assert (await world.get("/v1/category-rules"))["items"] == []


async def test_a_faulty_rule_is_refused_with_its_place(world: World) -> None:
    body = {"name": "r", "category": "qualified", "condition": "lead.employeez > 3"}

    answer = await world.send("POST", "/v1/category-rules", json=body)

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["column"]) == (422, "expression_invalid", 6)
    assert problem["errors"][0]["pointer"] == "/condition"
    body = {"name": "r", "category": "no_such", "condition": "true"}
    assert (await world.refusal("POST", "/v1/category-rules", body))[1] == "category_unknown"


async def test_a_rule_that_fails_is_passed_over_and_named(world: World) -> None:
    await rule(world, "unqualified", "lead.attributes.size > 3", position=1)
    await rule(world, "qualified", "true", position=2)
    lead = await world.lead(attributes={"size": "large"})

    await world.work_off()

    (entry,) = (await world.get(f"/v1/leads/{lead['id']}/categories"))["items"]
    assert entry["category"] == "qualified"
    assert "rule 'unqualified by rule' failed" in entry["reason"]


async def test_two_hundred_leads_are_categorised_by_a_fixed_number_of_statements(world: World) -> None:
    await rule(world, "qualified", "lead.employees > 100")
    await world.work_off()
    await world.load("leads", *({"name": f"n{number}", "employees": 200} for number in range(150)))

    async with world.statements() as asked:
        await world.work_off()

    assert len([each for each in asked if "category_rule" in each]) <= 2
    listed = await world.get("/v1/leads", category="qualified", total="exact")
    assert listed["total"] == 150


async def test_a_batch_of_decisions_is_judged_one_by_one(world: World) -> None:
    mine, foreign = await world.lead(REP), await world.lead(OTHER_REP)
    items = [
        {"lead_id": mine["id"], "category": "other", "reason": "r"},
        {"lead_id": mine["id"], "category": "other", "reason": "r"},
        {"lead_id": foreign["id"], "category": "other", "reason": "r"},
        {"lead_id": mine["id"], "category": "no_such", "reason": "r"},
        {"lead_id": mine["id"], "category": "qualified"},
    ]

    answered = await world.post("/v1/leads/categorise-batch", {"items": items}, REP)

    results = [(each["status"], (each["problem"] or {}).get("code")) for each in answered["items"]]
    assert results == [
        ("updated", None),
        ("unchanged", None),
        ("rejected", "lead_not_found"),
        ("rejected", "category_unknown"),
        ("rejected", "validation_failed"),
    ]
    assert await category_of(world, mine["id"]) == ("other", "member")


async def test_a_thousand_decisions_take_a_handful_of_statements(world: World) -> None:
    loaded = await world.load("leads", *({"name": f"n{number}"} for number in range(300)))
    items = [{"lead_id": each["id"], "category": "other", "reason": "r"} for each in loaded]

    async with world.statements() as asked:
        answered = await world.post("/v1/leads/categorise-batch", {"items": items})

    assert {each["status"] for each in answered["items"]} == {"updated"}
    assert len(asked) <= 6


async def test_anothers_lead_is_not_there(world: World) -> None:
    lead = await world.lead(OTHER_REP)
    body = {"category": "other", "reason": "r"}

    assert (await world.refusal("PUT", f"/v1/leads/{lead['id']}/category", body, REP))[:2] == (
        404,
        "lead_not_found",
    )
    assert (await world.refusal("GET", f"/v1/leads/{lead['id']}/categories", by=REP))[0] == 404
