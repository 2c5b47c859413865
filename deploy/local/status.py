"""`make status`: every process with its state, memory, restarts, lag and outbox backlog; and the agenda."""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console
from rich.table import Table

from deploy.local.files import read_json
from deploy.local.lock import StackLock
from deploy.local.probe import get, listens
from deploy.local.settings import StackSettings

MEBIBYTE = 1024 * 1024
WITHOUT_HTTP = {"postgres", "kafka"}
_AGENDA = {"agenda_entries", "agenda_kind_oldest_overdue_seconds"}


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """One kind of work on a service's agenda; `oldest` in seconds. `failing` is tried again by itself,
    `set_aside` waits for a person."""

    service: str
    kind: str
    planned: int = 0
    overdue: int = 0
    oldest: float = 0
    failing: int = 0
    set_aside: int = 0


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    """One row. Memory in bytes, uptime in seconds; lag and backlog in messages, None where it has none."""

    name: str
    state: str
    pid: int | None
    memory: int
    restarts: int
    last_exit: int | None
    uptime: float | None
    lag: int | None = None
    backlog: int | None = None
    port: int | None = None
    agenda: tuple["PlannedWork", ...] = ()

    @property
    def is_well(self) -> bool:
        return self.state == "ready"


def print_status(settings: StackSettings) -> int:
    """Show the table; 0 when every process is ready, 1 otherwise."""
    described = read_json(settings.processes_file)
    if StackLock(settings.lock_file).holder() is None or not described:
        print("Dealstream is not running. Start it with make up.")
        return 1
    rows = [look_at(name, process) for name, process in described["processes"].items()]
    supervisor = sum(
        memory_of(described["supervisor"][key], with_children=False) for key in ("pid", "reaper_pid")
    )
    _show(rows, supervisor)
    _show_agenda([work for row in rows for work in row.agenda])
    return 0 if described["ready"] and all(row.is_well for row in rows) else 1


def look_at(name: str, process: dict[str, Any]) -> ProcessStatus:
    """The present state of a process that the supervisor described."""
    pid, port = process["pid"], process["port"]
    metrics = get(port, "/metrics")[1] if name.endswith("-worker") and pid else ""
    return ProcessStatus(
        name=name,
        state=_present_state(name, process),
        pid=pid,
        memory=memory_of(pid) if pid else 0,
        restarts=process["restarts"],
        last_exit=process["last_exit"],
        uptime=time.time() - process["started_at"] if pid and process["started_at"] else None,
        lag=sum_of(metrics, "consumer_lag"),
        backlog=sum_of(metrics, "outbox_backlog"),
        port=port,
        agenda=tuple(agenda_of(metrics)),
    )


def agenda_of(metrics: str) -> list[PlannedWork]:
    """The kinds of work that anything is planned of, by name."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for family in text_string_to_metric_families(metrics):
        if family.name in _AGENDA:
            for sample in family.samples:
                work = found.setdefault((sample.labels["service"], sample.labels["kind"]), {})
                work[sample.labels.get("state", "oldest")] = sample.value
    works = (PlannedWork(*key, **counts) for key, counts in sorted(found.items()))
    return [work for work in works if work.planned or work.overdue or work.set_aside]


def sum_of(metrics: str, name: str) -> int | None:
    """The sum over all labels of a Prometheus metric, None when it does not appear."""
    values = [
        float(line.rsplit(" ", 1)[1])
        for line in metrics.splitlines()
        if line.startswith((f"{name} ", f"{name}{{"))
    ]
    return int(sum(values)) if values else None


def memory_of(pid: int, *, with_children: bool = True) -> int:
    """Resident bytes of a process and its children.

    Where the system tells (Linux), memory shared between processes is split among them, so that a
    sum over processes counts it once; elsewhere it is the plain resident set.
    """
    try:
        process = psutil.Process(pid)
        family = (process, *process.children(recursive=True)) if with_children else (process,)
        return sum(map(_resident, family))
    except psutil.NoSuchProcess:
        return 0


def _resident(process: psutil.Process) -> int:
    try:
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        resident: int = process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0
    return resident


def _present_state(name: str, process: dict[str, Any]) -> str:
    if process["state"] != "ready" or process["port"] is None:
        return str(process["state"])
    if name in WITHOUT_HTTP:
        return "ready" if listens(process["port"]) else "not answering"
    code, body = get(process["port"], "/readyz")
    return "ready" if code == 200 else f"not ready: {_reason(body) or code}"


def _reason(body: str) -> str:
    try:
        content = json.loads(body)
    except ValueError:
        return body[:60]
    return str(content.get("detail") or content.get("title") or content)[:60]


def _show(rows: list[ProcessStatus], supervisor_memory: int) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (
        "process",
        "state",
        "port",
        "pid",
        "memory MB",
        "restarts",
        "last exit",
        "up",
        "lag",
        "outbox",
    ):
        table.add_column(heading, justify="left" if heading in {"process", "state"} else "right")
    for row in rows:
        table.add_row(
            row.name,
            f"[{'green' if row.is_well else 'red'}]{row.state}[/]",
            *map(_cell, (row.port, row.pid)),
            f"{row.memory / MEBIBYTE:.0f}",
            *map(_cell, (row.restarts, row.last_exit)),
            _span(row.uptime),
            *map(_cell, (row.lag, row.backlog)),
        )
    total = supervisor_memory + sum(row.memory for row in rows)
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    console.print(
        f"resident in all: {total / MEBIBYTE:.0f} MB (supervisor {supervisor_memory / MEBIBYTE:.0f} MB)"
    )


def _show_agenda(agenda: list[PlannedWork]) -> None:
    """What is planned, as it was at most ten seconds ago. Nothing where nothing is."""
    if not agenda:
        return
    table = Table(box=None, pad_edge=False, header_style="bold", title="agenda", title_justify="left")
    for heading in ("service", "kind", "planned", "overdue", "oldest s", "failing", "set aside"):
        table.add_column(heading, justify="left" if heading in {"service", "kind"} else "right")
    for work in agenda:
        table.add_row(
            work.service,
            f"[red]{work.kind}[/]" if work.set_aside else work.kind,
            *(f"{count:.0f}" for count in (work.planned, work.overdue)),
            f"{work.oldest:.1f}",
            *(f"{count:.0f}" for count in (work.failing, work.set_aside)),
        )
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    for service in sorted({work.service for work in agenda if work.set_aside}):
        console.print(
            f'What is set aside: make mend SERVICE={service} ARGS="agenda", then ARGS="agenda-retry".'
        )


def _cell(value: int | None) -> str:
    return "-" if value is None else str(value)


def _span(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
