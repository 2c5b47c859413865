"""Forms on the web: what visitors see, what becomes of what they send."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from shared.contracts.identity import Identity
from tests.leads.integration.world import MANAGER, NOW, REP, Json, World, iso

VISITOR = Identity(sub="visitor", kind="service", role="visitor", scope="none")
HTML = {"Accept": "text/html,application/xhtml+xml"}
SITE = "https://www.example.com"
FIELDS = [
    {"field": "name", "label": "Your <name>", "required": True},
    {"field": "email", "label": "E-mail", "type": "email", "required": True},
    {"field": "phone", "label": "Phone", "type": "tel"},
    {"field": "attributes.size", "label": "Size", "type": "select", "choices": ["small", "large"]},
    {"field": "notes", "label": "Message", "type": "textarea"},
]
CONSENT = {"channel": "email", "text": "You may write to me."}
ANN = {"name": "Ann Lee", "email": "ann@example.com", "attributes.size": "large", "notes": "Please call."}


async def a_form(world: World, **values: Any) -> Json:
    body = {
        "name": "Contact",
        "fields": FIELDS,
        "fixed": {"source": "website", "campaign": "spring", "tags": ["web"]},
        "consents": [CONSENT],
        "frame_ancestors": [SITE],
        **values,
    }
    return await world.post("/v1/web-forms", body)


async def send(world: World, form: Json, said: Json, **headers: str) -> httpx.Response:
    """As a front-end of one's own does."""
    return await world.send("POST", f"/v1/public/forms/{form['key']}", VISITOR, json=said, headers=headers)


async def received(world: World, form: Json, said: Json) -> Json:
    answer = await send(world, form, said)
    assert answer.status_code == 202, answer.text
    body: Json = answer.json()
    return body


async def submissions(
    world: World,
    form: Json,
    status: str = "in:accepted,quarantined,pending,expired",
) -> list[Json]:
    items: list[Json] = (await world.get(f"/v1/web-forms/{form['id']}/submissions", status=status))["items"]
    return items


async def page(world: World, form: Json, query: str = "") -> httpx.Response:
    where = f"/v1/public/forms/{form['key']}{query}"
    return await world.send("GET", where, VISITOR, headers={**HTML, "Referer": f"{SITE}/offer"})


def hidden(html: str) -> Json:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html))


async def test_the_page_needs_no_script_and_can_be_filled_in_by_everybody(world: World) -> None:
    form = await a_form(world)

    answer = await page(world, form, "?utm_source=mail&utm_campaign=summer&fbclid=1")

    html, policy = answer.text, answer.headers["content-security-policy"]
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script" not in html and "default-src 'none'" in policy
    assert f"frame-ancestors {SITE}" in policy
    assert "Your &lt;name&gt;" in html
    inputs = re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', html)
    assert inputs and {*inputs} == set(re.findall(r'<label for="([^"]+)"', html))
    assert hidden(html)["utm_campaign"] == "summer" and hidden(html)["referrer"] == f"{SITE}/offer"


async def test_a_filled_in_page_becomes_a_lead_with_its_way_and_consent(world: World) -> None:
    form = await a_form(world)
    shown = hidden((await page(world, form, "?utm_source=mail&utm_medium=newsletter")).text)
    world.now = NOW + timedelta(seconds=30)

    said = {**ANN, **shown, "fax_number": "", "consent.email": "on"}
    answer = await world.send("POST", f"/v1/public/forms/{form['key']}", VISITOR, data=said, headers=HTML)

    assert answer.status_code == 200 and "Thank you" in answer.text
    (lead,) = (await world.get("/v1/leads"))["items"]
    assert (lead["name"], lead["email"], lead["attributes"]) == (
        "Ann Lee",
        "ann@example.com",
        {"size": "large"},
    )
    assert (lead["origin"], lead["source"], lead["campaign"], lead["medium"]) == (
        "passive",
        "website",
        "spring",
        "newsletter",
    )
    assert (lead["tags"], lead["referrer"], lead["owner_id"]) == (["web"], f"{SITE}/offer", None)
    (touch,) = (await world.get(f"/v1/leads/{lead['id']}/touches"))["items"]
    assert (touch["kind"], touch["utm"]["utm_source"]) == ("form", "mail")
    (agreed,) = (await world.get(f"/v1/leads/{lead['id']}/consents"))["items"]
    assert (agreed["channel"], agreed["state"], agreed["text_shown"]) == (
        "email",
        "granted",
        "You may write to me.",
    )
    (event,) = await world.events(lead["id"])
    assert (event["type"], event["actor"]) == ("leads.lead.created", "visitor")


