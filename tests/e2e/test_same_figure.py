"""The same figure is the same everywhere: each report of a quarter that shows a figure shows the same one."""

from collections.abc import Iterator
from decimal import Decimal

import httpx
import pytest

from tests.support.front import Front, Json
from tests.support.waiting import eventually

FIGURES = ("closed", "commit", "best_case", "open_pipeline", "weighted")
RANGE = ("p10", "p50", "p90")
Shown = dict[str, dict[str, object]]
"""Figure -> report -> what it shows."""


@pytest.mark.parametrize("role", ["director", "manager", "rep"])
def test_a_figure_of_the_present_quarter_is_the_same_in_every_report(front: Front, role: str) -> None:
    snapshot = front.as_role("director").post("/v1/forecast/snapshots", json={"name": "The same figures"})
    assert snapshot.status_code == 201, snapshot.text
    caller = front.as_role(role)

    shown = eventually(lambda: undisturbed(caller, snapshot.headers["Location"]))

    assert shown["closed"].keys() >= {"figures", "executive", "waterfall", "gap", "prediction"}
    assert differing(shown) == {}
    assert Decimal(str(shown["closed"]["forecast"])) > 0


def test_a_quarter_that_is_over_is_the_same_in_every_report(front: Front) -> None:
    director = front.as_role("director")
    accuracy = read(director, "/v1/forecast/accuracy", periods="1")
    asked = {"period": accuracy["actual"][0]["period"]["name"]}
    forecast = read(director, "/v1/forecast", **asked)
    year = read(director, "/v1/forecast/executive", year=asked["period"][:4])
    (quarter,) = (each for each in year["quarters"] if each["period"] == forecast["period"])
    waterfall = read(director, "/v1/forecast/waterfall", **asked, known="now")

    closed = {
        "forecast": forecast["closed"],
        "accuracy": accuracy["actual"][0]["actual"],
        "executive": quarter["closed"],
        "regions": read(director, "/v1/analytics/regions", **asked)["revenue"],
        "gap": read(director, "/v1/forecast/gap", **asked)["actual_to_date"],
        "waterfall": waterfall["closed"]["until"]["amount"],
        "commit": forecast["commit"],
        **{name: forecast[name] for name in RANGE},
    }

    assert {name: each["amount"] for name, each in closed.items()} == dict.fromkeys(
        closed, forecast["closed"]["amount"]
    )


def undisturbed(caller: httpx.Client, snapshot: str) -> Shown | None:
    """What is shown, unless something was told while it was read, or since the snapshot."""
    found = shown_by(caller, snapshot)
    again = read(caller, "/v1/forecast")
    same = all(found[name]["forecast"] == again[name]["amount"] for name in FIGURES)
    return found if same else None


def shown_by(caller: httpx.Client, snapshot: str) -> Shown:
    """The present quarter, within the caller's scope."""
    forecast = read(caller, "/v1/forecast")
    figures = read(caller, "/v1/forecast/figures")
    waterfall = read(caller, "/v1/forecast/waterfall")
    prediction = read(caller, "/v1/forecast/prediction")
    year = read(caller, "/v1/forecast/executive")
    (quarter,) = (each for each in year["quarters"] if each["period"] == forecast["period"])
    methods = {each["method"]: each["amount"] for each in figures["methods"]}
    of_node = node_of(caller)
    node = read(caller, "/v1/forecast/items", **of_node)["node"]
    forecast_of_node = read(caller, "/v1/forecast", **of_node)

    found: Shown = {name: {"forecast": forecast[name]["amount"]} for name in (*FIGURES, *RANGE)}
    for name in FIGURES:
        found[name]["deals"] = str(round(sum(shares(caller, name)), 2))
        found[name]["snapshot"] = read(caller, f"{snapshot}/figures")[name]["amount"]
        if name != "weighted":
            found[f"{name} of the node"] = {
                "items": node[name]["amount_without_adjustments"]["amount"],
                "forecast": forecast_of_node[name]["amount"],
            }
        if name != "open_pipeline":
            found[name]["executive"] = quarter[name]["amount"]
    for name in RANGE:
        found[name] |= {"prediction": prediction[name]["amount"], "executive": quarter[name]["amount"]}
    found["closed"] |= {
        "figures": figures["closed"]["amount"],
        "waterfall": waterfall["closed"]["until"]["amount"]["amount"],
        "gap": read(caller, "/v1/forecast/gap")["actual_to_date"]["amount"],
        "prediction": prediction["closed"]["amount"],
        "regions": read(caller, "/v1/analytics/regions")["revenue"]["amount"],
    }
    found["open_pipeline"] |= {
        "figures": added(figures["near_closings"], figures["development"]),
        "waterfall": waterfall["open_until"]["amount"]["amount"],
    }
    for name in ("commit", "weighted"):
        found[name]["figures"] = methods[name]["amount"]
    return found


def node_of(caller: httpx.Client) -> dict[str, str]:
    """Everybody, a manager's team, a rep. A manager also sees the deals of nobody, which no team holds."""
    me = caller.get("/v1/me").json()
    return {"rep": {"owner_id": me["id"]}, "manager": {"team_id": me["team_id"]}}.get(me["role"], {})


def shares(caller: httpx.Client, figure: str) -> Iterator[Decimal]:
    """What each deal behind the figure adds to it."""
    asked = {"figure": figure, "limit": "200"}
    while True:
        page = read(caller, "/v1/forecast/deals", **asked)
        yield from (Decimal(each["share"]["amount"]) for each in page["items"] if each["share"])
        if page["next_cursor"] is None:
            return
        asked["cursor"] = page["next_cursor"]


def added(*amounts: Json) -> str:
    return str(sum(Decimal(each["amount"]) for each in amounts))


def differing(shown: Shown) -> Shown:
    return {figure: reports for figure, reports in shown.items() if len(set(reports.values())) > 1}


def read(caller: httpx.Client, path: str, **asked: str) -> Json:
    answer = caller.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body
