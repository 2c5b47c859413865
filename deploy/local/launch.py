"""The three ways to run the supervisor: here, in the background, and what runs in that background."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import IO

from deploy.local import progress
from deploy.local.errors import StackError
from deploy.local.files import last_lines, read_json
from deploy.local.leftovers import end_leftovers
from deploy.local.lock import StackLock
from deploy.local.product import load_product
from deploy.local.reaper import Reaper
from deploy.local.settings import ROOT, StackSettings
from deploy.local.supervisor import Supervisor, supervise

REAPER_WITHIN_SECONDS = 30.0


def in_the_foreground(settings: StackSettings) -> int:
    """Run until Ctrl-C; then stop everything."""
    if _runs_already(settings):
        return 0
    lock = _take_the_lock(settings)
    display = progress.for_this_terminal()
    started = time.monotonic()

    def when_ready() -> None:
        display.note(welcome(settings, time.monotonic() - started))
        display.note("Ctrl-C stops everything.")
        display.close()

    try:
        _supervise(settings, lock, display, when_ready)
    finally:
        display.close()
    return 0


def in_the_background(settings: StackSettings) -> int:
    """Start a supervisor that outlives this command; show its progress until it is ready."""
    if _runs_already(settings):
        return 0
    started = time.monotonic()
    settings.logs.mkdir(parents=True, exist_ok=True)
    reading, writing = os.pipe()
    with (settings.logs / "supervisor.log").open("ab") as log:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "deploy.local.stack", "supervise", str(writing)],
            pass_fds=(writing,),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=ROOT,
        )
    os.close(writing)
    try:
        with os.fdopen(reading) as messages:
            problem = _show(messages)
    except KeyboardInterrupt:
        supervisor.send_signal(signal.SIGTERM)
        supervisor.wait()
        print("Stopped before it was ready.")
        return 130
    if problem is not None:
        supervisor.wait()
        raise StackError(problem or f"The supervisor ended:\n{last_lines(settings.logs / 'supervisor.log')}")
    print(welcome(settings, time.monotonic() - started))
    return 0


def behind_a_pipe(settings: StackSettings, descriptor: int) -> int:
    """The background supervisor; its last message is "ready" or "failed"."""
    with os.fdopen(descriptor, "w") as out:
        display = progress.Pipe(out)

        def when_ready() -> None:
            display.send(ready=True)
            display.leave()
            out.close()

        try:
            _supervise(settings, _take_the_lock(settings), display, when_ready)
        except StackError as refusal:
            display.send(failed=str(refusal))
            return 1
    return 0


def tell_to_stop(lock: StackLock, *, within: float) -> None:
    """SIGTERM to the supervisor and wait; kill it when it takes too long (the reaper stops the rest)."""
    holder = lock.holder()
    if holder is not None:
        os.kill(holder, signal.SIGTERM)
    if lock.wait_until_free(within):
        return
    if holder is not None:
        os.kill(holder, signal.SIGKILL)
    if not lock.wait_until_free(REAPER_WITHIN_SECONDS):
        raise StackError("The stack could not be stopped; see make status.")


def welcome(settings: StackSettings, seconds: float) -> str:
    """Where to look and how to sign in."""
    url = settings.ports.url("gateway")
    lines = [
        "",
        f"Dealstream is ready ({seconds:.1f} s).",
        f"  API          {url}/docs",
        *_sign_in_lines(settings),
        "  state        make status",
        f"  logs         make logs SERVICE=leads   ({settings.logs})",
        "  stop         make down",
        f"  for tools    {settings.stack_file}",
    ]
    return "\n".join(lines)


def _sign_in_lines(settings: StackSettings) -> list[str]:
    described = read_json(settings.stack_file)
    users = [
        f"  sign in      {user['email']}  {user['password']}   ({role})"
        for role, user in described.get("users", {}).items()
    ]
    partner = described.get("partner")
    return [*users, *([f"  partner key  {partner['api_key']}   ({partner['name']})"] if partner else [])]


def _supervise(
    settings: StackSettings, lock: StackLock, display: progress.Progress, when_ready: Callable[[], None]
) -> None:
    settings.stack_file.unlink(missing_ok=True)
    for name in end_leftovers(settings.processes_file):
        display.note(f"       ended {name}, left over from an earlier run")
    product = load_product(settings)
    reaper = Reaper(keep_open=(lock.descriptor,))
    try:
        supervisor = Supervisor(settings.state, reaper, display)
        asyncio.run(supervise(supervisor, product.bring_up, when_ready=when_ready))
    finally:
        reaper.close()
        settings.stack_file.unlink(missing_ok=True)


def _runs_already(settings: StackSettings) -> bool:
    if StackLock(settings.lock_file).holder() is None:
        return False
    ready = read_json(settings.processes_file).get("ready", False)
    print(
        f"Dealstream {'is running' if ready else 'is being started or stopped'} already ({settings.state})."
    )
    if ready:
        print(f"  API      {settings.ports.url('gateway')}/docs\n  state    make status")
    return True


def _take_the_lock(settings: StackSettings) -> StackLock:
    """The lock, after waiting for the reaper of a supervisor that was killed."""
    lock = StackLock(settings.lock_file)
    lock.wait_until_free(REAPER_WITHIN_SECONDS)
    if not lock.acquire():
        raise StackError(f"Another stack runs in {settings.state}; see make status.")
    return lock


def _show(messages: IO[str]) -> str | None:
    """Show what the supervisor tells; None when it is ready, else why not (empty: it just ended)."""
    display = progress.for_this_terminal()
    try:
        for line in messages:
            match json.loads(line):
                case {"begin": step}:
                    display.begin(step)
                case {"done": step, "seconds": seconds}:
                    display.done(step, seconds)
                case {"note": text}:
                    display.note(text)
                case {"ready": True}:
                    return None
                case {"failed": problem}:
                    return str(problem)
    finally:
        display.close()
    return ""