async def test_the_same_page_sent_twice_is_one_lead_and_corrected_it_is_another(world: World) -> None:
    form = await a_form(world)
    schema = await world.get(f"/v1/public/forms/{form['key']}/schema", VISITOR)
    world.now = NOW + timedelta(minutes=1)
    said = {**ANN, "rendered": schema["rendered"]}

    first, again = [await received(world, form, said) for _ in range(2)]
    corrected = await received(world, form, {**said, "phone": "+49 30 1234567"})

    assert first == again != corrected
    assert await world.count("lead") == 2


async def test_a_form_may_lead_on_to_a_page_of_ones_own(world: World) -> None:
    form = await a_form(world, redirect_url="https://www.example.com/thanks")

    answer = await world.send("POST", f"/v1/public/forms/{form['key']}", VISITOR, data=ANN, headers=HTML)

    assert (answer.status_code, answer.headers["location"]) == (303, "https://www.example.com/thanks")


async def test_wrong_values_are_kept_corrected_and_released(world: World) -> None:
    form = await a_form(world)

    receipt = await received(world, form, {"name": "Bob", "email": "bob at example", "consent.email": True})

    assert receipt["status"] == "received"
    assert [(e["pointer"], e["code"]) for e in receipt["errors"]] == [("/email", "email_invalid")]
    (entry,) = (await world.get("/v1/quarantine", door="form"))["items"]
    assert (entry["source_id"], entry["payload"]["name"], entry["partner_id"]) == (form["id"], "Bob", None)
    corrected = await world.patch(
        f"/v1/quarantine/{entry['id']}", {"payload": {"email": "bob@example.com"}}, entry["version"], MANAGER
    )
    assert corrected["errors"] == []
    released = await world.post(f"/v1/quarantine/{entry['id']}/release", by=MANAGER)
    lead = await world.get(f"/v1/leads/{released['lead_id']}")
    assert (lead["email"], lead["source"]) == ("bob@example.com", "website")
    assert len((await world.get(f"/v1/leads/{lead['id']}/consents"))["items"]) == 1
    (submission,) = await submissions(world, form)
    assert (submission["status"], submission["lead_id"]) == ("quarantined", lead["id"])


async def test_what_is_missing_or_no_choice_is_said_and_kept(world: World) -> None:
    form = await a_form(world, consents=[{**CONSENT, "required": True}])

    receipt = await received(world, form, {"phone": "+49 30 1234567", "attributes.size": "huge", "x": "y"})

    assert {(e["pointer"], e["code"]) for e in receipt["errors"]} == {
        ("/name", "required"),
        ("/email", "required"),
        ("/attributes/size", "unknown_value"),
        ("/consent.email", "required"),
    }
    (entry,) = (await world.get("/v1/quarantine"))["items"]
    assert entry["payload"]["phone"] == "+49 30 1234567"


