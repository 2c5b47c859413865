"""How somebody came to us, every time, and how we may answer."""

from datetime import timedelta

from tests.leads.integration.world import MANAGER, NOW, OTHER_REP, PARTNER, REP, World, iso, pushed

GRANTED = {"channel": "email", "state": "granted", "source": "fair", "text_shown": "I agree."}
WITHDRAWN = {"channel": "phone", "state": "withdrawn"}


async def ways(world: World, lead_id: str) -> list[tuple[str, str | None, bool, bool]]:
    touches = (await world.get(f"/v1/leads/{lead_id}/touches"))["items"]
    return [(each["kind"], each["campaign"], each["first"], each["last"]) for each in touches]


async def test_every_new_lead_has_its_first_touch(world: World) -> None:
    entered = await world.lead(REP, campaign="spring", medium="fair", referrer="https://a.example/x")
    receipt = await world.push(pushed("a-1", campaign="spring"))
    (loaded,) = await world.load(
        "leads",
        {"source_system": "crm", "external_id": "1", "name": "Ann", "created_at": iso(NOW - timedelta(9))},
    )

    assert await ways(world, entered["id"]) == [("entry", "spring", True, True)]
    assert await ways(world, receipt["id"]) == [("push", "spring", True, True)]
    touch = (await world.get(f"/v1/leads/{loaded['id']}/touches"))["items"][0]
    assert (touch["kind"], touch["at"]) == ("load", iso(NOW - timedelta(9)))


async def test_a_later_push_by_another_way_is_a_touch_and_leaves_the_first_way(world: World) -> None:
    lead_id = (await world.push(pushed("a-1", source="fair", campaign="spring")))["id"]
    world.now = NOW + timedelta(days=1)

    changed = await world.push(pushed("a-1", campaign="summer", company="Initech"))
    unchanged = await world.push(pushed("a-1", campaign="autumn"))
    again = await world.push(pushed("a-1", campaign="autumn"))

    assert [each["status"] for each in (changed, unchanged, again)] == ["updated", "unchanged", "unchanged"]
    assert await ways(world, lead_id) == [
        ("push", "spring", True, False),
        ("push", "summer", False, False),
        ("push", "autumn", False, True),
    ]
    lead = await world.get(f"/v1/leads/{lead_id}")
    assert (lead["source"], lead["campaign"], lead["company"]) == ("fair", "spring", "Initech")


async def test_a_way_that_was_not_known_is_filled_by_a_later_push(world: World) -> None:
    lead_id = (await world.push(pushed("a-1")))["id"]

    await world.push(pushed("a-1", source="fair"))

    assert (await world.get(f"/v1/leads/{lead_id}"))["source"] == "fair"


async def test_touches_are_seen_by_those_who_see_the_lead(world: World) -> None:
    lead = await world.lead(REP)

    assert len((await world.get(f"/v1/leads/{lead['id']}/touches", MANAGER))["items"]) == 1
    assert (await world.refusal("GET", f"/v1/leads/{lead['id']}/touches", by=OTHER_REP))[0] == 404


async def test_a_lead_that_a_rep_enters_is_one_the_rep_looked_for(world: World) -> None:
    assert (await world.lead(REP))["origin"] == "active"
    assert (await world.lead(REP, origin="passive"))["origin"] == "passive"
    assert (await world.lead())["origin"] is None


async def test_consent_is_kept_with_the_words_and_never_changed(world: World) -> None:
    lead = await world.lead(REP, consents=[GRANTED])
    where = f"/v1/leads/{lead['id']}/consents"
    world.now = NOW + timedelta(hours=1)

    answer = await world.send(
        "PUT", where, REP, json={"items": [{**GRANTED, "state": "withdrawn"}, WITHDRAWN, WITHDRAWN]}
    )

    recorded = answer.json()
    assert [(each["channel"], each["state"]) for each in recorded["history"]] == [
        ("email", "granted"),
        ("email", "withdrawn"),
        ("phone", "withdrawn"),
    ]
    assert recorded["history"][0]["text_shown"] == "I agree."
    assert recorded["history"][0]["by"] == REP.sub
    assert recorded["do_not_contact"] == ["email", "phone"]
    now = await world.get(f"/v1/leads/{lead['id']}")
    assert (now["do_not_contact"], now["version"]) == (["email", "phone"], 2)
    granted = await world.send("PUT", where, REP, json={"items": [GRANTED]})
    assert granted.json()["do_not_contact"] == ["phone"]
    assert (await world.get(f"/v1/leads/{lead['id']}"))["do_not_contact"] == ["phone"]
    assert await world.get(where, MANAGER) == granted.json()
    assert (await world.refusal("GET", where, by=OTHER_REP))[0] == 404


async def test_a_partner_may_withdraw_but_never_lift_a_withdrawal(world: World) -> None:
    lead_id = (await world.push(pushed("a-1", consents=[GRANTED])))["id"]
    where = f"/v1/leads/{lead_id}/consents"

    async with world.statements() as asked:
        withdrawn = await world.push(pushed("a-1", consents=[{**GRANTED, "state": "withdrawn"}]))
    again = await world.push(pushed("a-1", consents=[GRANTED, WITHDRAWN]))
    twice = await world.push(pushed("a-1", consents=[WITHDRAWN]))

    assert len(asked) <= 3
    assert [each["status"] for each in (withdrawn, again, twice)] == ["updated", "updated", "unchanged"]
    recorded = await world.get(where)
    assert [(each["channel"], each["state"]) for each in recorded["history"]] == [
        ("email", "granted"),
        ("email", "withdrawn"),
        ("phone", "withdrawn"),
    ]
    assert (await world.get(f"/v1/leads/{lead_id}"))["do_not_contact"] == ["email", "phone"]


async def test_consent_that_comes_with_an_unchanged_lead_is_kept(world: World) -> None:
    lead_id = (await world.push(pushed("a-1")))["id"]

    assert (await world.push(pushed("a-1", consents=[GRANTED])))["status"] == "unchanged"

    assert len((await world.get(f"/v1/leads/{lead_id}/consents"))["items"]) == 1


async def test_a_converted_leads_consent_holds_for_its_contact(world: World) -> None:
    lead = await world.qualified(company="Initech", email="ann@example.com", consents=[GRANTED, WITHDRAWN])

    converted = await world.post(f"/v1/leads/{lead['id']}/convert")

    contact_id = converted["contact_id"]
    recorded = await world.get(f"/v1/contacts/{contact_id}/consents")
    assert [(each["channel"], each["state"]) for each in recorded["items"]] == [
        ("email", "granted"),
        ("phone", "withdrawn"),
    ]
    assert (await world.get(f"/v1/contacts/{contact_id}"))["do_not_contact"] == ["phone"]
    lifted = {"items": [{**WITHDRAWN, "state": "granted"}]}
    answer = await world.send("PUT", f"/v1/contacts/{contact_id}/consents", json=lifted)
    assert answer.json()["do_not_contact"] == []


async def test_a_channel_that_does_not_exist_is_refused(world: World) -> None:
    assert await world.refusal("POST", "/v1/leads", {"name": "A", "consents": [{"channel": "fax"}]}) == (
        422,
        "validation_failed",
        [("/consents/0/channel", "unknown_value"), ("/consents/0/state", "required")],
    )
    receipt = await world.push(pushed("a-1", consents=[{"channel": "fax", "state": "granted"}]), PARTNER)
    assert receipt["status"] == "quarantined"
