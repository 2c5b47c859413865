"""A win told late, forecasts of then, and a ledger made anew while the product runs, seen from outside."""

import sys
from datetime import UTC, datetime

import httpx

from tests.support.front import Front, Json
from tests.support.product import Stack
from tests.support.waiting import eventually


def test_a_win_told_late_is_in_what_is_known_now_and_not_in_what_was_known_then(
    stack: Stack, front: Front, unique: str
) -> None:
    director = front.as_role("director")
    product = director.post("/v1/products", json={"name": unique}).json()["id"]
    deal = {
        "name": unique,
        "product_id": product,
        "amount": {"amount": "700.00", "currency": forecast(director, {})["currency"]},
        "expected_close": datetime.now(UTC).date().isoformat(),
    }
    opened = director.post("/v1/deals", json=deal)
    assert opened.status_code == 201, opened.text
    asked = {"period": "year", "product_id": product}
    assert figures(seen(director, opened, asked)) == ("0.00", "700.00")

    then = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    won = director.post(
        f"/v1/deals/{opened.json()['id']}/win",
        json={"closed_at": opened.json()["created_at"]},
        headers={"If-Match": "*"},
    )
    assert won.status_code == 200, won.text

    assert figures(seen(director, won, asked)) == ("700.00", "0.00")
    assert figures(forecast(director, asked | {"as_of": then})) == ("700.00", "0.00")
    assert figures(forecast(director, asked | {"as_of": then, "known_at": then})) == ("0.00", "700.00")
    ledger = director.get(
        f"/v1/forecast/ledger/{opened.json()['id']}", params={"as_of": then, "known_at": then}
    ).json()
    assert [(each["status"], each["holds"]) for each in ledger["statements"]] == [
        ("open", True),
        ("won", False),
    ]
    assert front.as_partner().get(f"/v1/forecast/ledger/{opened.json()['id']}").status_code == 403

    made_anew = stack.command("exec", "--", sys.executable, "-m", "services.forecast.rebuild", "deals")
    assert made_anew.returncode == 0, made_anew.stdout
    assert "events/s" in made_anew.stdout
    assert "swapped" in made_anew.stdout
    assert figures(forecast(director, asked)) == ("700.00", "0.00")
    assert figures(forecast(director, asked | {"as_of": then, "known_at": then})) == ("0.00", "700.00")


def test_the_accuracy_of_past_forecasts_says_what_each_figure_is(front: Front) -> None:
    director = front.as_role("director")

    answer = director.get(
        "/v1/forecast/accuracy", params={"kind": "month", "periods": 6, "group_by": "owner"}
    )

    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert len(found["actual"]) == 6
    methods = {each["method"] for each in found["methods"]}
    assert methods | {"wape", "bias", "brier"} <= found["definitions"].keys()
    assert all(each["state"] == "ok" or each["wape"] is None for each in found["methods"])
    refused = director.get("/v1/forecast/accuracy", params={"kind": "week"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/query/kind")


def seen(client: httpx.Client, write: httpx.Response, asked: Json) -> Json:
    """The forecast once it has this write."""
    waiting = {"X-Wait-For": write.headers["X-Event-Position"]}

    def look() -> httpx.Response | None:
        answer = client.get("/v1/forecast", params=asked, headers=waiting)
        return answer if answer.headers["X-Wait-For-Reached"] == "true" else None

    answer: Json = eventually(look).json()
    return answer


def forecast(client: httpx.Client, asked: Json) -> Json:
    answer = client.get("/v1/forecast", params=asked)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def figures(found: Json) -> tuple[str, str]:
    """Closed, and open pipeline."""
    return found["closed"]["amount"], found["open_pipeline"]["amount"]