async def test_spam_waits_with_its_reasons_and_the_sender_is_told_nothing_of_it(world: World) -> None:
    form = await a_form(world)
    token = (await world.get(f"/v1/public/forms/{form['key']}/schema", VISITOR))["rendered"]
    suspicious = [
        {**ANN, "fax_number": "filled in"},
        {**ANN, "rendered": token},
        {**ANN, "rendered": "made.up"},
        {**ANN, "name": "Buy http://x.example"},
        {**ANN, "email": "a@mailinator.com"},
        {**ANN, "notes": "Best SEO services: http://a http://b http://c"},
    ]

    answers = [await received(world, form, said) for said in suspicious]

    assert {(each["status"], tuple(each["errors"])) for each in answers} == {("received", ())}
    assert await world.count("lead") == 0
    entries = (await world.get("/v1/quarantine", sort="received_at"))["items"]
    assert all(entry["spam_score"] >= 50 and entry["spam_reasons"] for entry in entries)
    assert len(entries) == len(suspicious)
    assert entries[0]["spam_reasons"] == ["the hidden field was filled in"]
    many = await world.post("/v1/quarantine/release", {"filter": {"door": "form", "most_spam": 60}})
    assert {each["status"] for each in many["items"]} == {"released"}
    assert await world.count("lead") == len(many["items"]) == 4


async def test_more_than_a_days_limit_waits_and_is_not_refused(world: World) -> None:
    form = await a_form(world, daily_limit=2)

    for number in range(3):
        await received(world, form, {**ANN, "email": f"a{number}@example.com"})
    world.now = NOW + timedelta(days=1)
    await received(world, form, ANN)

    days = (await world.get(f"/v1/web-forms/{form['id']}/days"))["items"]
    assert [(day["date"], day["received"], day["accepted"], day["quarantined"]) for day in days] == [
        ("2027-03-02", 1, 1, 0),
        ("2027-03-01", 3, 2, 1),
    ]


