"""Ends a worker that hangs: its supervisor starts a new one.

Must never break: it works from a thread of its own, so that a blocked event loop is noticed too.
"""

import faulthandler
import os
import sys
import threading
from collections.abc import Sequence

from shared.messaging.pulse import Pulse

HUNG_EXIT_CODE = 70
_LOOK_EVERY_SECONDS = 5.0


class Watchdog(threading.Thread):
    """Ends the process with code 70 when a pulse is silent for `limit_seconds` at two looks in a row (one
    look would also hit a process that was merely suspended for a while)."""

    def __init__(
        self,
        pulses: Sequence[Pulse],
        *,
        limit_seconds: float = 60.0,
        look_every_seconds: float = _LOOK_EVERY_SECONDS,
    ) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._pulses = pulses
        self._limit_seconds = limit_seconds
        self._look_every_seconds = look_every_seconds
        self._finished = threading.Event()

    def finish(self) -> None:
        """The worker ends by itself; stop looking."""
        self._finished.set()

    def run(self) -> None:
        silent_before: set[str] = set()
        while not self._finished.wait(self._look_every_seconds):
            silent = {pulse.name for pulse in self._pulses if pulse.silence() > self._limit_seconds}
            if silent & silent_before:
                print(
                    f"watchdog: no sign of life from {', '.join(sorted(silent))}", file=sys.stderr, flush=True
                )
                faulthandler.dump_traceback(file=sys.stderr)
                os._exit(HUNG_EXIT_CODE)
            silent_before = silent
