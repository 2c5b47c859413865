"""A lead pushed by a partner becomes a line in the forecast, through every service."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx

from tests.support.front import Front, Json, problem
from tests.support.waiting import eventually


def test_a_pushed_lead_becomes_a_line_in_the_forecast(front: Front, unique: str) -> None:
    partner, rep = front.as_partner(), front.as_role("rep")
    close = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()

    lead = a_pushed_lead(partner, unique)
    lead = hand_to_rep(front, lead)
    deal_id = convert(rep, lead, unique, close)

    deal = eventually(lambda: found(rep, f"/v1/deals/{deal_id}"))
    assert deal["status"] == "open"
    line = eventually(lambda: line_of(rep, close, "open_pipeline"))
    assert line >= Decimal("1000.00")

    closed_before = line_of(rep, today(rep), "closed")
    won = rep.post(f"/v1/deals/{deal_id}/win", json={}, headers={"If-Match": "*"})
    assert won.status_code == 200, won.text
    eventually(lambda: line_of(rep, today(rep), "closed") == closed_before + Decimal("1000.00"))

    answer = eventually(lambda: timeline_with(partner, unique, "won"))
    assert answer["external_id"] == unique
    assert [entry["at"] for entry in answer["timeline"]] == sorted(e["at"] for e in answer["timeline"])


def test_a_read_that_waits_for_a_write_sees_it(front: Front, unique: str) -> None:
    rep = front.as_role("rep")
    close = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
    body = {
        "name": unique,
        "amount": {"amount": "77.00", "currency": "USD"},
        "expected_close": close,
    }
    before = line_of(rep, close, "open_pipeline")

    opened = rep.post("/v1/deals", json=body)
    assert opened.status_code == 201, opened.text
    answer = eventually(lambda: reading_after(opened, rep, close))

    assert Decimal(answer.json()["open_pipeline"]["amount"]) == before + Decimal("77.00")


def test_one_correlation_id_is_found_in_every_service(front: Front, unique: str) -> None:
    director = front.as_role("director")
    answer = director.post(
        "/v1/leads",
        json={"name": unique, "email": f"{unique}@example.com"},
        headers={"X-Correlation-Id": f"trace-{unique}"},
    )
    assert answer.status_code == 201, answer.text
    assert answer.headers["X-Correlation-Id"] == f"trace-{unique}"

    def told() -> list[Json]:
        page = director.get("/v1/events", params={"topics": "leads", "limit": 200}).json()
        return [e for e in all_events(director, page) if e["correlation_id"] == f"trace-{unique}"]

    events = eventually(told)
    assert events[0]["subject"] == answer.json()["id"]


def test_the_overview_of_a_deal_is_composed_from_both_services(front: Front, unique: str) -> None:
    rep = front.as_role("rep")
    account = rep.post("/v1/accounts", json={"name": f"Account {unique}"}).json()
    deal = eventually(lambda: opened_with(rep, {"name": unique, "account_id": account["id"]}))

    overview = eventually(lambda: whole(rep.get(f"/v1/deals/{deal['id']}/overview")))

    assert overview["deal"]["data"]["id"] == deal["id"]
    assert overview["account"]["data"]["name"] == f"Account {unique}"


def reading_after(write: httpx.Response, rep: httpx.Client, day: str) -> httpx.Response | None:
    """The forecast of the day, if it says that it contains the write."""
    answer = rep.get(
        "/v1/forecast",
        params={"from": day, "to": day},
        headers={"X-Wait-For": write.headers["X-Event-Position"]},
    )
    return answer if answer.headers["X-Wait-For-Reached"] == "true" else None


def opened_with(rep: httpx.Client, body: Json) -> Json | None:
    """The deal, unless what it refers to is not known in the other service yet."""
    answer = rep.post("/v1/deals", json=body)
    if answer.status_code == 422:
        problem(answer, 422, "reference_unknown")
        return None
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


def whole(overview: httpx.Response) -> Json | None:
    """The overview, if no part is missing."""
    parts: Json = overview.json()
    return parts if {part["state"] for part in parts.values()} == {"ok"} else None


def a_pushed_lead(partner: httpx.Client, reference: str) -> Json:
    body = {
        "external_id": reference,
        "name": "Grace Buyer",
        "company": f"Buyers {reference}",
        "email": f"{reference}@example.com",
        "source": "partner",
    }
    answer = partner.post("/v1/partner/leads", json=body)
    assert answer.status_code == 201, answer.text
    receipt: Json = answer.json()
    assert receipt["status"] == "created"
    return receipt


def hand_to_rep(front: Front, lead: Json) -> Json:
    rep_id = front.as_role("rep").get("/v1/me").json()["id"]
    path = f"/v1/leads/{lead['id']}"
    assigned = front.as_role("director").post(
        f"{path}/assign", json={"owner_id": rep_id}, headers={"If-Match": "*"}
    )
    assert assigned.status_code == 200, assigned.text
    mine: Json = front.as_role("rep").get(path).json()
    return mine


def convert(rep: httpx.Client, lead: Json, name: str, close: str) -> str:
    path = f"/v1/leads/{lead['id']}"
    qualified = rep.post(f"{path}/qualify", json={}, headers={"If-Match": "*"})
    assert qualified.status_code == 200, qualified.text
    deal = {
        "name": name,
        "amount": {"amount": "1000.00", "currency": "USD"},
        "expected_close": close,
    }
    converted = rep.post(f"{path}/convert", json={"deal": deal}, headers={"If-Match": "*"})
    assert converted.status_code == 200, converted.text
    assert converted.json()["account_id"]
    assert converted.json()["contact_id"]
    return str(eventually(lambda: rep.get(path).json()["deal_id"]))


def line_of(rep: httpx.Client, day: str, figure: str) -> Decimal:
    answer = rep.get("/v1/forecast", params={"from": day, "to": day})
    assert answer.status_code == 200, answer.text
    return Decimal(answer.json()[figure]["amount"])


def today(rep: httpx.Client) -> str:
    return datetime.now(UTC).date().isoformat()


def found(client: httpx.Client, path: str) -> Json | None:
    answer = client.get(path)
    body: Json = answer.json()
    return body if answer.status_code == 200 else None


def timeline_with(partner: httpx.Client, reference: str, what: str) -> Json | None:
    answer: Json = partner.get(f"/v1/partner/leads/{reference}").json()
    return answer if any(what in entry["what"] for entry in answer["timeline"]) else None


def all_events(client: httpx.Client, page: Json) -> list[Json]:
    events: list[Json] = list(page["items"])
    while page["more"]:
        page = client.get(
            "/v1/events", params={"topics": "leads", "limit": 200, "after": page["next"]}
        ).json()
        events += page["items"]
    return events
