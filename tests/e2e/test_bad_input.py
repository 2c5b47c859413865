"""Bad input gets a documented problem and changes nothing. All through the gateway."""

import json
from typing import Any

import httpx
import pytest

from tests.support.front import Front, Json, problem

UNKNOWN_ID = "0192f0c1-0000-7000-8000-000000000000"


def test_bad_json_is_named(front: Front) -> None:
    answer = front.as_role("rep").post(
        "/v1/leads", content=b'{"name": ', headers={"Content-Type": "application/json"}
    )

    problem(answer, 400, "malformed_json")


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"name": 5}, "/name", "wrong_type"),
        ({"name": "A", "email": "not an address"}, "/email", None),
        ({"name": "A", "nmae": "B"}, "/nmae", "unknown_field"),
        (
            {"name": "A", "expected_value": {"amount": 12.5, "currency": "USD"}},
            "/expected_value/amount",
            None,
        ),
        ({"name": "A" * 5000}, "/name", "too_long"),
    ],
)
def test_a_wrong_field_is_named_with_its_rule(
    front: Front, body: Json, pointer: str, code: str | None
) -> None:
    rep = front.as_role("rep")
    before = total(rep, "/v1/leads")

    refused = problem(rep.post("/v1/leads", json=body), 422, "validation_failed")

    assert refused["errors"][0]["pointer"] == pointer
    assert code is None or refused["errors"][0]["code"] == code
    assert total(rep, "/v1/leads") == before


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("nmae=A", "unknown_parameter"),
        ("limit=201", "invalid_parameter"),
        ("limit=none", "invalid_parameter"),
        ("sort=password", "invalid_parameter"),
        ("created_at=near:2027-01-01", None),
        ("cursor=forged", "invalid_cursor"),
        ("fields=id,nothing", "invalid_parameter"),
    ],
)
def test_a_wrong_parameter_is_refused_never_ignored(front: Front, query: str, code: str | None) -> None:
    answer = front.as_role("rep").get(f"/v1/leads?{query}")

    assert answer.status_code == 400, answer.text
    assert code is None or answer.json()["code"] == code


def test_a_body_of_two_megabytes_is_refused(front: Front) -> None:
    body = json.dumps({"name": "A", "needs": "x" * 2_000_000}).encode()

    answer = front.as_role("rep").post(
        "/v1/leads", content=body, headers={"Content-Type": "application/json"}
    )

    problem(answer, 413, "body_too_large")


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "unauthenticated"),
        ({"Authorization": "Bearer forged"}, "token_invalid"),
        ({"X-Api-Key": "dsk_nobody_nothing"}, None),
        ({"Authorization": "Basic YTpi"}, None),
    ],
)
def test_a_wrong_or_missing_token_is_401(front: Front, headers: dict[str, str], code: str | None) -> None:
    answer = front.as_nobody().get("/v1/leads", headers=headers)

    assert answer.status_code == 401, answer.text
    assert "WWW-Authenticate" in answer.headers
    assert code is None or answer.json()["code"] == code


def test_anothers_record_is_not_there(front: Front, unique: str) -> None:
    director = front.as_role("director")
    lead = director.post("/v1/leads", json={"name": unique, "owner_id": id_of(front, "manager")}).json()

    problem(front.as_role("rep").get(f"/v1/leads/{lead['id']}"), 404, "lead_not_found")
    problem(front.as_role("rep").get(f"/v1/leads/{UNKNOWN_ID}"), 404, "lead_not_found")


def test_what_a_role_may_not_do_is_403(front: Front) -> None:
    answer = front.as_partner().get("/v1/deals")

    problem(answer, 403, "forbidden")


def test_ops_see_no_customer_data(front: Front) -> None:
    problem(front.as_role("ops").get("/v1/leads"), 403, "forbidden")


def test_a_stale_etag_is_412_with_base_theirs_and_yours(front: Front, unique: str) -> None:
    rep = front.as_role("rep")
    created = rep.post("/v1/leads", json={"name": unique, "company": "First"})
    path, etag = f"/v1/leads/{created.json()['id']}", created.headers["ETag"]
    assert rep.patch(path, json={"company": "Theirs"}, headers={"If-Match": etag}).status_code == 200

    refused = problem(
        rep.patch(path, json={"company": "Yours"}, headers={"If-Match": etag}), 412, "version_conflict"
    )

    conflict = refused["conflict"]["company"]
    assert (conflict["theirs"], conflict["yours"]) == ("Theirs", "Yours")
    assert rep.get(path).json()["company"] == "Theirs"


