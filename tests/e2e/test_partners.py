"""A partner from the contract to the commission report, through the front."""

import time

import httpx

from tests.support.front import Front, Json, problem
from tests.support.waiting import HANG_SECONDS


def own_report(front: Front, key: str, *, name: str) -> Json:
    """The report for the holder of this key, as soon as it knows the partner by name."""
    url = str(front.as_nobody().base_url)
    deadline = time.monotonic() + HANG_SECONDS
    while True:
        answer = httpx.get(f"{url}/v1/partner/report", headers={"X-Api-Key": key}, params={"period": "year"})
        assert answer.status_code == 200, answer.text
        report: Json = answer.json()
        if report["name"] == name or time.monotonic() > deadline:
            return report
        time.sleep(0.05)


def test_a_partner_sees_what_it_sent_and_a_manager_what_all_sent(front: Front, unique: str) -> None:
    admin, director, rep = (front.as_role(role) for role in ("admin", "director", "rep"))
    currency = director.get("/v1/organisation").json()["base_currency"]
    nothing = {"amount": "0.00", "currency": currency}
    tier = {"name": "first", "from_revenue": nothing, "reward_rate": "0.05"}
    program = director.post("/v1/partner-programs", json={"name": f"Program {unique}", "tiers": [tier]})
    assert program.status_code == 201, program.text
    body = {"name": f"Dealer {unique}", "kind": "dealer", "program_id": program.json()["id"]}
    partner = admin.post("/v1/partners", json=body)
    assert partner.status_code == 201, partner.text
    key = admin.post(f"/v1/partners/{partner.json()['id']}/keys", json={"name": "first"}).json()["api_key"]

    url = str(front.as_nobody().base_url)
    lead = {"external_id": "1", "name": "Ann Lee"}
    pushed = httpx.post(f"{url}/v1/partner/leads", headers={"X-Api-Key": key}, json=lead)

    assert pushed.status_code == 201, pushed.text
    mine = own_report(front, key, name=f"Dealer {unique}")
    assert (mine["sent"], mine["accepted"], mine["commission_due"]["amount"]) == (1, 1, "0.00")
    results = director.get(f"/v1/partner-programs/{program.json()['id']}/results", params={"period": "year"})
    assert [each["name"] for each in results.json()["partners"]] == [f"Dealer {unique}"]
    problem(rep.get("/v1/analytics/partners"), 403, "forbidden")
    unknown = admin.post("/v1/partners", json={**body, "name": "Other", "program_id": pushed.json()["id"]})
    assert problem(unknown, 422, "reference_unknown")["errors"][0]["pointer"] == "/program_id"
