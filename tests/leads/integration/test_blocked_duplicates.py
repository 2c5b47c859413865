"""Where a policy is to block, what looks like something we have does not come in; nothing is lost."""

import asyncio
from typing import Any

import orjson
import pytest

from tests.leads.integration.importing import imported, rows_of
from tests.leads.integration.test_duplicate_policies import policy
from tests.leads.integration.test_inquiries import a_mail
from tests.leads.integration.test_web_forms import a_form, received
from tests.leads.integration.world import (
    ANY,
    DIRECTOR,
    MANAGER,
    OTHER_REP,
    PARTNER,
    REP,
    Json,
    World,
    partner,
    pushed,
)

ANN = {"name": "Ann Lee", "email": "ann@acme.example", "source": "fair"}
LIKE_THE_EMAIL = ("/email", "duplicate")


async def waiting(world: World) -> list[Json]:
    items: list[Json] = (await world.get("/v1/quarantine", status="open"))["items"]
    return items


async def leads(world: World) -> int:
    total: int = (await world.get("/v1/leads", total="exact"))["total"]
    return total


async def test_a_member_is_refused_with_what_it_looks_like(world: World) -> None:
    await policy(world, "block")
    first = await world.post("/v1/leads", ANN)

    answer = await world.send("POST", "/v1/leads", json=ANN)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "duplicate_found")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [LIKE_THE_EMAIL]
    (like,) = problem["duplicates"]
    assert (like["kind"], like["id"], like["name"], like["score"]) == ("lead", first["id"], "Ann Lee", 100)
    assert like["reasons"][0]["field"] == "email"
    assert await leads(world) == 1


async def test_a_member_may_say_that_it_is_no_duplicate(world: World) -> None:
    await policy(world, "block")
    await world.post("/v1/leads", ANN)

    second = await world.post("/v1/leads", {**ANN, "allow_duplicate": True})

    assert "allow_duplicate" not in second
    assert await leads(world) == 2


async def test_a_rep_does_not_learn_whose_lead_it_looks_like(world: World) -> None:
    await policy(world, "block")
    await world.post("/v1/leads", ANN, OTHER_REP)

    answer = await world.send("POST", "/v1/leads", REP, json=ANN)

    assert (answer.status_code, answer.json()["duplicates"]) == (409, [])


async def test_only_the_sources_that_block_are_looked_at_before(world: World) -> None:
    await policy(world, "block")
    await world.post("/v1/leads", ANN)

    async with world.statements() as asked:
        await world.post("/v1/leads", {**ANN, "source": "web"})

    assert len(asked) == 1


async def test_a_blocked_source_costs_a_handful_of_statements(world: World) -> None:
    await policy(world, "block")

    async with world.statements() as asked:
        await world.post("/v1/leads", ANN)

    assert sum("pg_advisory_xact_lock" in each for each in asked) == 1
    assert len(asked) <= 9


async def test_contacts_and_weaker_matches_count_as_the_policy_says(world: World) -> None:
    made = await policy(world, "block", pairs=["lead-contact"], min_score=99)
    await world.post("/v1/contacts", {"name": "Ann Lee", "email": "ann@acme.example"})
    await world.lead(name="Jon Smith", company="Acme")

    refusal = await world.refusal("POST", "/v1/leads", ANN)
    await world.post("/v1/leads", {"name": "John Smith", "company": "Acme", "source": "fair"})
    await world.patch(f"/v1/duplicate-policies/{made['id']}", {"pairs": ["lead-lead"]}, made["version"])
    await world.post("/v1/leads", ANN)

    assert refusal[:2] == (409, "duplicate_found")
    assert await leads(world) == 3


async def test_items_of_a_batch_are_compared_with_those_before_them(world: World) -> None:
    await policy(world, "block")

    results = await world.load(
        "leads",
        ANN,
        {**ANN, "name": "Ann"},
        {**ANN, "source": "web"},
        {**ANN, "allow_duplicate": True},
        {"name": "Bob", "source": "fair"},
    )

    assert [each["status"] for each in results] == ["created", "rejected", "created", "created", "created"]
    assert results[1]["problem"]["code"] == "duplicate_found"
    assert await leads(world) == 4


