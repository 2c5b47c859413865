"""What the file says against what the services answer. Every figure is asked for, none is assumed."""

import csv
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from deploy.gateway_client import GatewayClient
from deploy.importing.load import Load
from deploy.importing.mapping import Mapping

PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One reconciled figure: what the file says and what each part answers."""

    what: str
    file: str
    answers: dict[str, str]

    @property
    def agrees(self) -> bool:
        """True when every part answers exactly what the file says."""
        return all(answer == self.file for answer in self.answers.values())


def count_lines(gateway: GatewayClient, data: Path, mapping: Mapping) -> list[Line]:
    """Teams, members, accounts, products and deals by outcome: the files against the services' totals."""
    source = mapping.source_system
    teams = _rows(data / mapping.teams.file)
    deals = _rows(data / mapping.deals.file)
    stages = Counter(row[mapping.deals.stage] for row in deals)
    offices = {row[mapping.teams.office] for row in teams}
    managers = {row[mapping.teams.manager] for row in teams}

    def total(path: str, **filters: str) -> dict[str, str]:
        page = gateway.get(path, source_system=source, limit=1, total="exact", **filters)
        return {path.split("/")[2]: str(page["total"])}

    lines = [
        Line(
            "teams (root, offices, one per manager)",
            str(1 + len(offices) + len(managers)),
            total("/v1/teams"),
        ),
        Line("managers", str(len(managers)), total("/v1/members", role="manager")),
        Line("reps", str(len({row[mapping.teams.rep] for row in teams})), total("/v1/members", role="rep")),
        Line("accounts", str(len(_rows(data / mapping.accounts.file))), total("/v1/accounts")),
        Line("products", str(len(_rows(data / mapping.products.file))), total("/v1/products")),
        Line("deals", str(len(deals)), total("/v1/deals")),
    ]
    for value, meaning in mapping.deals.stages.items():
        closed = meaning.outcome != "open"
        filters = {"status": meaning.outcome} if closed else {"status": "open", "stage": meaning.stage}
        lines.append(Line(f"deals {value}", str(stages[value]), total("/v1/deals", **filters)))
    return lines


def won_lines(load: Load, data: Path) -> list[Line]:
    """The won value of each quarter: in the file, in pipeline's deals, and in the forecast."""
    in_file = _won_in_file(data, load.mapping)
    in_pipeline = _won_in_pipeline(load)
    return [
        Line(
            f"won in {quarter}",
            _cents(amount),
            {
                "pipeline": _cents(in_pipeline.get(quarter, Decimal())),
                "forecast": _won_in_forecast(load, quarter, amount),
            },
        )
        for quarter, amount in sorted(in_file.items())
    ]


def _won_in_file(data: Path, mapping: Mapping) -> dict[str, Decimal]:
    columns = mapping.deals
    won: dict[str, Decimal] = {}
    for row in _rows(data / columns.file):
        if columns.stages[row[columns.stage]].outcome == "won":
            year, month, _ = row[columns.closed_on].split("-")
            quarter = _quarter(int(year), int(month))
            won[quarter] = won.get(quarter, Decimal()) + Decimal(row[columns.amount])
    return won


def _won_in_pipeline(load: Load) -> dict[str, Decimal]:
    zone = ZoneInfo(str(load.gateway.get("/v1/organisation")["time_zone"]))
    won: dict[str, Decimal] = {}
    source = load.mapping.source_system
    for deal in load.gateway.every(
        "/v1/deals", source_system=source, status="won", fields="id,amount,closed_at"
    ):
        closed = datetime.fromisoformat(deal["closed_at"]).astimezone(zone)
        quarter = _quarter(closed.year, closed.month)
        won[quarter] = won.get(quarter, Decimal()) + Decimal(deal["amount"]["amount"])
    return won


def _won_in_forecast(load: Load, quarter: str, expected: Decimal) -> str:
    """Asked until it has heard everything, or patience ends; then what it says is what it says."""
    first, last = _bounds(quarter)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = load.gateway.get("/v1/forecast", team_id=load.root_team_id, **{"from": first, "to": last})
        closed = Decimal(answer["closed"]["amount"])
        if closed == expected or time.monotonic() > deadline:
            return _cents(closed)
        time.sleep(0.2)


def _bounds(quarter: str) -> tuple[str, str]:
    year, number = quarter.split("-Q")
    ends = {"1": "03-31", "2": "06-30", "3": "09-30", "4": "12-31"}
    return f"{year}-{3 * int(number) - 2:02}-01", f"{year}-{ends[number]}"


def _quarter(year: int, month: int) -> str:
    return f"{year}-Q{(month - 1) // 3 + 1}"


def _cents(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))
