"""Makes the demo organisation in an empty installation: people, offer, customers, deals. By the public API.

Safe to run again after a failure: everything carries its own external id.
"""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from deploy.demo.history import past_deals
from deploy.gateway_client import GatewayClient, GatewayRefused
from deploy.local.files import read_json, write_json

Json = dict[str, Any]
SOURCE = "demo"
DOMAIN = "demo.example"
PARTNER = "Referral Partner"
PEOPLE = (
    ("director", "Dana Director", "director", None),
    ("analyst", "Andrea Analyst", "analyst", None),
    ("ops", "Oskar Ops", "ops", None),
    ("manager", "Mara Manager", "manager", "North"),
    ("manager.south", "Milo Manager", "manager", "South"),
    ("rep", "Rita Rep", "rep", "North"),
    ("rep.2", "Ravi Rep", "rep", "North"),
    ("rep.3", "Rosa Rep", "rep", "South"),
    ("rep.4", "Rob Rep", "rep", "South"),
)
PRODUCTS = (("Starter", "1200.00"), ("Team", "4800.00"), ("Business", "12500.00"), ("Enterprise", "48000.00"))
COMPANIES = (
    *("Alder Works", "Birch & Sons", "Cedar Freight", "Dune Optics", "Elm Dental", "Fjord Foods"),
    *("Grove Media", "Harbour Steel", "Inlet Software", "Juniper Hotels", "Kestrel Air", "Lagoon Labs"),
)
DAYS_AGO = (150, 130, 115, 95, 80, 70, 60, 50, 40, 30, 21, 14)


def make_demo_organisation(gateway_url: str, admin: Json, demo_file: Path) -> None:
    """Fills the organisation and writes who can sign in to `demo_file`, last."""
    gateway = GatewayClient.signed_in(gateway_url, admin["email"], admin["password"])
    users = {"admin": admin} | _people(gateway, demo_file.with_suffix(".passwords"))
    members = {member["email"]: member["id"] for member in gateway.every("/v1/members")}
    reps = [members[f"{login}@{DOMAIN}"] for login, _, role, _ in PEOPLE if role == "rep"]
    _rates(gateway)
    products = _ids(gateway, "/v1/products/batch", [_product(name, price) for name, price in PRODUCTS])
    accounts = _ids(
        gateway, "/v1/accounts/batch", [_account(name, n, reps) for n, name in enumerate(COMPANIES)]
    )
    _ids(gateway, "/v1/leads/batch", [_lead(n, reps) for n in range(24)])
    _ids(gateway, "/v1/deals/batch", [_deal(n, reps, accounts, products) for n in range(36)])
    offer = [(products[name], name, price) for name, price in PRODUCTS]
    past = past_deals(datetime.now(UTC).date(), reps=reps, accounts=accounts, products=offer)
    _ids(gateway, "/v1/deals/batch", [{"source_system": SOURCE} | deal for deal in past])
    gateway.put("/v1/targets", {"period": _quarter(), "amount": {"amount": "250000.00", "currency": "USD"}})
    write_json(demo_file, {"users": users, "partner": _partner(gateway, demo_file)})


def _people(gateway: GatewayClient, kept: Path) -> Json:
    """Teams and members; passwords are kept aside first, so that a second try knows them."""
    passwords = read_json(kept) or {login: secrets.token_urlsafe(12) for login, *_ in PEOPLE}
    write_json(kept, passwords)
    root = _ids(gateway, "/v1/teams/batch", [_named("Sales")])["Sales"]
    teams = _ids(
        gateway, "/v1/teams/batch", [_named(name) | {"parent_id": root} for name in ("North", "South")]
    )
    for login, name, role, team in PEOPLE:
        body = {"name": name, "email": f"{login}@{DOMAIN}", "role": role, "password": passwords[login]}
        _create_once(gateway, "/v1/members", body | {"team_id": teams[team] if team else None})
    return {
        login: {"email": f"{login}@{DOMAIN}", "password": passwords[login]}
        for login, _, role, _ in PEOPLE
        if login == role
    }


