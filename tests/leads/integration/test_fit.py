"""The right customer is found by three questions; whom it does not pay to serve is not pursued."""

from datetime import timedelta

import pytest

from tests.leads.integration.world import ANY, NOW, OTHER_REP, REP, Json, World, euros, iso


async def put(world: World, path: str, body: Json) -> Json:
    answer = await world.send("PUT", path, REP, json=body, headers=ANY)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def marked(world: World, lead_id: str) -> bool:
    await world.work_off()
    return bool((await world.get(f"/v1/leads/{lead_id}"))["do_not_pursue"])


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((True, True, True), True),
        ((True, False, None), False),
        ((True, None, True), None),
        ((None, None, None), None),
    ],
)
async def test_a_target_customer_has_an_unmet_need_that_we_meet_at_a_profit(
    world: World, answers: tuple[bool | None, ...], expected: bool | None
) -> None:
    lead = await world.lead(REP)
    body = dict(zip(("need_unmet", "can_meet", "profitable"), answers, strict=True))

    fit = await put(world, f"/v1/leads/{lead['id']}/fit", body)

    assert fit["target_customer"] is expected
    assert (await world.get(f"/v1/leads/{lead['id']}", REP))["target_customer"] is expected


async def test_earlier_tests_are_kept_with_who_and_when(world: World) -> None:
    lead = await world.lead(REP)
    path = f"/v1/leads/{lead['id']}/fit"
    await put(world, path, {"need_unmet": True, "can_meet": True, "profitable": False, "notes": "too far"})
    world.now = NOW + timedelta(days=1)

    await put(world, path, {"need_unmet": True, "can_meet": True, "profitable": True})

    fit = await world.get(path, REP)
    assert [test["target_customer"] for test in fit["history"]] == [True, False]
    assert fit["current"]["assessed_at"] == iso(world.now)
    assert {test["assessed_by"] for test in fit["history"]} == {REP.sub}
    assert (await world.get("/v1/leads", REP, target_customer="true", total="exact"))["total"] == 1


async def test_an_account_is_tested_too(world: World) -> None:
    account = await world.post("/v1/accounts", {"name": "Acme"}, REP)

    fit = await put(world, f"/v1/accounts/{account['id']}/fit", {"need_unmet": False})

    assert fit["target_customer"] is False
    assert (await world.refusal("GET", f"/v1/accounts/{account['id']}/fit", by=OTHER_REP))[0] == 404


async def test_a_marked_lead_is_not_pursued_until_the_mark_is_over(world: World) -> None:
    lead = await world.lead(REP)
    path = f"/v1/leads/{lead['id']}/do-not-pursue"
    ends = NOW + timedelta(days=30)

    body = {"reason": "pays late", "expected_margin": euros("-20.00"), "expires_at": iso(ends)}
    mark = await put(world, path, body)

    assert mark["expected_margin"] == euros("-20.00")
    assert await marked(world, lead["id"])
    await world.work_off(at=ends)
    assert not (await world.get(f"/v1/leads/{lead['id']}"))["do_not_pursue"]
    told = (await world.events(lead["id"]))[-1]
    assert (told["type"], told["data"]["do_not_pursue"]) == ("leads.lead.changed", False)
    (listed,) = (await world.get("/v1/do-not-pursue", REP))["items"]
    assert (listed["ended_at"], listed["ended_by"]) == (iso(ends), "expiry")


async def test_a_mark_is_ended_by_hand_once(world: World) -> None:
    lead = await world.lead(REP)
    path = f"/v1/leads/{lead['id']}/do-not-pursue"
    await put(world, path, {"reason": "pays late"})
    await put(world, path, {"reason": "pays never"})

    assert (await world.send("DELETE", path, REP, headers=ANY)).status_code == 204

    assert not await marked(world, lead["id"])
    assert await world.count("do_not_pursue") == 1
    again = await world.refusal("DELETE", path, by=REP)
    assert again[:2] == (404, "do_not_pursue_not_found")


