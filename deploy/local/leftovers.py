"""Processes of an earlier stack whose supervisor and reaper were both killed: found by what they wrote."""

import contextlib
import os
import signal
from pathlib import Path

import psutil

from deploy.local.files import read_json

CLOCK_TOLERANCE_SECONDS = 3.0


def end_leftovers(processes_file: Path) -> list[str]:
    """Kill what the file says was running and still is; gives the names.

    A process id that meanwhile belongs to another program, started at another time, is left alone.
    """
    ended = []
    for name, process in read_json(processes_file).get("processes", {}).items():
        pid, started_at = process.get("pid"), process.get("started_at")
        if pid and started_at and _is_the_same(pid, started_at):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
                psutil.Process(pid).wait(timeout=5)
            ended.append(name)
    processes_file.unlink(missing_ok=True)
    return ended


def _is_the_same(pid: int, started_at: float) -> bool:
    try:
        process = psutil.Process(pid)
        age_gap: float = abs(process.create_time() - started_at)
        return bool(process.status() != psutil.STATUS_ZOMBIE and age_gap < CLOCK_TOLERANCE_SECONDS)
    except psutil.NoSuchProcess:
        return False