async def test_double_opt_in_makes_the_lead_when_it_is_confirmed_and_once(world: World) -> None:
    form = await a_form(world, double_opt_in=True, confirm_within_hours=2)
    receipt = await received(world, form, {**ANN, "consent.email": "on"})
    assert receipt["status"] == "waiting_for_confirmation"
    assert await world.count("lead") == 0
    (waiting,) = await submissions(world, form, status="pending")
    assert (waiting["email"], waiting["expires_at"]) == ("ann@example.com", iso(NOW + timedelta(hours=2)))
    path = waiting["confirm_path"]
    world.now = NOW + timedelta(hours=1)

    opened = await world.send("GET", path, VISITOR, headers=HTML)
    assert opened.status_code == 200 and await world.count("lead") == 0
    answers = [await world.send("POST", path, VISITOR, headers=HTML) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    (lead,) = (await world.get("/v1/leads"))["items"]
    (agreed,) = (await world.get(f"/v1/leads/{lead['id']}/consents"))["items"]
    assert agreed["at"] == iso(world.now)
    (done,) = await submissions(world, form)
    assert (done["status"], done["lead_id"], done["confirm_path"], done["email"]) == (
        "accepted",
        lead["id"],
        None,
        None,
    )
    told = await world.get(f"/v1/public/receipts/{receipt['receipt_id']}", VISITOR)
    assert told == {"receipt_id": receipt["receipt_id"], "received_at": iso(NOW), "status": "received"}
    await world.work_off(at=NOW + timedelta(days=9))
    assert (await submissions(world, form))[0]["status"] == "accepted"
    facts = await world.events(receipt["receipt_id"])
    assert [(fact["type"], fact["sequence"]) for fact in facts] == [
        ("leads.submission.confirmation_awaited", 1),
        ("leads.submission.confirmed", 2),
    ]
    assert facts[0]["data"]["expires_at"] == iso(NOW + timedelta(hours=2))
    assert facts[1]["data"]["lead_id"] == lead["id"]
    assert "ann@example.com" not in str(facts)


async def test_what_nobody_confirms_is_forgotten_in_time(world: World) -> None:
    form = await a_form(world, double_opt_in=True)
    receipt = await received(world, form, ANN)
    (waiting,) = await submissions(world, form)
    world.now = NOW + timedelta(hours=48)

    await world.work_off()

    (expired,) = await submissions(world, form)
    assert (expired["status"], expired["email"], expired["confirm_path"]) == ("expired", None, None)
    told = await world.get(f"/v1/public/receipts/{receipt['receipt_id']}", VISITOR)
    assert told["status"] == "expired"
    fact = (await world.events(receipt["receipt_id"]))[-1]
    assert (fact["type"], fact["data"]["status"]) == ("leads.submission.confirmation_expired", "expired")
    assert await world.refusal("POST", waiting["confirm_path"], by=VISITOR) == (410, "confirmation_over", [])
    assert (await world.refusal("POST", "/v1/public/forms/confirm/made.up", by=VISITOR))[0] == 404


async def test_a_key_can_be_changed_with_or_without_grace_and_a_form_closed(world: World) -> None:
    form = await a_form(world)
    rotated = await world.post(f"/v1/web-forms/{form['id']}/rotate-key", {"keep_old_hours": 1})
    assert rotated["key"] != form["key"]

    assert (await send(world, form, ANN)).status_code == 202
    world.now = NOW + timedelta(hours=1)
    assert (await send(world, form, ANN)).status_code == 404
    assert (await send(world, rotated, ANN)).status_code == 202
    closed = await world.patch(f"/v1/web-forms/{form['id']}", {"active": False}, rotated["version"])
    assert (await send(world, closed, ANN)).status_code == 404
    assert await world.refusal("GET", f"/v1/web-forms/{uuid4()}") == (404, "web_form_not_found", [])


async def test_only_pages_of_the_forms_origins_may_send_and_read(world: World) -> None:
    form = await a_form(world)
    where = f"/v1/public/forms/{form['key']}"

    allowed = await world.send("OPTIONS", where, VISITOR, headers={"Origin": SITE})
    refused = await world.send("OPTIONS", where, VISITOR, headers={"Origin": "https://evil.example"})
    sent = await send(world, form, ANN, Origin=SITE)

    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (204, SITE)
    assert "access-control-allow-origin" not in refused.headers
    assert sent.headers["access-control-allow-origin"] == SITE


async def test_a_body_that_is_no_form_is_refused(world: World) -> None:
    form = await a_form(world, largest_bytes=300)
    where = f"/v1/public/forms/{form['key']}"

    large = await world.send("POST", where, VISITOR, json={**ANN, "notes": "x" * 400})
    text = await world.send("POST", where, VISITOR, content=b"a=b", headers={"Content-Type": "text/plain"})
    array = await world.send("POST", where, VISITOR, json=[ANN])
    files = await world.send("POST", where, VISITOR, data=ANN, files={"file": ("a.txt", b"x")})

    codes = [(answer.status_code, answer.json()["code"]) for answer in (large, text, array, files)]
    assert codes == [
        (413, "body_too_large"),
        (415, "unsupported_media_type"),
        (400, "bad_request"),
        (413, "body_too_large"),
    ]


async def test_multipart_without_files_is_a_form(world: World) -> None:
    form = await a_form(world)
    parts = {name: (None, value) for name, value in ANN.items()}

    answer = await world.send("POST", f"/v1/public/forms/{form['key']}", VISITOR, files=parts, headers=HTML)

    assert answer.status_code == 200 and await world.count("lead") == 1


async def test_a_form_that_makes_no_sense_is_refused(world: World) -> None:
    wrong = {
        "name": "x",
        "fields": [{"field": "owner_id", "label": "a"}],
        "honeypot": "email",
        "frame_ancestors": ["https://a.example/path"],
        "colour": "red",
    }

    status, code, errors = await world.refusal("POST", "/v1/web-forms", wrong)

    assert (status, code) == (422, "validation_failed")
    assert {pointer for pointer, _ in errors} >= {
        "/fields/0/field",
        "/honeypot",
        "/frame_ancestors/0",
        "/colour",
    }
    twice = {"name": "x", "fields": [FIELDS[0], FIELDS[0]]}
    assert (await world.refusal("POST", "/v1/web-forms", twice))[0] == 422


async def test_a_rep_edits_a_lead_of_a_form_like_any_other(world: World) -> None:
    form = await a_form(world)
    await received(world, form, ANN)
    (lead,) = (await world.get("/v1/leads"))["items"]

    owned = await world.post(f"/v1/leads/{lead['id']}/assign", {"owner_id": REP.sub})

    assert (await world.get(f"/v1/leads/{owned['id']}", REP))["name"] == "Ann Lee"
