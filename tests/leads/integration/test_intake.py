"""What partners push, and what they are told of it."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import orjson
import pytest

from tests.leads.integration.world import (
    DIRECTOR,
    MANAGER,
    NOW,
    OTHER_PARTNER,
    PARTNER,
    REP,
    World,
    iso,
    named,
    pushed,
)


async def test_a_new_push_says_where_to_follow_it(world: World) -> None:
    answer = await world.send("POST", "/v1/partner/leads", PARTNER, json=pushed("ref 1/ü"))

    assert answer.headers["Location"] == "/v1/partner/leads/ref%201%2F%C3%BC"
    assert (await world.get(answer.headers["Location"], PARTNER))["external_id"] == "ref 1/ü"


@pytest.mark.parametrize("reference", ["a/b", "..", ".", "/", "100%", "%2F", "a/../b", "batch"])
async def test_a_reference_of_any_characters_can_be_followed(world: World, reference: str) -> None:
    answer = await world.send("POST", "/v1/partner/leads", PARTNER, json=pushed(reference))

    where = answer.headers["Location"]
    assert not {".", ".."} & set(where.split("/"))
    assert (await world.get(where, PARTNER))["external_id"] == reference


async def test_a_key_given_twice_is_refused_by_name(world: World) -> None:
    twice = b'{"external_id": "a-1", "name": "Ann", "name": "Bob"}'
    headers = {"Content-Type": "application/json"}

    answer = await world.send("POST", "/v1/partner/leads", PARTNER, content=twice, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")
    assert "'name'" in answer.json()["detail"]
    lines = b'{"external_id": "a-2", "name": "Ann"}\n' + twice
    headers = {"Content-Type": "application/x-ndjson"}
    answer = await world.send("POST", "/v1/partner/leads/batch", PARTNER, content=lines, headers=headers)
    assert [orjson.loads(line)["status"] for line in answer.content.splitlines()] == ["created", "rejected"]


async def test_a_negative_worth_waits_in_quarantine(world: World) -> None:
    receipt = await world.push(pushed("a-1", expected_value={"amount": "-5.00", "currency": "EUR"}))

    assert receipt["status"] == "quarantined"
    assert [(e["pointer"], e["code"]) for e in receipt["errors"]] == [("/expected_value", "negative_amount")]


async def test_a_push_becomes_a_lead_of_the_partner_with_a_receipt(world: World) -> None:
    answer = await world.send("POST", "/v1/partner/leads", PARTNER, json=pushed("a-1", source="web"))

    receipt = answer.json()
    lead = await world.get(f"/v1/leads/{receipt['id']}")
    assert answer.status_code == 201
    assert receipt == {
        "id": lead["id"],
        "external_id": "a-1",
        "status": "created",
        "receipt_id": receipt["receipt_id"],
        "errors": [],
    }
    assert (lead["partner_id"], lead["external_id"]) == (str(named("acme resellers")), "a-1")
    assert await world.get(f"/v1/partner/receipts/{receipt['receipt_id']}", PARTNER) == {
        "receipt_id": receipt["receipt_id"],
        "external_id": "a-1",
        "received_at": iso(NOW),
        "status": "created",
        "id": lead["id"],
        "merged_into": None,
        "errors": [],
    }


async def test_a_first_push_is_one_statement_with_all_that_belongs_to_it(world: World) -> None:
    async with world.statements() as asked:
        await world.push(pushed("a-1"))

    assert len(asked) == 1
    assert [await world.count(table) for table in ("lead", "lead_history", "receipt", "outbox")] == [1] * 4


async def test_the_same_push_again_changes_nothing(world: World) -> None:
    first = await world.push(pushed("a-1", email="ann@example.com"))

    answer = await world.send(
        "POST", "/v1/partner/leads", PARTNER, json=pushed("a-1", email="ann@EXAMPLE.com")
    )

    assert (answer.status_code, answer.json()["status"]) == (200, "unchanged")
    assert answer.json()["id"] == first["id"]
    assert "x-event-position" not in answer.headers
    assert await world.count("outbox") == 1
    assert await world.count("receipt") == 2


async def test_a_push_with_other_values_renews_only_what_it_names(world: World) -> None:
    first = await world.push(pushed("a-1", email="ann@example.com", company="Initech"))

    renewed = await world.push({"external_id": "a-1", "company": "Initrode"})

    lead = await world.get(f"/v1/leads/{first['id']}")
    assert renewed["status"] == "updated"
    assert (lead["company"], lead["email"], lead["version"]) == ("Initrode", "ann@example.com", 2)


async def test_a_partner_never_overwrites_what_a_member_has_edited(world: World) -> None:
    first = await world.push(pushed("a-1", company="Initech", phone="+49171111111"))
    await world.patch(f"/v1/leads/{first['id']}", {"company": "Initech Ltd"}, 1)

    renewed = await world.push(pushed("a-1", company="INITECH", phone="+49171222222"))
    again = await world.push(pushed("a-1", company="initech"))

    lead = await world.get(f"/v1/leads/{first['id']}")
    assert (renewed["status"], again["status"]) == ("updated", "unchanged")
    assert (lead["company"], lead["phone"]) == ("Initech Ltd", "+49171222222")


async def test_partners_do_not_meet_each_other(world: World) -> None:
    mine = await world.push(pushed("a-1"))
    theirs = await world.push(pushed("a-1"), OTHER_PARTNER)

    assert mine["id"] != theirs["id"]
    refusal = await world.refusal("GET", f"/v1/partner/receipts/{mine['receipt_id']}", by=OTHER_PARTNER)
    assert refusal[:2] == (404, "receipt_not_found")
    await world.push(pushed("a-2"))
    assert (await world.refusal("GET", "/v1/partner/leads/a-2", by=OTHER_PARTNER))[0] == 404


async def test_only_partners_push(world: World) -> None:
    assert (await world.refusal("POST", "/v1/partner/leads", pushed("a-1"), DIRECTOR))[:2] == (
        403,
        "forbidden",
    )


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"name": "Ann"}, "/external_id", "required"),
        ({"name": "Ann", "external_id": ""}, "/external_id", "too_short"),
        ({"name": "Ann", "external_id": 7}, "/external_id", "wrong_type"),
        ({"name": "Ann", "external_id": "a", "colour": "red"}, "/colour", "unknown_field"),
        ({"name": "Ann", "external_id": "a", "owner_id": str(uuid4())}, "/owner_id", "unknown_field"),
        ({"name": "A\0", "external_id": "a"}, "/name", "nul_character"),
        ([1], "", "wrong_type"),
        ("lead", "", "wrong_type"),
    ],
)
async def test_what_is_no_lead_at_all_is_refused_and_not_kept(
    world: World, body: object, pointer: str, code: str
) -> None:
    status, problem, errors = await world.refusal("POST", "/v1/partner/leads", body, PARTNER)
    (result,) = await world.push_all(body)

    assert (status, problem, errors) == (422, "validation_failed", [(pointer, code)])
    assert (result["status"], result["problem"]["errors"][0]["pointer"]) == ("rejected", pointer)
    assert await world.count("quarantine") == 0


async def test_a_push_with_a_faulty_value_waits_in_quarantine_as_it_came(world: World) -> None:
    body = pushed("a-1", email="not an address", phone=12, expected_value={"amount": "x", "currency": "EUR"})

    answer = await world.send("POST", "/v1/partner/leads", PARTNER, json=body)

    entry = (await world.get("/v1/quarantine"))["items"][0]
    assert answer.status_code == 202
    assert (answer.json()["status"], answer.json()["id"]) == ("quarantined", None)
    assert entry["payload"] == body
    assert [error["pointer"] for error in entry["errors"]] == ["/email", "/phone", "/expected_value/amount"]
    assert await world.count("lead") == 0
    told = await world.get("/v1/partner/leads/a-1", PARTNER)
    assert (told["status"], told["errors"]) == ("quarantined", entry["errors"])
    receipt = await world.get(f"/v1/partner/receipts/{answer.json()['receipt_id']}", PARTNER)
    assert (receipt["status"], receipt["errors"]) == ("quarantined", entry["errors"])


async def test_a_push_that_nothing_names_waits_in_quarantine(world: World) -> None:
    receipt = await world.push({"external_id": "a-1", "source": "web"})

    assert receipt["status"] == "quarantined"
    assert receipt["errors"][0]["pointer"] == "/name"


async def test_pushing_it_again_corrected_makes_the_lead_and_closes_the_entry(world: World) -> None:
    await world.push(pushed("a-1", email="not an address"))
    await world.push(pushed("a-1", email="still not"))

    receipt = await world.push(pushed("a-1", email="ann@example.com"))

    (entry,) = (await world.get("/v1/quarantine"))["items"]
    told = await world.get("/v1/partner/leads/a-1", PARTNER)
    assert receipt["status"] == "created"
    assert (entry["status"], entry["lead_id"]) == ("released", receipt["id"])
    assert (told["status"], told["errors"]) == ("new", [])
    assert [step["what"] for step in told["timeline"]].count("quarantined") == 2


async def test_an_entry_is_corrected_and_released_by_a_member(world: World) -> None:
    await world.push(pushed("a-1", email="not an address", phone="12"))
    (entry,) = (await world.get("/v1/quarantine", MANAGER))["items"]
    path = f"/v1/quarantine/{entry['id']}"

    half = await world.patch(path, {"payload": {"email": "ann@example.com"}}, 1)
    wrong = await world.refusal("POST", f"{path}/release", {})
    await world.patch(path, {"payload": {"phone": None}}, half["version"])
    released = await world.post(f"{path}/release")
    again = await world.refusal("POST", f"{path}/release", {})

    lead = await world.get(f"/v1/leads/{released['lead_id']}")
    assert [error["pointer"] for error in half["errors"]] == ["/phone"]
    assert wrong == (422, "validation_failed", [("/payload/phone", "phone_invalid")])
    assert (released["status"], released["resolved_by"]) == ("released", DIRECTOR.sub)
    assert (lead["email"], lead["external_id"]) == ("ann@example.com", "a-1")
    assert lead["partner_id"] == str(named("acme resellers"))
    assert again[:2] == (409, "state_conflict")
    assert (await world.events(lead["id"]))[0]["actor"] == DIRECTOR.sub


async def test_a_correction_refuses_unknown_fields_and_another_reference(world: World) -> None:
    await world.push(pushed("a-1", email="not an address"))
    (entry,) = (await world.get("/v1/quarantine"))["items"]
    path = f"/v1/quarantine/{entry['id']}"

    unknown = await world.refusal("PATCH", path, {"payload": {"colour": "red"}}, version=1)
    other = await world.refusal("PATCH", path, {"payload": {"external_id": "b"}}, version=1)

    assert ("/payload/colour", "unknown_field") in unknown[2]
    assert other[2] == [("/payload/external_id", "read_only")]


async def test_a_faulty_renewal_leaves_the_lead_and_its_release_renews_it(world: World) -> None:
    lead_id = (await world.push(pushed("a-1", company="Initech")))["id"]
    await world.push(pushed("a-1", company="Initrode", email="not an address"))
    before = await world.get(f"/v1/leads/{lead_id}")
    (entry,) = (await world.get("/v1/quarantine", status="open"))["items"]

    await world.patch(f"/v1/quarantine/{entry['id']}", {"payload": {"email": "ann@example.com"}}, 1)
    released = await world.post(f"/v1/quarantine/{entry['id']}/release")

    after = await world.get(f"/v1/leads/{lead_id}")
    assert (before["company"], after["company"]) == ("Initech", "Initrode")
    assert released["lead_id"] == lead_id


async def test_a_discarded_entry_is_told_to_the_partner(world: World) -> None:
    await world.push(pushed("a-1", email="not an address"))
    (entry,) = (await world.get("/v1/quarantine"))["items"]

    discarded = await world.post(f"/v1/quarantine/{entry['id']}/discard", {"reason": "a joke"})

    told = await world.get("/v1/partner/leads/a-1", PARTNER)
    assert (discarded["status"], discarded["discard_reason"]) == ("discarded", "a joke")
    assert (told["status"], told["id"]) == ("discarded", None)
    assert "a joke" not in str(told)


async def test_reps_do_not_see_the_quarantine(world: World) -> None:
    await world.push(pushed("a-1", email="not an address"))
    (entry,) = (await world.get("/v1/quarantine", MANAGER))["items"]

    assert (await world.get("/v1/quarantine", REP))["items"] == []
    assert (await world.refusal("GET", f"/v1/quarantine/{entry['id']}", by=REP))[0] == 404


async def test_a_lead_that_looks_like_an_open_one_is_kept_and_marked(world: World) -> None:
    first = await world.lead(email="Ann@example.com")

    receipt = await world.push(pushed("a-1", email="ann@example.com"))
    inside = await world.push_all(
        pushed("a-2", email="bob@example.com"), pushed("a-3", email="BOB@example.com")
    )

    lead = await world.get(f"/v1/leads/{receipt['id']}")
    assert (receipt["status"], lead["duplicate_of"]) == ("duplicate", first["id"])
    assert [result["status"] for result in inside] == ["created", "duplicate"]
    assert (await world.get(f"/v1/leads/{inside[1]['id']}"))["duplicate_of"] == inside[0]["id"]
    told = await world.get(f"/v1/partner/receipts/{receipt['receipt_id']}", PARTNER)
    assert told["status"] == "duplicate"
    assert (await world.get("/v1/partner/leads/a-1", PARTNER))["duplicate"] is True


async def test_a_closed_lead_has_no_duplicates(world: World) -> None:
    closed = await world.lead(email="ann@example.com")
    await world.post(f"/v1/leads/{closed['id']}/disqualify", {"reason": "moved"})

    assert (await world.push(pushed("a-1", email="ann@example.com")))["status"] == "created"


async def test_a_batch_judges_every_item_by_itself(world: World) -> None:
    await world.push(pushed("there", company="Initech"))

    results = await world.push_all(
        pushed("new"),
        pushed("there", company="Initech"),
        pushed("there", company="Initrode"),
        pushed("bad", email="nope"),
        {"external_id": "odd", "colour": "red"},
        "no lead",
        pushed("new", company="Later"),
        pushed("new", company="Later"),
    )

    assert [(result["index"], result["status"]) for result in results] == [
        (0, "created"),
        (1, "unchanged"),
        (2, "updated"),
        (3, "quarantined"),
        (4, "rejected"),
        (5, "rejected"),
        (6, "updated"),
        (7, "unchanged"),
    ]
    lead = await world.get(f"/v1/leads/{results[0]['id']}")
    assert (lead["company"], lead["version"]) == ("Later", 2)
    assert [event["sequence"] for event in await world.events(lead["id"])] == [1, 2]
    assert results[3]["problem"]["errors"][0]["pointer"] == "/email"
    assert [result["external_id"] for result in results[:4]] == ["new", "there", "there", "bad"]


@pytest.mark.parametrize(("first", "second", "left"), [("nope", "a@b.de", 0), ("a@b.de", "nope", 1)])
async def test_of_a_good_and_a_faulty_push_in_one_batch_the_later_decides(
    world: World, first: str, second: str, left: int
) -> None:
    await world.push_all(pushed("a-1", email=first), pushed("a-1", email=second))

    assert len((await world.get("/v1/quarantine", status="open"))["items"]) == left
    assert await world.count("lead") == 1


async def test_a_thousand_pushes_are_a_handful_of_statements(world: World) -> None:
    items = [pushed(f"a-{n}", email=f"a{n}@example.com") for n in range(1000)]

    async with world.statements() as first:
        created = await world.push_all(*items)
    async with world.statements() as second:
        unchanged = await world.push_all(*items)
    async with world.statements() as third:
        updated = await world.push_all(*(item | {"company": "Initech"} for item in items))

    assert [len(asked) for asked in (first, second, third)] == [3, 3, 2]
    for results, status in ((created, "created"), (unchanged, "unchanged"), (updated, "updated")):
        assert {result["status"] for result in results} == {status}
    assert await world.count("outbox") == 2000


async def test_more_than_a_thousand_are_refused_at_once(world: World) -> None:
    refusal = await world.refusal("POST", "/v1/partner/leads/batch", {"items": [1] * 1001}, PARTNER)

    assert refusal == (422, "validation_failed", [("/items", "too_long")])


async def test_thirty_two_pushes_of_one_reference_at_once_make_one_lead(world: World) -> None:
    answers = await asyncio.gather(
        *(world.push(pushed("a-1", attributes={"n": number})) for number in range(32))
    )

    events = await world.events(answers[0]["id"])
    assert len({answer["id"] for answer in answers}) == 1
    assert sorted(answer["status"] for answer in answers) == ["created"] + ["updated"] * 31
    assert [event["sequence"] for event in events] == list(range(1, 33))
    assert await world.count("lead") == 1
    assert await world.count("receipt") == 32


async def test_overlapping_batches_at_once_lose_and_double_nothing(world: World) -> None:
    def batch(number: int) -> list[dict[str, object]]:
        ids = [f"a-{n}" for n in range(number * 50, number * 50 + 200)]
        ordered = ids if number % 2 else ids[::-1]
        return [pushed(each, company=f"Company {number}") for each in ordered]

    results = await asyncio.gather(*(world.push_all(*batch(number)) for number in range(8)))

    statuses = [result["status"] for batch_results in results for result in batch_results]
    assert statuses.count("created") == await world.count("lead") == 550
    assert statuses.count("updated") == 8 * 200 - 550
    assert await world.count("outbox") == await world.count("lead_history") == 8 * 200
    versions = [(event["subject"], event["sequence"]) for event in await world.events()]
    assert len(set(versions)) == len(versions)


async def test_a_stream_of_lines_has_no_limit_and_is_answered_line_by_line(world: World) -> None:
    lines = [orjson.dumps(pushed(f"a-{n}")) for n in range(1200)]
    lines[700] = b"{broken"
    lines[1100] = orjson.dumps(pushed("bad", email="nope"))

    answer = await world.send(
        "POST",
        "/v1/partner/leads/batch",
        PARTNER,
        content=b"\n".join([*lines[:5], b"", *lines[5:]]),
        headers={"content-type": "application/x-ndjson"},
    )

    results = [orjson.loads(line) for line in answer.content.splitlines()]
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert [result["index"] for result in results] == list(range(1200))
    assert (results[700]["status"], results[700]["problem"]["code"]) == ("rejected", "malformed_json")
    assert results[1100]["status"] == "quarantined"
    assert sum(result["status"] == "created" for result in results) == await world.count("lead") == 1198


async def test_a_stream_with_a_key_is_answered_once(world: World) -> None:
    options = {
        "content": orjson.dumps(pushed("a-1")),
        "headers": {"content-type": "application/x-ndjson", "Idempotency-Key": "k"},
    }

    first = await world.send("POST", "/v1/partner/leads/batch", PARTNER, **options)
    second = await world.send("POST", "/v1/partner/leads/batch", PARTNER, **options)

    assert second.headers["idempotency-replayed"] == "true"
    assert second.content == first.content
    assert await world.count("receipt") == 1


async def test_the_partner_follows_the_lead_to_its_end(world: World) -> None:
    lead_id = (await world.push(pushed("a-1")))["id"]
    world.now += timedelta(hours=1)
    await world.post(f"/v1/leads/{lead_id}/assign", {"owner_id": REP.sub})
    world.now += timedelta(hours=1)
    await world.post(f"/v1/leads/{lead_id}/disqualify", {"reason": "secret reason"})

    told = await world.get("/v1/partner/leads/a-1", PARTNER)

    assert told["status"] == "disqualified"
    assert told["timeline"] == [
        {"at": iso(NOW), "what": "received"},
        {"at": iso(NOW + timedelta(hours=1)), "what": "assigned"},
        {"at": iso(NOW + timedelta(hours=2)), "what": "disqualified"},
    ]
    assert "secret" not in str(told)


async def test_many_entries_are_released_at_once_each_by_itself(world: World) -> None:
    for number in range(3):
        await world.push(pushed(f"a-{number}", email="nope"))
    entries = (await world.get("/v1/quarantine", sort="received_at"))["items"]
    for entry in entries[:2]:
        await world.patch(f"/v1/quarantine/{entry['id']}", {"payload": {"email": None}}, entry["version"])
    ids = [entry["id"] for entry in entries]

    by_id = (await world.post("/v1/quarantine/release", {"ids": [*ids, str(uuid4())]}, MANAGER))["items"]

    assert [each["status"] for each in by_id] == ["released", "released", "rejected", "rejected"]
    assert [each["problem"]["code"] for each in by_id[2:]] == ["validation_failed", "not_found"]
    assert await world.count("lead") == 2
    await world.patch(f"/v1/quarantine/{ids[2]}", {"payload": {"email": None}}, entries[2]["version"])
    all_of = {"filter": {"door": "partner", "source_id": str(named("acme resellers"))}}
    left = await world.post("/v1/quarantine/release", all_of)
    assert [each["status"] for each in left["items"]] == ["released"]
    assert left["more"] is False
    assert (await world.refusal("POST", "/v1/quarantine/release", {}))[0] == 422
