"""The doors of the running product: a form for visitors, and references of any characters."""

import re
from urllib.parse import quote

import pytest

from tests.support.front import Front, Json, problem

HTML = {"Accept": "text/html"}


@pytest.fixture
def form(front: Front, unique: str) -> Json:
    body = {
        "name": f"Form {unique}",
        "fields": [
            {"field": "name", "label": "Name", "required": True},
            {"field": "email", "label": "E-mail", "type": "email", "required": True},
        ],
        "fixed": {"source": "website", "campaign": unique},
        "consents": [{"channel": "email", "text": "You may write to me."}],
        "double_opt_in": True,
    }
    made = front.as_role("director").post("/v1/web-forms", json=body)
    assert made.status_code == 201, made.text
    form: Json = made.json()
    return form


def test_a_visitor_becomes_a_lead_by_form_and_confirmation(front: Front, form: Json, unique: str) -> None:
    nobody, director = front.as_nobody(), front.as_role("director")
    page = nobody.get(f"/v1/public/forms/{form['key']}", headers=HTML)
    assert page.status_code == 200, page.text
    assert "RateLimit" in page.headers and "frame-ancestors" in page.headers["Content-Security-Policy"]
    assert 'name="email"' in page.text

    said = {"name": "Ann Lee", "email": f"{unique}@example.com", "consent.email": "on"}
    sent = nobody.post(f"/v1/public/forms/{form['key']}", data=said, headers={"Accept": "application/json"})
    assert (sent.status_code, sent.json()["status"]) == (202, "waiting_for_confirmation"), sent.text

    where = f"/v1/web-forms/{form['id']}/submissions"
    (waiting,) = director.get(where, params={"status": "pending"}).json()["items"]
    button = nobody.get(waiting["confirm_path"], headers=HTML)
    assert re.search('<form method="post">', button.text)
    assert nobody.post(waiting["confirm_path"], headers=HTML).status_code == 200

    (lead,) = director.get("/v1/leads", params={"campaign": unique}).json()["items"]
    assert (lead["email"], lead["origin"]) == (f"{unique}@example.com", "passive")
    receipt = nobody.get(f"/v1/public/receipts/{sent.json()['receipt_id']}").json()
    assert receipt["status"] == "received"


def test_visitors_reach_nothing_else(front: Front, form: Json) -> None:
    nobody = front.as_nobody()

    problem(nobody.get("/v1/web-forms"), 401, "unauthenticated")
    problem(nobody.delete(f"/v1/public/forms/{form['key']}"), 405, "method_not_allowed")
    problem(nobody.get("/v1/public/nothing"), 401, "unauthenticated")
    large = nobody.post(f"/v1/public/forms/{form['key']}", content=b"x" * 70_000)
    problem(large, 413, "body_too_large")


@pytest.mark.parametrize("tail", ["/b", "%2F", " 100%", "/../c"])
def test_a_partner_follows_references_of_any_characters(front: Front, unique: str, tail: str) -> None:
    partner, reference = front.as_partner(), unique + tail

    pushed = partner.post("/v1/partner/leads", json={"external_id": reference, "name": "Ann"})

    assert pushed.status_code == 201, pushed.text
    assert pushed.headers["Location"] == f"/v1/partner/leads/{quote(reference, safe='')}"
    followed = partner.get(pushed.headers["Location"])
    assert (followed.status_code, followed.json()["external_id"]) == (200, reference)


def test_head_is_answered_like_get(front: Front) -> None:
    answer = front.as_role("rep").head("/v1/leads")

    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 0
