"""What must be filled in to enter a lead is the organisation's choice, and little."""

from tests.leads.integration.world import ANY, DIRECTOR, REP, World, pushed


async def ask_for(world: World, *fields: str) -> None:
    body = {"mandatory": list(fields)}
    answer = await world.send("PUT", "/v1/lead-form", DIRECTOR, json=body, headers=ANY)
    assert answer.status_code == 200, answer.text


async def test_at_first_nothing_but_a_name_is_asked_for(world: World) -> None:
    form = await world.get("/v1/lead-form", REP)

    assert (form["version"], form["mandatory"]) == (0, [])
    assert {"name", "contact_way", "source"} <= set(form["optional"])
    assert (await world.lead(REP))["status"] == "new"


async def test_what_is_asked_for_must_be_there_and_costs_no_statement(world: World) -> None:
    await ask_for(world, "contact_way", "source")

    async with world.statements() as asked:
        await world.lead(REP, email="ann@example.com", source="fair")
    await world.lead(REP, phone="+49301234567", source="fair")

    assert len(asked) == 1
    assert await world.refusal("POST", "/v1/leads", {"name": "Ann"}, REP) == (
        422,
        "validation_failed",
        [("/contact_way", "required"), ("/source", "required")],
    )
    assert await world.count("lead") == 2


async def test_loading_and_pushes_are_not_held_up_by_it(world: World) -> None:
    await ask_for(world, "source")

    assert (await world.push(pushed("a-1")))["status"] == "created"
    loaded = {"source_system": "crm", "external_id": "1", "name": "Ann"}
    assert (await world.load("leads", loaded))[0]["status"] == "created"
    assert (await world.post("/v1/leads", {**loaded, "external_id": "2"}))["status"] == "new"


async def test_only_fields_of_a_lead_can_be_asked_for(world: World) -> None:
    answer = await world.send("PUT", "/v1/lead-form", json={"mandatory": ["colour"]}, headers=ANY)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/mandatory/0")
    stale = await world.send("PUT", "/v1/lead-form", json={"mandatory": []}, headers={"If-Match": '"7"'})
    assert stale.status_code == 200
    stale = await world.send("PUT", "/v1/lead-form", json={"mandatory": []}, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
