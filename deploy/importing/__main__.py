"""`make import DATA=folder`: load a folder, then show that the services hold what the files say."""

import os
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.gateway_client import GatewayClient, read_stack
from deploy.importing.load import Load
from deploy.importing.mapping import mapping_for
from deploy.importing.reconcile import Line, count_lines, won_lines


def main() -> int:
    """0 when everything agrees, 1 when a figure differs."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: make import DATA=<folder of CSV files>")
    data = Path(sys.argv[1])
    mapping = mapping_for(data)
    stack = read_stack(Path(os.environ.get("STATE_DIR", ".local")))
    admin = stack["users"]["admin"]
    gateway = GatewayClient.signed_in(stack["gateway_url"], admin["email"], admin["password"])
    console = Console()
    started = time.monotonic()
    columns = (TextColumn("{task.description:>10}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        load = Load(gateway, data, mapping, progress)
        load.run()
    pushed = time.monotonic() - started
    lines = count_lines(gateway, data, mapping) + won_lines(load, data)
    _print_results(console, load)
    _print_findings(console, load)
    agree = _print_lines(console, lines)
    print(f"Pushed in {pushed:.1f} s, known to every service after {time.monotonic() - started:.1f} s.")
    print("Everything agrees." if agree else "NOT everything agrees: see the lines marked !=.")
    return 0 if agree else 1


def _print_results(console: Console, load: Load) -> None:
    console.print("\n[bold]What became of the rows[/]")
    table = Table("what", "became")
    for things, results in load.results.items():
        table.add_row(things, ", ".join(f"{count:,} {status}" for status, count in results.items()))
    console.print(table)


def _print_findings(console: Console, load: Load) -> None:
    console.print("\n[bold]What was odd in the files[/]")
    table = Table("what", "times", "for example")
    for what, times in load.findings.counts.most_common():
        table.add_row(what, f"{times:,}", ", ".join(load.findings.examples[what]))
    console.print(table)


def _print_lines(console: Console, lines: list[Line]) -> bool:
    console.print("\n[bold]Reconciliation[/]")
    table = Table("figure", "file", "", "services")
    for line in lines:
        answers = ", ".join(f"{part} {answer}" for part, answer in line.answers.items())
        table.add_row(line.what, line.file, "==" if line.agrees else "!=", answers)
    console.print(table)
    return all(line.agrees for line in lines)


if __name__ == "__main__":
    sys.exit(main())