def _partner(gateway: GatewayClient, demo_file: Path) -> Json:
    known = {partner["name"]: partner["id"] for partner in gateway.every("/v1/partners")}
    partner_id = known.get(PARTNER) or gateway.post("/v1/partners", {"name": PARTNER})["id"]
    key = gateway.post(f"/v1/partners/{partner_id}/keys", {"name": "demo"})
    return {"name": PARTNER, "api_key": key["api_key"]}


def _rates(gateway: GatewayClient) -> None:
    first = f"{datetime.now(UTC).year - 2}-01-01"
    rates = [("EUR", "1.10"), ("GBP", "1.27")]
    gateway.put(
        "/v1/exchange-rates",
        {"items": [{"currency": code, "valid_from": first, "rate": rate} for code, rate in rates]},
    )


def _named(name: str) -> Json:
    return {"source_system": SOURCE, "external_id": name, "name": name}


def _product(name: str, price: str) -> Json:
    return _named(name) | {"list_price": {"amount": price, "currency": "USD"}, "family": "Plans"}


def _account(name: str, number: int, reps: list[str]) -> Json:
    industries = ("manufacturing", "services", "software", "retail")
    return _named(name) | {
        "owner_id": reps[number % len(reps)],
        "industry": industries[number % len(industries)],
        "country": ("US", "NL", "DE", "GB")[number % 4],
    }


def _lead(number: int, reps: list[str]) -> Json:
    company = COMPANIES[number % len(COMPANIES)]
    return {
        "source_system": SOURCE,
        "external_id": f"lead-{number}",
        "name": f"Contact {number} of {company}",
        "company": company,
        "email": f"contact.{number}@{company.split()[0].lower()}.example",
        "source": ("web", "referral", "event", "call")[number % 4],
        "owner_id": reps[number % len(reps)] if number % 6 else None,
    }


def _deal(number: int, reps: list[str], accounts: Json, products: Json) -> Json:
    """A third won, a sixth lost, the rest open; each with dates of its own."""
    company = COMPANIES[number % len(COMPANIES)]
    product, price = PRODUCTS[number // 5 % len(PRODUCTS)]
    opened = datetime.now(UTC) - timedelta(days=DAYS_AGO[number % len(DAYS_AGO)] + number % 5)
    outcome = ("won", "open", "open", "lost", "won", "open")[number % 6]
    stages = ("Qualification", "Needs analysis", "Proposal", "Negotiation")[: number % 4 + 1]
    step = timedelta(days=2)
    history = [
        {"stage": stage, "entered_at": (opened + n * step).isoformat()} for n, stage in enumerate(stages)
    ]
    deal = {
        "source_system": SOURCE,
        "external_id": f"deal-{number}",
        "name": f"{company}: {product}",
        "owner_id": reps[(number // 6 + number) % len(reps)],
        "account_id": accounts[company],
        "product_id": products[product],
        "amount": {"amount": price, "currency": "USD"},
        "created_at": opened.isoformat(),
        "stage": stages[-1],
        "stage_history": history,
    }
    if outcome == "open":
        close = datetime.now(UTC) + timedelta(days=5 + 3 * (number % 12))
        return deal | {"expected_close": close.date().isoformat()}
    closed = opened + len(stages) * step + timedelta(days=1)
    return deal | {"outcome": outcome, "closed_at": closed.isoformat(), "loss_reason": _reason(outcome)}


def _reason(outcome: str) -> str | None:
    return "price" if outcome == "lost" else None


def _ids(gateway: GatewayClient, path: str, items: list[Json]) -> Json:
    """Sends a batch; the ids by external id. Anything refused ends the making of the demo."""
    ids = {}
    for item, result in gateway.batches(path, items):
        if result["problem"] is not None:
            raise GatewayRefused("POST", path, 200, result["problem"])
        ids[item["external_id"]] = result["id"]
    return ids


def _create_once(gateway: GatewayClient, path: str, body: Json) -> None:
    try:
        gateway.post(path, body)
    except GatewayRefused as refused:
        if refused.status != 409:
            raise


def _quarter() -> str:
    today = datetime.now(UTC)
    return f"{today.year}-Q{(today.month - 1) // 3 + 1}"
