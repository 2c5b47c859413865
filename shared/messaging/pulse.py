"""A sign of life of one loop in a worker.

Must never break: a loop beats only from its own code, so a stuck loop goes silent.
"""

import time


class Pulse:
    """`silence()` is the seconds since the last `beat()`; one that has ended is never silent."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._beat = time.monotonic()
        self._ended = False

    def beat(self) -> None:
        """I am alive."""
        self._beat = time.monotonic()

    def end(self) -> None:
        """I have finished on purpose."""
        self._ended = True

    def silence(self) -> float:
        """Seconds without a sign of life."""
        return 0.0 if self._ended else time.monotonic() - self._beat