async def test_a_push_waits_in_quarantine_with_what_it_looks_like(world: World) -> None:
    await policy(world, "block")
    first = await world.post("/v1/leads", ANN)

    answer = await world.send("POST", "/v1/partner/leads", PARTNER, json={**ANN, "external_id": "1"})

    receipt = answer.json()
    assert (answer.status_code, receipt["status"], receipt["id"]) == (202, "quarantined", None)
    assert [(each["pointer"], each["code"]) for each in receipt["errors"]] == [LIKE_THE_EMAIL]
    assert "duplicates" not in receipt
    (entry,) = await waiting(world)
    assert entry["payload"] == {**ANN, "external_id": "1"}
    assert [(each["kind"], each["id"], each["score"]) for each in entry["duplicates"]] == [
        ("lead", first["id"], 100)
    ]
    followed = await world.get("/v1/partner/leads/1", PARTNER)
    assert (followed["status"], followed["id"]) == ("quarantined", None)


async def test_what_a_partner_has_pushed_before_is_renewed_as_ever(world: World) -> None:
    await policy(world, "block")
    first = await world.push({**ANN, "external_id": "1"})

    again = await world.push({**ANN, "external_id": "1", "city": "Bonn"})

    assert (again["status"], again["id"]) == ("updated", first["id"])


async def test_a_batch_of_pushes_asks_once_and_keeps_its_own_doubles_out(world: World) -> None:
    await policy(world, "block")

    async with world.statements() as asked:
        results = await world.push_all(
            *(pushed(str(n), email=f"p{n % 50}@acme.example", source="fair") for n in range(100))
        )

    assert [each["status"] for each in results] == ["created"] * 50 + ["quarantined"] * 50
    assert len(asked) <= 14
    assert len(await waiting(world)) == 50


async def test_a_stream_of_pushes_keeps_doubles_out_too(world: World) -> None:
    await policy(world, "block")
    lines = [orjson.dumps({**ANN, "external_id": str(n)}) for n in range(3)]

    answer = await world.send(
        "POST",
        "/v1/partner/leads/batch",
        PARTNER,
        content=b"\n".join(lines),
        headers={"Content-Type": "application/x-ndjson"},
    )

    told = [orjson.loads(line)["status"] for line in answer.content.splitlines()]
    assert told == ["created", "quarantined", "quarantined"]


async def test_released_as_no_duplicate_it_is_let_in(world: World) -> None:
    await policy(world, "block")
    await world.post("/v1/leads", ANN)
    await world.push({**ANN, "external_id": "1"})
    (entry,) = await waiting(world)

    refusal = await world.refusal("POST", f"/v1/quarantine/{entry['id']}/release", {})
    released = await world.post(f"/v1/quarantine/{entry['id']}/release", {"allow_duplicate": True}, MANAGER)

    assert refusal == (409, "duplicate_found", [("/payload/email", "duplicate")])
    lead = await world.get(f"/v1/leads/{released['lead_id']}")
    assert (lead["external_id"], lead["email"]) == ("1", "ann@acme.example")
    assert await waiting(world) == []


async def test_corrected_so_that_it_is_like_nothing_it_is_let_in(world: World) -> None:
    await policy(world, "block")
    await world.post("/v1/leads", ANN)
    await world.push({**ANN, "external_id": "1"})
    (entry,) = await waiting(world)
    change = {"payload": {"email": "bob@acme.example", "name": "Bob Ray"}}

    corrected = await world.patch(f"/v1/quarantine/{entry['id']}", change, entry["version"])
    released = await world.post(f"/v1/quarantine/{entry['id']}/release")

    assert (corrected["errors"], corrected["duplicates"]) == ([], [])
    assert released["status"] == "released"