def test_edits_of_different_fields_merge(front: Front, unique: str) -> None:
    rep = front.as_role("rep")
    created = rep.post("/v1/leads", json={"name": unique})
    path, etag = f"/v1/leads/{created.json()['id']}", created.headers["ETag"]

    first = rep.patch(path, json={"company": "Merged"}, headers={"If-Match": etag})
    second = rep.patch(path, json={"job_title": "Buyer"}, headers={"If-Match": etag})

    assert (first.status_code, second.status_code) == (200, 200), second.text
    assert (second.json()["company"], second.json()["job_title"]) == ("Merged", "Buyer")


def test_a_change_without_if_match_is_428(front: Front, unique: str) -> None:
    rep = front.as_role("rep")
    lead = rep.post("/v1/leads", json={"name": unique}).json()

    problem(rep.patch(f"/v1/leads/{lead['id']}", json={"company": "X"}), 428, "precondition_required")


def test_a_stage_that_does_not_exist_is_refused(front: Front, unique: str) -> None:
    rep, deal = a_deal(front, unique)

    answer = rep.post(f"/v1/deals/{deal['id']}/stage", json={"stage": "Nowhere"}, headers={"If-Match": "*"})

    problem(answer, 422, "stage_unknown")
    assert rep.get(f"/v1/deals/{deal['id']}").json()["version"] == deal["version"]


def test_converting_twice_is_refused(front: Front, unique: str) -> None:
    rep = front.as_role("rep")
    lead = rep.post("/v1/leads", json={"name": unique, "company": unique}).json()
    path = f"/v1/leads/{lead['id']}"
    assert rep.post(f"{path}/qualify", json={}, headers={"If-Match": "*"}).status_code == 200
    assert rep.post(f"{path}/convert", json={}, headers={"If-Match": "*"}).status_code == 200

    problem(rep.post(f"{path}/convert", json={}, headers={"If-Match": "*"}), 409, "lead_already_converted")


def test_winning_a_lost_deal_is_refused(front: Front, unique: str) -> None:
    rep, deal = a_deal(front, unique)
    path = f"/v1/deals/{deal['id']}"
    lost = rep.post(f"{path}/lose", json={"reason": "price"}, headers={"If-Match": "*"})
    assert lost.status_code == 200, lost.text

    problem(rep.post(f"{path}/win", json={}, headers={"If-Match": "*"}), 409, "deal_not_open")
    assert rep.get(path).json()["status"] == "lost"


def test_a_deal_in_a_currency_without_a_rate_is_refused(front: Front, unique: str) -> None:
    rep = front.as_role("rep")
    before = total(rep, "/v1/deals")

    answer = rep.post("/v1/deals", json={"name": unique, "amount": {"amount": "5.00", "currency": "XTS"}})

    refused = problem(answer, 422, "rate_missing")
    assert refused["errors"][0]["pointer"] == "/amount/currency"
    assert total(rep, "/v1/deals") == before


def test_an_unknown_path_is_404_and_a_wrong_method_405(front: Front) -> None:
    rep = front.as_role("rep")

    problem(rep.get("/v1/nothing"), 404, "not_found")
    assert rep.delete("/v1/leads").status_code == 405


def test_a_malformed_partner_lead_is_kept_and_can_be_released(front: Front, unique: str) -> None:
    partner, director = front.as_partner(), front.as_role("director")
    pushed = partner.post(
        "/v1/partner/leads", json={"external_id": unique, "name": "A", "email": "not an address"}
    )
    assert pushed.status_code == 202, pushed.text
    receipt = pushed.json()
    assert receipt["status"] == "quarantined"

    held = director.get("/v1/quarantine", params={"external_id": unique}).json()["items"][0]
    path = f"/v1/quarantine/{held['id']}"
    problem(director.post(f"{path}/release", json={}, headers={"If-Match": "*"}), 422, "validation_failed")
    etag = director.get(path).headers["ETag"]
    mended = director.patch(
        path, json={"payload": {"email": f"{unique}@example.com"}}, headers={"If-Match": etag}
    )
    assert mended.status_code == 200, mended.text
    released = director.post(f"{path}/release", json={}, headers={"If-Match": "*"})

    assert released.status_code == 200, released.text
    assert partner.get(f"/v1/partner/leads/{unique}").json()["status"] == "new"


def a_deal(front: Front, name: str) -> tuple[httpx.Client, Json]:
    rep = front.as_role("rep")
    answer = rep.post("/v1/deals", json={"name": name})
    assert answer.status_code == 201, answer.text
    deal: Json = answer.json()
    return rep, deal


def id_of(front: Front, role: str) -> Any:
    return front.as_role(role).get("/v1/me").json()["id"]


def total(client: httpx.Client, path: str) -> int:
    return int(client.get(path, params={"total": "exact", "limit": 1}).json()["total"])
