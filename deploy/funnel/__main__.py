"""`make funnel DATA=folder`: load the folder where it is not loaded yet, then print its funnel."""

import argparse
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Column, Table

from deploy.gateway_client import GatewayClient, read_stack
from deploy.importing.load import Load
from deploy.importing.mapping import Mapping, mapping_for
from deploy.importing.source import Findings, read_rows

Json = dict[str, Any]
# Counts, shares, days and amounts of each table: none is wider than 80 letters with names of some length.
_TABLES: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("entered", "moved_on", "lost", "still_there"), ("conversion",), (), ()),
    (("jumped_over", "went_back", "entered_next"), ("cumulative_conversion",), (), ()),
    ((), (), ("days_mean", "days_median"), ("value", "lost_value")),
)
_RECORDS = {
    "product": "/v1/products",
    "owner": "/v1/members",
    "team": "/v1/teams",
    "account": "/v1/accounts",
}


def main() -> int:
    """Prints the cohort of all deals in the folder, and one line for each group of the split."""
    parser = argparse.ArgumentParser(prog="deploy.funnel", description=__doc__)
    parser.add_argument("data", type=Path, help="a folder of CSV files")
    parser.add_argument(
        "--by", default="product", help="what to split by: product, owner, team, industry, ..."
    )
    given = parser.parse_args()
    mapping = mapping_for(given.data)
    stack = read_stack(Path(os.environ.get("STATE_DIR", ".local")))
    admin = stack["users"]["admin"]
    gateway = GatewayClient.signed_in(stack["gateway_url"], admin["email"], admin["password"])
    console = Console()
    with Progress(console=console, transient=True) as progress:
        load = Load(gateway, given.data, mapping, progress)
        load.run()
    funnel = gateway.get(
        "/v1/funnel",
        pipeline_id=_pipeline_id(gateway, mapping),
        group_by=given.by,
        **{"from": _first_day(given.data, mapping), "to": _tomorrow()},
    )
    _print_stages(console, funnel)
    _print_groups(console, funnel, _names(gateway, given.by))
    return 0


def _pipeline_id(gateway: GatewayClient, mapping: Mapping) -> str:
    pipelines = gateway.every("/v1/pipelines")
    return next(str(each["id"]) for each in pipelines if each["name"] == mapping.pipeline.name)


def _names(gateway: GatewayClient, split_by: str) -> dict[str, str]:
    """What the records of the split are called, by id."""
    path = _RECORDS.get(split_by)
    return {str(each["id"]): str(each["name"]) for each in gateway.every(path)} if path else {}


def _first_day(data: Path, mapping: Mapping) -> str:
    columns = mapping.deals
    rows = read_rows(
        data / columns.file, columns.corrections, Findings(), lambda row: row[columns.external_id]
    )
    return min(row[columns.opened_on] for row in rows if row[columns.opened_on])


def _tomorrow() -> str:
    """Deals without dates were opened when they were loaded, which may be today anywhere."""
    return (datetime.now(UTC).date() + timedelta(days=1)).isoformat()


def _print_stages(console: Console, funnel: Json) -> None:
    period, totals = funnel["period"], funnel["totals"]
    console.print(f"\n[bold]Funnel of the deals created from {period['from']} to {period['to']}[/]")
    for counts, shares, days, amounts in _TABLES:
        names = (*counts, *shares, *days, *amounts)
        table = Table(Column("stage", overflow="fold"), *(name.replace("_", " ") for name in names))
        for stage in funnel["stages"]:
            table.add_row(
                stage["stage"],
                *(f"{stage[name]:,}" for name in counts),
                *(_share(stage[name]) for name in shares),
                *(_shown(stage[name]) for name in days),
                *(_money(stage[name]) for name in amounts),
            )
        console.print(table)
    console.print(
        f"{totals['deals']:,} deals: {totals['won']:,} won ({_share(totals['won_share'])}) worth "
        f"{_money(totals['won_value'])}, {totals['lost']:,} lost, {totals['open']:,} open"
    )


def _print_groups(console: Console, funnel: Json, called: dict[str, str]) -> None:
    console.print(f"\n[bold]By {funnel['group_by']}[/]")
    stages = [stage["stage"] for stage in funnel["stages"]]
    table = Table(
        *(str(funnel["group_by"]), "deals", "won", "won share"), *(f"{name}: conversion" for name in stages)
    )
    for group in funnel["groups"]:
        totals = group["totals"]
        table.add_row(
            called.get(group["key"], group["key"]) or "none",
            *(f"{totals[name]:,}" for name in ("deals", "won")),
            _share(totals["won_share"]),
            *(_share(stage["conversion"]) for stage in group["stages"]),
        )
    console.print(table)


def _share(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.1%}"


def _shown(days: float | None) -> str:
    return "-" if days is None else f"{days:,.2f}"


def _money(money: Json) -> str:
    return f"{float(money['amount']):,.2f} {money['currency']}"


if __name__ == "__main__":
    sys.exit(main())
