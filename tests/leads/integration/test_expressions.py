"""Expressions can be looked up and tried before they are used."""

from tests.leads.integration.world import OTHER_REP, REP, World


async def test_an_expression_is_tried_on_a_lead(world: World) -> None:
    lead = await world.lead(REP, country="SE", employees=20)
    body = {"expression": "lead.country == 'SE' && lead.employees > 10", "lead_id": lead["id"]}

    assert await world.post("/v1/expressions/check", body, REP) == {
        "uses": ["lead.country", "lead.employees"],
        "result": True,
        "failure": None,
    }


async def test_a_try_says_what_the_lead_lacks(world: World) -> None:
    lead = await world.lead()

    tried = await world.post(
        "/v1/expressions/check", {"expression": "lead.employees > 10", "lead_id": lead["id"]}
    )

    assert (tried["result"], tried["failure"]["code"]) == (None, "unset")


async def test_a_faulty_expression_is_refused_with_line_and_column(world: World) -> None:
    answer = await world.send("POST", "/v1/expressions/check", json={"expression": "true &&\nlead.foo"})

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "expression_invalid")
    assert (problem["line"], problem["column"], problem["position"]) == (2, 6, 13)
    assert problem["errors"][0]["pointer"] == "/expression"


async def test_an_expression_is_not_tried_on_the_lead_of_another(world: World) -> None:
    lead = await world.lead(OTHER_REP)
    body = {"expression": "true", "lead_id": lead["id"]}

    assert (await world.refusal("POST", "/v1/expressions/check", body, REP))[:2] == (404, "lead_not_found")


async def test_what_expressions_may_name_is_listed_with_types(world: World) -> None:
    listed = await world.get("/v1/expressions/variables")

    types = {variable["name"]: variable["type"] for variable in listed["variables"]}
    assert (types["lead.email_domain"], types["lead.employees"], types["now"]) == (
        "text",
        "number",
        "instant",
    )
    assert "startsWith" in listed["functions"]
    assert listed["limits"] == {"characters": 1000, "nesting": 12}
