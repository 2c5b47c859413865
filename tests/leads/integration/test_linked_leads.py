"""A lead that is of a contact or account we have is linked to it, and converted into it."""

from tests.leads.integration.world import DIRECTOR, OTHER_REP, REP, Json, World


async def pair_with(world: World, kind: str) -> Json:
    """The pair of the newest leads with contacts or accounts."""
    await world.work_off()
    pairs: list[Json] = (await world.get("/v1/duplicates", kind=f"lead-{kind}"))["items"]
    return pairs[0]


async def ann_at_acme(world: World) -> tuple[Json, Json]:
    account = await world.post("/v1/accounts", {"name": "Acme Robotics"})
    contact = await world.post(
        "/v1/contacts", {"name": "Ann Lee", "email": "ann@acme.example", "account_id": account["id"]}
    )
    return account, contact


async def linked(world: World, pair: Json) -> Json:
    return await world.post(f"/v1/duplicates/{pair['id']}/link")


async def test_a_lead_is_linked_to_a_contact_and_its_account(world: World) -> None:
    account, contact = await ann_at_acme(world)
    lead = await world.lead(name="Ann Lee", email="ann@acme.example")
    pair = await pair_with(world, "contact")

    after = await linked(world, pair)

    lead = await world.get(f"/v1/leads/{lead['id']}")
    assert (after["status"], after["decided_by"]) == ("linked", DIRECTOR.sub)
    assert (lead["contact_id"], lead["account_id"], lead["status"]) == (contact["id"], account["id"], "new")
    (step,) = [
        each
        for each in (await world.get(f"/v1/leads/{lead['id']}/history"))["items"]
        if each["what"] == "linked"
    ]
    assert step["details"]["changes"]["contact_id"] == [None, contact["id"]]
    told = (await world.events(lead["id"]))[-1]
    assert (told["type"], told["data"]["contact_id"]) == ("leads.lead.changed", contact["id"])


async def test_a_linked_lead_becomes_the_contact_and_account_it_is_linked_to(world: World) -> None:
    account, contact = await ann_at_acme(world)
    lead = await world.lead(name="Ann Lee", email="ann@acme.example", company="Acme Robots of Berlin")
    await linked(world, await pair_with(world, "contact"))
    await world.post(f"/v1/leads/{lead['id']}/qualify")

    converted = await world.post(f"/v1/leads/{lead['id']}/convert", {"deal": {"name": "Rollout"}})

    assert (converted["account_id"], converted["contact_id"]) == (account["id"], contact["id"])
    assert [await world.count(name) for name in ("account", "contact")] == [1, 1]


async def test_a_contact_without_company_works_for_the_account_the_lead_becomes(world: World) -> None:
    contact = await world.post("/v1/contacts", {"name": "Ann Lee", "email": "ann@acme.example"})
    lead = await world.lead(name="Ann Lee", email="ann@acme.example", company="Acme")
    await linked(world, await pair_with(world, "contact"))
    await world.post(f"/v1/leads/{lead['id']}/qualify")

    converted = await world.post(f"/v1/leads/{lead['id']}/convert")

    assert converted["contact_id"] == contact["id"]
    assert (await world.get(f"/v1/contacts/{contact['id']}"))["account_id"] == converted["account_id"]


async def test_a_linked_account_that_is_merged_is_followed(world: World) -> None:
    account, _ = await ann_at_acme(world)
    winner = await world.post("/v1/accounts", {"name": "Acme Holding"})
    lead = await world.lead(name="Ann Lee", email="ann@acme.example")
    await linked(world, await pair_with(world, "contact"))
    order = {"kind": "account", "winner_id": winner["id"], "loser_ids": [account["id"]]}

    await world.post("/v1/merges", order)
    await world.post(f"/v1/leads/{lead['id']}/qualify")
    converted = await world.post(f"/v1/leads/{lead['id']}/convert")

    assert converted["account_id"] == winner["id"]


async def test_unlinked_the_pair_waits_again_and_the_lead_is_of_nobody(world: World) -> None:
    await ann_at_acme(world)
    lead = await world.lead(name="Ann Lee", email="ann@acme.example")
    pair = await pair_with(world, "contact")
    await linked(world, pair)

    after = await world.post(f"/v1/duplicates/{pair['id']}/unlink")

    lead = await world.get(f"/v1/leads/{lead['id']}")
    assert (after["status"], after["decided_at"]) == ("open", None)
    assert (lead["contact_id"], lead["account_id"]) == (None, None)


async def test_two_leads_are_merged_not_linked(world: World) -> None:
    await world.lead(email="ann@acme.example")
    await world.lead(email="ann@acme.example")
    pair = await pair_with(world, "lead")

    refusal = await world.refusal("POST", f"/v1/duplicates/{pair['id']}/link", {})

    assert refusal[:2] == (409, "state_conflict")


async def test_a_lead_is_linked_to_one_contact_only(world: World) -> None:
    await world.post("/v1/contacts", {"name": "Ann Lee", "email": "ann@acme.example"})
    await world.post("/v1/contacts", {"name": "Ann Lee", "email": "ann@acme.example"})
    await world.lead(name="Ann Lee", email="ann@acme.example")
    await world.work_off()
    first, second = (await world.get("/v1/duplicates", kind="lead-contact"))["items"]
    await linked(world, first)

    refusal = await world.refusal("POST", f"/v1/duplicates/{second['id']}/link", {})
    again = await world.refusal("POST", f"/v1/duplicates/{first['id']}/link", {})

    assert refusal[:2] == (409, "state_conflict")
    assert again[:2] == (409, "state_conflict")


async def test_a_converted_lead_is_neither_linked_nor_unlinked(world: World) -> None:
    await ann_at_acme(world)
    lead = await world.lead(name="Ann Lee", email="ann@acme.example")
    pair = await pair_with(world, "contact")
    await linked(world, pair)
    await world.post(f"/v1/leads/{lead['id']}/qualify")
    await world.post(f"/v1/leads/{lead['id']}/convert")

    refusal = await world.refusal("POST", f"/v1/duplicates/{pair['id']}/unlink", {})

    assert refusal[:2] == (409, "lead_not_open")


async def test_of_merged_leads_the_winner_keeps_the_link(world: World) -> None:
    account, contact = await ann_at_acme(world)
    winner = await world.lead(name="A. Lee")
    await world.work_off()
    loser = await world.lead(name="Ann Lee", email="ann@acme.example")
    await linked(world, await pair_with(world, "contact"))
    order = {"kind": "lead", "winner_id": winner["id"], "loser_ids": [loser["id"]]}

    await world.post("/v1/merges", order)

    after = await world.get(f"/v1/leads/{winner['id']}")
    assert (after["contact_id"], after["account_id"]) == (contact["id"], account["id"])


async def test_another_reps_pair_is_not_found(world: World) -> None:
    await world.post("/v1/contacts", {"name": "Ann Lee", "email": "ann@acme.example"}, OTHER_REP)
    await world.lead(OTHER_REP, name="Ann Lee", email="ann@acme.example")
    pair = await pair_with(world, "contact")

    for step in ("link", "unlink"):
        refusal = await world.refusal("POST", f"/v1/duplicates/{pair['id']}/{step}", {}, REP)
        assert refusal[:2] == (404, "duplicate_not_found")
