"""How long it takes until somebody has a lead that was pushed, alone or among a thousand."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from hashlib import md5
from typing import Any

from deploy.bench.load import Measured

Json = dict[str, Any]
Push = Callable[[Sequence[Json]], Awaitable[int]]
Waiting = Callable[[str], Awaitable[bool]]

_LONGEST_SECONDS = 120
_LOOK_SECONDS = 0.02


async def measure_until_owned(
    push: Push, waiting: Waiting, *, run_id: str, leads: int, times: int
) -> Measured:
    """Pushes so many leads at once, several times; the clock stops when none of them waits any more.

    `push` answers an HTTP status; `waiting` says whether any lead of this source is in nobody's hands.
    """
    seconds, failed = [], 0
    for turn in range(times):
        source = f"bench-{run_id}-{leads}-{turn}"
        started = time.perf_counter()
        if await push([_lead(source, number) for number in range(leads)]) >= 400:
            failed += 1
        while await waiting(source):
            if time.perf_counter() - started > _LONGEST_SECONDS:
                failed += 1
                break
            await asyncio.sleep(_LOOK_SECONDS)
        seconds.append(time.perf_counter() - started)
    median = statistics.median(seconds)
    return Measured(leads / median, median * 1000, max(seconds) * 1000, failed)


def _lead(source: str, number: int) -> Json:
    """A common first name and a rare family name; companies share a word, as companies do."""
    return {
        "external_id": f"{source}-{number}",
        "name": f"{_FIRST[number % len(_FIRST)]} {_word(source, number)}",
        "company": f"{_word(source, number % 97)} Solutions Ltd",
        "email": f"{source}.{number}@example.com",
        "source": source,
    }


def _word(source: str, number: int) -> str:
    """One that nobody else has."""
    digits = md5(f"{source}{number}".encode(), usedforsecurity=False).hexdigest()[:10]
    return digits.translate(_LETTERS).capitalize()


_LETTERS = str.maketrans("0123456789abcdef", "aeioubdfglmnprst")
_FIRST = ("Ann", "Ben", "Clara", "David", "Eva", "Felix", "Greta", "Hugo", "Ida", "Jonas")