async def test_many_are_released_as_no_duplicates(world: World) -> None:
    await policy(world, "block")
    await world.post("/v1/leads", ANN)
    await world.push_all(*({**ANN, "external_id": str(n)} for n in range(3)))
    ids = [entry["id"] for entry in await waiting(world)]

    kept = await world.post("/v1/quarantine/release", {"ids": ids})
    released = await world.post("/v1/quarantine/release", {"ids": ids, "allow_duplicate": True})

    assert {each["problem"]["code"] for each in kept["items"]} == {"duplicate_found"}
    assert {each["status"] for each in released["items"]} == {"released"}
    assert await leads(world) == 4


async def test_a_visitor_is_not_told_that_we_know_somebody_like_this(world: World) -> None:
    await policy(world, "block")
    await world.post("/v1/leads", ANN)
    form = await a_form(world, fixed={"source": "fair"})

    told = await received(world, form, {"name": "Ann Lee", "email": "ann@acme.example"})
    of_a_stranger = await received(world, form, {"name": "Bob Ray", "email": "bob@acme.example"})

    assert {**told, "receipt_id": 0} == {**of_a_stranger, "receipt_id": 0}
    (entry,) = await waiting(world)
    assert (entry["door"], entry["source_id"]) == ("form", form["id"])
    assert [(each["pointer"], each["code"]) for each in entry["errors"]] == [LIKE_THE_EMAIL]
    released = await world.post(f"/v1/quarantine/{entry['id']}/release", {"allow_duplicate": True})
    assert (await world.get(f"/v1/leads/{released['lead_id']}"))["source"] == "fair"


async def test_an_inquiry_like_somebody_whose_lead_has_ended_waits_in_quarantine(world: World) -> None:
    (general,) = (await world.get("/v1/duplicate-policies"))["items"]
    strict = {"action": "block", "count_ended": True}
    await world.patch(f"/v1/duplicate-policies/{general['id']}", strict, general["version"])
    lead = await world.lead(name="Ann Lee", email="ann@example.com")
    await world.post(f"/v1/leads/{lead['id']}/disqualify", {"reason": "no budget"})

    result = await world.post("/v1/inquiries", a_mail())
    again = await world.post("/v1/inquiries", a_mail())

    assert (result["status"], again["status"]) == ("quarantined", "unchanged")
    (entry,) = await waiting(world)
    assert (entry["door"], entry["source_id"]) == ("inquiry", result["id"])
    assert [each["id"] for each in entry["duplicates"]] == [lead["id"]]


async def test_a_row_of_a_file_waits_in_quarantine_and_is_let_in(world: World) -> None:
    await policy(world, "block")
    await world.post("/v1/leads", ANN)

    job = await imported(world, "Name,Email,Source\nAnn,ann@acme.example,fair\nBob,bob@acme.example,fair\n")

    rows = await rows_of(world, job)

    assert [each["status"] for each in rows] == ["rejected", "created"]
    assert [each["code"] for each in rows[0]["errors"]] == ["duplicate"]
    release = f"/v1/quarantine/{rows[0]['quarantine_id']}/release"
    assert (await world.refusal("POST", release, {}))[:2] == (409, "duplicate_found")
    released = await world.post(release, {"allow_duplicate": True})
    assert (await world.get(f"/v1/leads/{released['lead_id']}"))["email"] == "ann@acme.example"


async def _rush(world: World, doors: list[str]) -> list[int]:
    """The same person, over several doors at once."""

    async def one(number: int, door: str) -> int:
        if door == "entry":
            return (await world.send("POST", "/v1/leads", json=ANN)).status_code
        if door == "keyed":
            headers = {"Idempotency-Key": f"key-{number}"}
            return (await world.send("POST", "/v1/leads", json=ANN, headers=headers)).status_code
        body: Any = {**ANN, "external_id": str(number)}
        by = partner(f"partner {number % 3}")
        if door == "push":
            return (await world.send("POST", "/v1/partner/leads", by, json=body)).status_code
        return (await world.send("POST", "/v1/partner/leads/batch", by, json={"items": [body]})).status_code

    return list(await asyncio.gather(*(one(number, door) for number, door in enumerate(doors))))


