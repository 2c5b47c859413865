"""Mails, calls, visits and messages: attached to whom they are of, else leads; who answered, how soon."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from tests.leads.integration.world import MANAGER, NOW, OTHER_REP, REP, Json, World, iso


def a_mail(number: Any = 1, **values: Any) -> Json:
    return {
        "kind": "email",
        "from": "Ann Lee <Ann@Example.com>",
        "to": ["sales@ours.example"],
        "subject": "Your offer",
        "text": "How much is it?",
        "message_id": f"<{number}@mail.example.com>",
        "received_at": iso(NOW - timedelta(minutes=5)),
        **values,
    }


def a_call(**values: Any) -> Json:
    started = iso(NOW - timedelta(minutes=30))
    return {"kind": "call", "from": "+49 30 1234567", "started_at": started, **values}


async def take_in(world: World, body: Json) -> Json:
    return await world.post("/v1/inquiries", body, REP)


async def test_a_mail_of_a_stranger_is_a_lead_with_what_was_written(world: World) -> None:
    answer = await world.send("POST", "/v1/inquiries", REP, json=a_mail())

    result = answer.json()
    assert (answer.status_code, result["status"]) == (201, "created")
    lead = await world.get(f"/v1/leads/{result['lead_id']}")
    assert (lead["name"], lead["email"], lead["origin"]) == ("Ann Lee", "Ann@example.com", "passive")
    assert lead["notes"] == "Your offer\n\nHow much is it?"
    assert (lead["status"], lead["owner_id"]) == ("new", None)
    activity = await world.get(f"/v1/activities/{result['activity_id']}")
    assert (activity["type"], activity["direction"], activity["lead_id"]) == ("email", "inbound", lead["id"])
    (touch,) = (await world.get(f"/v1/leads/{lead['id']}/touches"))["items"]
    assert (touch["kind"], touch["at"]) == ("email", iso(NOW - timedelta(minutes=5)))
    assert await world.get(answer.headers["location"], MANAGER)


async def test_the_same_mail_again_is_the_same_inquiry(world: World) -> None:
    first = await take_in(world, a_mail())

    again = await world.send("POST", "/v1/inquiries", REP, json=a_mail())

    assert (again.status_code, again.json()) == (200, {**first, "status": "unchanged"})
    assert [await world.count(name) for name in ("lead", "activity", "inquiry")] == [1, 1, 1]


async def test_who_is_an_open_lead_already_is_found_by_mail_or_phone(world: World) -> None:
    lead = await world.lead(REP, email="ann@example.com", phone="+49301234567")
    await world.lead(REP, email="other@example.com")

    mailed = await take_in(world, a_mail())
    called = await take_in(world, a_call(notes="call back"))

    assert [each["status"] for each in (mailed, called)] == ["attached"] * 2
    assert {each["lead_id"] for each in (mailed, called)} == {lead["id"]}
    kinds = [each["kind"] for each in (await world.get(f"/v1/leads/{lead['id']}/touches"))["items"]]
    assert sorted(kinds) == ["call", "email", "entry"]
    assert (await world.get(f"/v1/leads/{lead['id']}"))["status"] == "new"
    assert {each["id"] for each in (await world.get("/v1/inquiries", REP))["items"]} == {
        mailed["id"],
        called["id"],
    }
    assert (await world.get("/v1/inquiries", OTHER_REP))["items"] == []
    assert (await world.refusal("GET", f"/v1/inquiries/{mailed['id']}", by=OTHER_REP))[0] == 404


async def test_a_contact_is_found_when_there_is_no_open_lead(world: World) -> None:
    account = await world.post("/v1/accounts", {"name": "Initech"})
    contact = await world.post(
        "/v1/contacts", {"name": "Ann", "email": "ann@example.com", "account_id": account["id"]}
    )

    result = await take_in(world, a_mail())

    assert (result["status"], result["lead_id"]) == ("attached", None)
    assert (result["contact_id"], result["account_id"]) == (contact["id"], account["id"])
    activity = await world.get(f"/v1/activities/{result['activity_id']}")
    assert (activity["contact_id"], activity["account_id"]) == (contact["id"], account["id"])
    assert await world.count("lead") == 0


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"from": "boss@ours.example"}, "own mail domain"),
        ({"from": "boss@mail.ours.example"}, "own mail domain"),
        ({"headers": {"Auto-Submitted": "auto-replied"}}, "an automatic answer"),
        ({"headers": {"precedence": "Bulk"}}, "mail to many"),
        ({"headers": {"List-Id": "<news.example.com>"}}, "mail to many"),
        ({"headers": {"Return-Path": "<>"}}, "a bounce"),
        ({"from": "MAILER-DAEMON@mx.example.com"}, "a bounce"),
    ],
)
async def test_machines_and_our_own_mail_make_no_leads(world: World, values: Json, why: str) -> None:
    domains = {"own_mail_domains": ["Ours.example"]}
    saved = await world.send("PUT", "/v1/inquiry-settings", json=domains, headers={"If-Match": '"0"'})
    assert saved.json() == {"version": 1, "own_mail_domains": ["ours.example"]}

    result = await take_in(world, a_mail(**values))

    assert (result["status"], result["lead_id"]) == ("ignored", None)
    assert (await world.get(f"/v1/inquiries/{result['id']}"))["ignored_because"] == why
    assert await world.count("lead") == 0
    late = await world.send("PUT", "/v1/inquiry-settings", json=domains, headers={"If-Match": '"0"'})
    assert late.status_code == 412


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (a_call(**{"from": None}), "/email"),
        (a_call(**{"from": "anonymous"}), "/email"),
        (a_call(**{"from": "12"}), "/phone"),
        (a_mail(**{"from": "nobody at nowhere"}), "/email"),
        ({"kind": "site_visit", "at": iso(NOW), "visitor_key": "v-1"}, "/email"),
        ({"kind": "social", "network": "Chirp", "author": "@ann", "at": iso(NOW)}, "/email"),
    ],
)
async def test_whom_nobody_can_answer_waits_in_quarantine(world: World, body: Json, pointer: str) -> None:
    result = await take_in(world, body)

    assert result["status"] == "quarantined"
    (entry,) = (await world.get("/v1/quarantine", door="inquiry"))["items"]
    assert [error["pointer"] for error in entry["errors"]] == [pointer]
    patch = {"payload": {"name": "Ann", "email": "ann@example.com"}}
    corrected = await world.patch(f"/v1/quarantine/{entry['id']}", patch, entry["version"])
    assert corrected["errors"] == []
    released = await world.post(f"/v1/quarantine/{entry['id']}/release")
    assert (await world.get(f"/v1/inquiries/{result['id']}"))["lead_id"] == released["lead_id"]


async def test_a_visit_of_a_known_person_is_a_touch_with_its_way(world: World) -> None:
    lead = await world.lead(email="ann@example.com", campaign="spring")
    visit = {
        "kind": "site_visit",
        "url": "https://ours.example/prices",
        "utm_campaign": "summer",
        "utm_source": "mail",
        "email": "ann@example.com",
        "visitor_key": "v-1",
        "at": iso(NOW),
    }

    result = await take_in(world, visit)

    assert (result["status"], result["activity_id"]) == ("attached", None)
    last = (await world.get(f"/v1/leads/{lead['id']}/touches"))["items"][-1]
    assert (last["kind"], last["campaign"], last["url"]) == (
        "site_visit",
        "summer",
        "https://ours.example/prices",
    )
    assert last["utm"] == {"utm_source": "mail", "utm_campaign": "summer", "visitor_key": "v-1"}
    assert (await world.get(f"/v1/leads/{lead['id']}"))["campaign"] == "spring"


async def test_a_call_that_was_picked_up_has_spoken_with_the_lead(world: World) -> None:
    missed = await take_in(world, a_call(duration_seconds=0, outcome="missed"))
    assert (await world.get(f"/v1/leads/{missed['lead_id']}"))["status"] == "new"

    answered = await take_in(world, a_call(duration_seconds=95, outcome="answered"))

    lead = await world.get(f"/v1/leads/{answered['lead_id']}")
    assert (answered["status"], lead["id"]) == ("attached", missed["lead_id"])
    assert (lead["status"], lead["first_contact_at"]) == ("contacted", iso(NOW - timedelta(minutes=30)))
    shown = await world.get(f"/v1/inquiries/{answered['id']}")
    assert (shown["handled_at"], shown["response_minutes"]) == (iso(NOW - timedelta(minutes=30)), 0.0)


async def test_the_first_activity_of_ours_afterwards_is_the_answer(world: World) -> None:
    inquiry = await take_in(world, a_mail())
    assert (await world.get(f"/v1/inquiries/{inquiry['id']}"))["handled_at"] is None
    await take_in(world, a_mail(2))
    world.now = NOW + timedelta(minutes=25)

    await world.post(
        "/v1/activities",
        {"type": "call", "lead_id": inquiry["lead_id"], "done_at": iso(world.now), "outcome": "interested"},
    )

    shown = await world.get(f"/v1/inquiries/{inquiry['id']}")
    assert (shown["handled_at"], shown["response_minutes"]) == (iso(world.now), 30.0)
    assert shown["outcome"] == "interested"
    page = await world.get("/v1/inquiries", fields="id,response_minutes", total="exact")
    assert page["total"] == 2
    assert {tuple(item) for item in page["items"]} == {("id", "response_minutes")}


async def test_a_batch_of_one_person_is_one_lead_and_few_statements(world: World) -> None:
    items = [a_mail(number) for number in range(60)] + [a_mail(0)]

    async with world.statements() as asked:
        results = (await world.post("/v1/inquiries/batch", {"items": items}))["items"]

    statuses = [result["status"] for result in results]
    assert statuses == ["created", *["attached"] * 59, "unchanged"]
    assert len({result["lead_id"] for result in results}) == 1
    assert results[60]["id"] == results[0]["id"]
    assert len(asked) < 20


async def test_one_person_writing_many_times_at_once_is_one_lead(world: World) -> None:
    results = await asyncio.gather(*(take_in(world, a_mail(number % 6)) for number in range(12)))

    assert len({result["lead_id"] for result in results}) == 1
    assert [await world.count(name) for name in ("lead", "inquiry")] == [1, 6]


async def test_an_inquiry_of_no_kind_is_refused(world: World) -> None:
    assert (await world.refusal("POST", "/v1/inquiries", {"kind": "fax"}))[0] == 422
    assert (await world.refusal("POST", "/v1/inquiries", a_mail(colour="red")))[0] == 422


async def test_each_inquiry_of_a_batch_is_judged_by_itself(world: World) -> None:
    await world.lead(REP, email="known@example.com")
    items = [
        a_mail(1),
        a_mail(2, colour="red"),
        a_mail(3, **{"from": "known@example.com"}),
        a_mail(1),
        a_call(**{"from": "anonymous"}),
        a_mail(4, headers={"Precedence": "bulk"}),
        {"kind": "fax"},
        7,
        a_mail(5, text="a\0b"),
    ]

    results = (await world.post("/v1/inquiries/batch", {"items": items}, REP))["items"]

    assert [result["status"] for result in results] == (
        ["created", "rejected", "attached", "unchanged", "quarantined", "ignored", *["rejected"] * 3]
    )
    assert [result["index"] for result in results] == list(range(9))
    errors = [each["problem"]["errors"][0] for each in results if each["problem"]]
    assert [(error["pointer"], error["code"]) for error in errors] == [
        ("/colour", "unknown_field"),
        ("/kind", "unknown_value"),
        ("", "wrong_type"),
        ("/text", "nul_character"),
    ]


async def test_a_stream_of_inquiries_is_answered_line_by_line(world: World) -> None:
    lines = [json.dumps(a_mail(1)), "{", json.dumps(a_mail(2))]
    headers = {"content-type": "application/x-ndjson"}

    answer = await world.send("POST", "/v1/inquiries/batch", REP, content="\n".join(lines), headers=headers)

    statuses = [json.loads(line)["status"] for line in answer.text.splitlines()]
    assert statuses == ["created", "rejected", "attached"]


async def test_an_answer_goes_to_whom_the_mail_was_sent_to(world: World) -> None:
    lead = await world.lead(REP, email="ann@example.com")
    sent = {"type": "email", "lead_id": lead["id"], "done_at": iso(NOW), "message_id": "<offer@ours.example>"}
    await world.post("/v1/activities", sent, REP)

    answer = await take_in(
        world, a_mail(**{"from": "assistant@example.com"}, in_reply_to="<offer@ours.example>")
    )
    second = a_mail(2, **{"from": "boss@example.com"}, headers={"References": "<1@mail.example.com> <x@y>"})

    assert (answer["status"], answer["lead_id"]) == ("attached", lead["id"])
    assert (await take_in(world, second))["lead_id"] == lead["id"]
    assert await world.count("lead") == 1


async def test_an_answer_to_a_contacts_mail_goes_to_the_contact(world: World) -> None:
    contact = await world.post("/v1/contacts", {"name": "Ann", "email": "ann@example.com"})
    await take_in(world, a_mail(1))

    answer = await take_in(
        world, a_mail(2, **{"from": "other@example.com"}, in_reply_to="1@mail.example.com")
    )

    assert (answer["status"], answer["contact_id"]) == ("attached", contact["id"])


async def test_a_thread_within_one_batch_stays_together(world: World) -> None:
    items = [
        a_mail(1),
        a_mail(2, **{"from": "bob@example.com"}, in_reply_to="<1@mail.example.com>"),
        a_mail(3, **{"from": "nobody at nowhere"}, in_reply_to="<2@mail.example.com>"),
    ]

    results = (await world.post("/v1/inquiries/batch", {"items": items}, REP))["items"]

    assert [result["status"] for result in results] == ["created", "attached", "attached"]
    assert len({result["lead_id"] for result in results}) == 1


async def test_an_answer_to_what_was_put_away_goes_by_its_address(world: World) -> None:
    first = await take_in(world, a_mail(1))
    await world.send("DELETE", f"/v1/leads/{first['lead_id']}", headers={"If-Match": "*"})

    answer = await take_in(world, a_mail(2, in_reply_to="<1@mail.example.com>"))

    assert answer["status"] == "created"
    assert answer["lead_id"] != first["lead_id"]


@pytest.mark.parametrize("text", ["two <a@b> <c@d>", "no id at all"])
async def test_a_mails_id_is_one(world: World, text: str) -> None:
    refused = await world.refusal("POST", "/v1/activities", {"type": "email", "message_id": text})

    assert refused == (422, "validation_failed", [("/message_id", "wrong_format")])
