"""Each source says what becomes of duplicates, and a lead finds the contact it is."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.front import Front, Json, problem
from tests.support.waiting import eventually


@pytest.fixture
def director(front: Front) -> httpx.Client:
    return front.as_role("director")


@pytest.fixture
def policy(director: httpx.Client, unique: str, request: pytest.FixtureRequest) -> Iterator[Json]:
    """The policy of the source that has the test's own name; put away afterwards."""
    body = {"source": unique, "action": request.param, "min_score": 90, "pairs": ["lead-lead"]}
    made = director.post("/v1/duplicate-policies", json=body)
    assert made.status_code == 201, made.text
    yield made.json()
    director.delete(f"/v1/duplicate-policies/{made.json()['id']}", headers={"If-Match": "*"})


def a_person(unique: str, **fields: str) -> Json:
    return {"name": f"Ann {unique}", "email": f"{unique}@example.com", "source": unique, **fields}


def leads_of(director: httpx.Client, source: str) -> list[Json]:
    items: list[Json] = director.get("/v1/leads", params={"source": source}).json()["items"]
    return items


@pytest.mark.parametrize("policy", ["block"], indirect=True)
@pytest.mark.usefixtures("policy")
def test_where_duplicates_are_blocked_members_are_told_and_pushes_wait(
    front: Front, director: httpx.Client, unique: str
) -> None:
    partner = front.as_partner()
    first = director.post("/v1/leads", json=a_person(unique)).json()

    refused = problem(director.post("/v1/leads", json=a_person(unique)), 409, "duplicate_found")
    receipt = partner.post("/v1/partner/leads", json=a_person(unique, external_id=unique)).json()

    assert [each["id"] for each in refused["duplicates"]] == [first["id"]]
    assert receipt["status"] == "quarantined"
    assert len(leads_of(director, unique)) == 1
    entries = director.get("/v1/quarantine", params={"status": "open", "external_id": unique}).json()["items"]
    assert [each["duplicates"][0]["id"] for each in entries] == [first["id"]]

    released = director.post(
        f"/v1/quarantine/{entries[0]['id']}/release",
        json={"allow_duplicate": True},
        headers={"If-Match": "*"},
    )
    assert released.status_code == 200, released.text
    assert len(leads_of(director, unique)) == 2
    assert partner.get(f"/v1/partner/leads/{unique}").json()["status"] != "quarantined"


@pytest.mark.parametrize("policy", ["merge"], indirect=True)
@pytest.mark.usefixtures("policy")
def test_where_duplicates_are_merged_the_later_push_becomes_part_of_the_first(
    front: Front, director: httpx.Client, unique: str
) -> None:
    partner = front.as_partner()
    ones, others = f"{unique}-1", f"{unique}-2"
    first = partner.post("/v1/partner/leads", json=a_person(unique, external_id=ones)).json()
    second = partner.post(
        "/v1/partner/leads", json=a_person(unique, external_id=others, job_title="CTO")
    ).json()

    def merged() -> Json | None:
        seen: Json = partner.get(f"/v1/partner/leads/{others}").json()
        return seen if seen["merged_into"] else None

    followed = eventually(merged)

    assert (first["status"], second["status"]) == ("created", "duplicate")
    (lead,) = leads_of(director, unique)
    assert (lead["id"], lead["job_title"]) == (followed["merged_into"], "CTO")


def test_a_lead_of_a_contact_we_have_is_linked_and_becomes_that_contact(
    director: httpx.Client, unique: str
) -> None:
    account = director.post("/v1/accounts", json={"name": f"Werk {unique}"}).json()
    person = {"name": f"Ann {unique}", "email": f"{unique}@example.com"}
    contact = director.post("/v1/contacts", json={**person, "account_id": account["id"]}).json()
    lead = director.post("/v1/leads", json=person).json()

    def pair() -> Json | None:
        page = director.get("/v1/duplicates", params={"kind": "lead-contact", "a_id": lead["id"]}).json()
        other = director.get("/v1/duplicates", params={"kind": "lead-contact", "b_id": lead["id"]}).json()
        return next(iter([*page["items"], *other["items"]]), None)

    linked = director.post(
        f"/v1/duplicates/{eventually(pair)['id']}/link", json={}, headers={"If-Match": "*"}
    )

    assert linked.status_code == 200, linked.text
    seen = director.get(f"/v1/leads/{lead['id']}").json()
    assert (seen["contact_id"], seen["account_id"]) == (contact["id"], account["id"])
    director.post(f"/v1/leads/{lead['id']}/qualify", json={}, headers={"If-Match": "*"}).raise_for_status()
    converted = director.post(f"/v1/leads/{lead['id']}/convert", json={}, headers={"If-Match": "*"})
    assert converted.status_code == 200, converted.text
    assert (converted.json()["contact_id"], converted.json()["account_id"]) == (contact["id"], account["id"])