@pytest.mark.parametrize("doors", [["push"] * 24, ["entry", "push", "batch", "keyed"] * 6])
async def test_of_one_person_over_many_doors_at_once_exactly_one_gets_in(
    world: World, doors: list[str]
) -> None:
    await policy(world, "block")

    statuses = await _rush(world, doors)

    assert await leads(world) == 1
    assert set(statuses) <= {200, 201, 202, 409}
    pushes = sum(door in ("push", "batch") for door in doors)
    (lead,) = (await world.get("/v1/leads"))["items"]
    assert len(await waiting(world)) == pushes - (lead["partner_id"] is not None)


async def test_no_transaction_is_left_open_by_a_refusal(world: World) -> None:
    await policy(world, "block")
    await world.post("/v1/leads", ANN)
    for _ in range(12):
        await world.refusal("POST", "/v1/leads", ANN)

    async with world.database.reading() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        assert not driver.is_in_transaction()
    assert (await world.send("POST", "/v1/leads", DIRECTOR, json={"name": "Bob"})).status_code == 201


async def the_end(world: World, lead: Json, how: str) -> None:
    """The lead is lost, won or put away."""
    path = f"/v1/leads/{lead['id']}"
    if how == "archived":
        await world.send("DELETE", path, headers=ANY)
    elif how == "lost":
        await world.post(f"{path}/disqualify", {"reason": "no budget"})
    else:
        await world.post(f"{path}/qualify")
        await world.post(f"{path}/convert")


@pytest.mark.parametrize("how", ["lost", "won", "archived"])
async def test_who_had_a_lead_that_ended_may_come_again_unless_the_policy_says_otherwise(
    world: World, how: str
) -> None:
    made = await policy(world, "block")
    await the_end(world, await world.post("/v1/leads", ANN), how)

    again = await world.send("POST", "/v1/leads", json=ANN)

    assert again.status_code == 201, again.text
    await the_end(world, again.json(), "lost")
    await world.patch(f"/v1/duplicate-policies/{made['id']}", {"count_ended": True}, 1)
    assert (await world.send("POST", "/v1/leads", json=ANN)).status_code == 409


async def test_a_contact_nobody_had_a_lead_of_still_blocks(world: World) -> None:
    await policy(world, "block")
    await world.post("/v1/contacts", {"name": "Ann Lee", "email": ANN["email"]})

    assert (await world.send("POST", "/v1/leads", json=ANN)).status_code == 409


async def test_what_was_let_in_as_no_duplicate_is_not_flagged(world: World) -> None:
    await policy(world, "block")
    await policy(world, "flag", "web")
    await world.post("/v1/leads", ANN)
    let_in = [
        await world.post("/v1/leads", {**ANN, "allow_duplicate": True}),
        await world.post("/v1/leads", {**ANN, "source": "web", "allow_duplicate": True}),
    ]
    await world.push(pushed("1", **ANN))
    (entry,) = await waiting(world)
    released = await world.post(f"/v1/quarantine/{entry['id']}/release", {"allow_duplicate": True})

    await world.work_off()

    leads_let_in = [each["id"] for each in let_in] + [released["lead_id"]]
    assert [(await world.get(f"/v1/leads/{each}"))["duplicate_of"] for each in leads_let_in] == [None] * 3
    assert (await world.get("/v1/duplicates", status="open"))["items"] == []
    dismissed = (await world.get("/v1/duplicates", status="dismissed"))["items"]
    assert {each["decided_by"] for each in dismissed} == {DIRECTOR.sub}


async def test_later_ones_like_what_was_let_in_are_flagged(world: World) -> None:
    await world.post("/v1/leads", ANN)
    let_in = await world.post("/v1/leads", {**ANN, "allow_duplicate": True})
    await world.work_off()
    later = await world.post("/v1/leads", ANN)
    await world.work_off()

    pairs = (await world.get("/v1/duplicates", status="open"))["items"]

    assert {each["b_id"] for each in pairs} == {later["id"]}
    assert let_in["id"] in {each["a_id"] for each in pairs}
