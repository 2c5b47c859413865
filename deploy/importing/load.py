"""Pushes the folder through the gateway, oldest owner first: teams, members, accounts, products, deals.

Loading twice changes nothing: everything is known by its source system and its id there.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.progress import Progress

from deploy.gateway_client import GatewayClient
from deploy.importing.mapping import Mapping
from deploy.importing.rows import Known, account_item, deal_item, email_of, product_item
from deploy.importing.source import Findings, Row, read_rows

Json = dict[str, Any]
Ids = dict[str, str]


class Load:
    """One run: what was sent, what became of it, and what was odd."""

    def __init__(self, gateway: GatewayClient, data: Path, mapping: Mapping, progress: Progress) -> None:
        self.gateway = gateway
        self.mapping = mapping
        self.findings = Findings()
        self.results: dict[str, Counter[str]] = {}
        self._data = data
        self._progress = progress
        self.root_team_id = ""

    def run(self) -> None:
        """Loads everything. A row that is refused is listed and stops nothing."""
        members = self._teams_and_members()
        accounts = self._accounts()
        products, prices = self._products()
        self._deals(
            Known(members, accounts, products, prices, self._pipeline_id(), self._time_zone()),
        )

    def _teams_and_members(self) -> Ids:
        columns = self.mapping.teams
        rows = self._read(columns.file, {}, columns.rep)
        manager_office = {row[columns.manager]: row[columns.office] for row in rows}
        self.root_team_id = self._send("teams", [self._team(columns.root, None)])[columns.root]
        offices = self._send(
            "teams",
            [self._team(office, self.root_team_id) for office in sorted(set(manager_office.values()))],
        )
        team_of = _team_names(manager_office)
        teams = self._send(
            "teams", [self._team(team_of[name], offices[manager_office[name]]) for name in sorted(team_of)]
        )
        people = [(name, "manager", team_of[name]) for name in sorted(manager_office)]
        people += [(row[columns.rep], "rep", team_of[row[columns.manager]]) for row in rows]
        members = self._send(
            "members", [self._member(name, role, teams[team]) for name, role, team in people]
        )
        led = [self._team(team, None) | {"manager_id": members[name]} for name, team in team_of.items()]
        self._send(
            "teams", [{k: v for k, v in team.items() if k != "parent_id"} for team in led], count=False
        )
        return members

    def _accounts(self) -> Ids:
        columns = self.mapping.accounts
        rows = self._read(columns.file, columns.corrections, columns.name)
        items = [account_item(row, columns, self.mapping) for row in rows]
        accounts = self._send("accounts", items)
        children = [
            item | {"parent_id": accounts.get(row[columns.parent])}
            for row, item in zip(rows, items, strict=True)
            if row[columns.parent]
        ]
        self._send("accounts", children, count=False)
        return accounts

    def _products(self) -> tuple[Ids, Ids]:
        columns = self.mapping.products
        rows = self._read(columns.file, {}, columns.name)
        products = self._send("products", [product_item(row, columns, self.mapping) for row in rows])
        return products, {row[columns.name]: row[columns.list_price] for row in rows}

    def _deals(self, known: Known) -> None:
        columns = self.mapping.deals
        rows = self._read(columns.file, columns.corrections, columns.external_id)
        self._send("deals", [deal_item(row, columns, self.mapping, known, self.findings) for row in rows])

    def _pipeline_id(self) -> str:
        wanted = self.mapping.pipeline
        for pipeline in self.gateway.every("/v1/pipelines"):
            if pipeline["name"] == wanted.name:
                return str(pipeline["id"])
        return str(self.gateway.post("/v1/pipelines", wanted.model_dump(mode="json"))["id"])

    def _time_zone(self) -> str:
        return str(self.gateway.get("/v1/organisation")["time_zone"])

    def _team(self, name: str, parent_id: str | None) -> Json:
        source = {"source_system": self.mapping.source_system, "external_id": name}
        return {**source, "name": name, "parent_id": parent_id}

    def _member(self, name: str, role: str, team_id: str) -> Json:
        return {
            "source_system": self.mapping.source_system,
            "external_id": name,
            "name": name,
            "email": email_of(name, self.mapping.teams.email_domain),
            "role": role,
            "team_id": team_id,
        }

    def _read(self, file: str, corrections: dict[str, dict[str, str]], name: str) -> list[Row]:
        def name_of(row: Row) -> str:
            return row[name]

        return read_rows(self._data / file, corrections, self.findings, name_of)

    def _send(self, things: str, items: Sequence[Json], *, count: bool = True) -> Ids:
        """Pushes in batches; the ids by external id. Refused items become findings."""
        task = self._progress.add_task(things, total=len(items))
        ids: Ids = {}
        results = self.results.setdefault(things, Counter())
        for item, result in self.gateway.batches(f"/v1/{things}/batch", items):
            self._progress.advance(task)
            if count:
                results[result["status"]] += 1
            if result["id"] is not None:
                ids[item["external_id"]] = result["id"]
            if result["problem"] is not None:
                self.findings.add(f"{things} refused: {_reason(result['problem'])}", item["external_id"])
        return ids


def _team_names(manager_office: dict[str, str]) -> Ids:
    """Manager -> team name: the office and a number, since a team's name should not name a person."""
    number: Counter[str] = Counter()
    names: Ids = {}
    for manager in sorted(manager_office):
        office = manager_office[manager]
        number[office] += 1
        names[manager] = f"{office} {number[office]}"
    return names


def _reason(problem: Json) -> str:
    fields = ", ".join(f"{error['pointer']} {error['code']}" for error in problem.get("errors", []))
    return f"{problem['code']} {fields}".strip()
