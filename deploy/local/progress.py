"""What a person sees while the stack starts: one line a step, with seconds."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Protocol


class Progress(Protocol):
    """Where the supervisor tells what it does."""

    def begin(self, step: str) -> None: ...

    def done(self, step: str, seconds: float) -> None: ...

    def note(self, text: str) -> None: ...


@contextmanager
def step(progress: Progress, name: str) -> Iterator[None]:
    """Tell begin and end of a step; one that fails has no end."""
    started = time.monotonic()
    progress.begin(name)
    yield
    progress.done(name, time.monotonic() - started)


class Lines:
    """For logs and pipes: plain lines."""

    def __init__(self, out: IO[str] | None = None) -> None:
        self._out = out or sys.stdout

    def begin(self, step: str) -> None:
        self._say(f"   ... {step}")

    def done(self, step: str, seconds: float) -> None:
        self._say(f"  ok   {step} ({seconds:.1f} s)")

    def note(self, text: str) -> None:
        self._say(text)

    def close(self) -> None:
        """Nothing to tidy up."""

    def _say(self, line: str) -> None:
        print(line, file=self._out, flush=True)


class Spinner:
    """For a terminal: running steps spin, finished ones stay as a line."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(highlight=False)
        self._running: dict[str, float] = {}
        self._status = self._console.status("starting")
        self._status.start()

    def begin(self, step: str) -> None:
        self._running[step] = time.monotonic()
        self._show()

    def done(self, step: str, seconds: float) -> None:
        self._running.pop(step, None)
        self._console.print(f"  [green]ok[/]   {step} [dim]({seconds:.1f} s)[/]")
        self._show()

    def note(self, text: str) -> None:
        self._console.print(text, markup=False)

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._status.stop()

    def _show(self) -> None:
        self._status.update(", ".join(self._running) or "almost there")


class Pipe:
    """For the other end of `make up`: one JSON object a line; a reader that left is no reason to stop."""

    def __init__(self, out: IO[str]) -> None:
        self._out: IO[str] | None = out

    def begin(self, step: str) -> None:
        self.send(begin=step)

    def done(self, step: str, seconds: float) -> None:
        self.send(done=step, seconds=seconds)

    def note(self, text: str) -> None:
        self.send(note=text)

    def leave(self) -> None:
        """The reader has seen enough: what comes later is dropped."""
        self._out = None

    def send(self, **message: object) -> None:
        if self._out is None:
            return
        try:
            print(json.dumps(message), file=self._out, flush=True)
        except OSError:
            self._out = None


def for_this_terminal() -> "Lines | Spinner":
    """The spinner on a terminal, lines everywhere else."""
    return Spinner() if sys.stdout.isatty() else Lines()