async def test_leads_of_a_marked_account_are_not_pursued_old_and_new(world: World) -> None:
    account = await world.post("/v1/accounts", {"name": "Acme GmbH"}, REP)
    old = await world.lead(REP, company="acme  gmbh")
    await world.work_off()

    await put(world, f"/v1/accounts/{account['id']}/do-not-pursue", {"reason": "no margin"})

    new, foreign = await world.lead(company="Acme GmbH"), await world.lead(company="Other")
    assert [await marked(world, each["id"]) for each in (old, new, foreign)] == [True, True, False]
    path = f"/v1/accounts/{account['id']}/do-not-pursue"
    ended = await world.send("DELETE", path, REP, headers=ANY)
    assert ended.status_code == 204
    assert [await marked(world, each["id"]) for each in (old, new)] == [False, False]


async def test_a_segment_is_not_pursued_and_its_leads_are_not_routed(world: World) -> None:
    old = await world.lead(REP, employees=2)
    body = {"name": "tiny", "condition": "lead.employees < 5", "reason": "costs more than it brings"}
    mark = await world.post("/v1/do-not-pursue", body)

    new = await world.lead(employees=3)

    assert [await marked(world, each["id"]) for each in (old, new)] == [True, True]
    shown = await world.get(f"/v1/leads/{new['id']}")
    assert shown["owner_id"] is None
    history = await world.get(f"/v1/leads/{new['id']}/history")
    assert "segment: costs more than it brings" in str(history["items"])
    gone = await world.send("DELETE", f"/v1/do-not-pursue/{mark['id']}", headers={"If-Match": '"1"'})
    assert gone.status_code == 204
    assert not await marked(world, old["id"])


async def test_a_faulty_segment_and_an_end_in_the_past_are_refused(world: World) -> None:
    segment = {"name": "x", "condition": "lead.size < 5", "reason": "r"}
    assert (await world.refusal("POST", "/v1/do-not-pursue", segment))[1] == "expression_invalid"
    lead = await world.lead(REP)
    body = {"reason": "r", "expires_at": iso(NOW - timedelta(days=1))}

    refused = await world.refusal("PUT", f"/v1/leads/{lead['id']}/do-not-pursue", body, REP)

    assert refused == (422, "validation_failed", [("/expires_at", "in_the_past")])
    assert not await marked(world, lead["id"])


async def test_marks_of_others_are_not_listed(world: World) -> None:
    lead = await world.lead(REP)
    await put(world, f"/v1/leads/{lead['id']}/do-not-pursue", {"reason": "r"})

    assert (await world.get("/v1/do-not-pursue", OTHER_REP))["items"] == []


@pytest.mark.parametrize("things", ["leads", "accounts"])
@pytest.mark.parametrize("what", ["fit", "do-not-pursue"])
async def test_judging_needs_the_version_that_was_read(world: World, things: str, what: str) -> None:
    record = await world.post(f"/v1/{things}", {"name": "Acme"}, REP)
    path = f"/v1/{things}/{record['id']}/{what}"
    body = {"need_unmet": False} if what == "fit" else {"reason": "pays late"}
    blind = await world.send("PUT", path, REP, json=body)
    await put(world, path, body)
    other = {"need_unmet": True, "can_meet": True, "profitable": True}

    late = (
        await world.send("PUT", path, REP, json=other, headers={"If-Match": '"1"'})
        if what == "fit"
        else (await world.send("DELETE", path, REP, headers={"If-Match": '"1"'}))
    )

    assert (blind.status_code, late.status_code) == (428, 412)


async def test_what_is_judged_of_an_account_is_told_and_shown(world: World) -> None:
    account = await world.post("/v1/accounts", {"name": "Acme"}, REP)
    path = f"/v1/accounts/{account['id']}"
    ends = NOW + timedelta(days=30)

    await put(world, f"{path}/fit", {"need_unmet": True, "can_meet": True, "profitable": True})
    await put(world, f"{path}/do-not-pursue", {"reason": "pays late", "expires_at": iso(ends)})

    shown = await world.get(path, REP)
    assert (shown["target_customer"], shown["do_not_pursue"], shown["version"]) == (True, True, 3)
    facts = (await world.events(account["id"]))[1:]
    assert [fact["data"]["changed"] for fact in facts] == [["target_customer"], ["do_not_pursue"]]
    assert {(fact["type"], fact["actor"]) for fact in facts} == {("leads.account.changed", REP.sub)}
    assert (await world.get("/v1/accounts", REP, do_not_pursue="true", total="exact"))["total"] == 1
    await world.work_off(at=ends)
    assert (await world.get(path, REP))["do_not_pursue"] is False
    assert (await world.events(account["id"]))[-1]["data"]["do_not_pursue"] is False
