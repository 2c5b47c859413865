"""A closed loop: so many connections, each sending its next request when the last was answered.

It shares the cores with what it measures, so its figures are only good as ratios of one run.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Send = Callable[[], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Measured:
    """`per_second` counts items (one per request unless it is a batch); latencies are of requests, in ms."""

    per_second: float
    p50_ms: float
    p99_ms: float
    failed: int


async def measure(send: Send, *, connections: int, seconds: float, items_per_request: int = 1) -> Measured:
    """Runs `send` (which answers an HTTP status) for `seconds` after a warm-up of a fifth of that."""
    await _loop(send, connections, seconds / 5)
    started = time.perf_counter()
    latencies, failed = await _loop(send, connections, seconds)
    took = time.perf_counter() - started
    cuts = statistics.quantiles(latencies, n=100, method="inclusive")
    per_second = (len(latencies) - failed) * items_per_request / took
    return Measured(per_second, cuts[49] * 1000, cuts[98] * 1000, failed)


async def _loop(send: Send, connections: int, seconds: float) -> tuple[list[float], int]:
    latencies: list[float] = []
    failed = 0
    until = time.perf_counter() + seconds

    async def one_after_another() -> None:
        nonlocal failed
        while (started := time.perf_counter()) < until:
            status = await send()
            latencies.append(time.perf_counter() - started)
            if status >= 400:
                failed += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(one_after_another())
    return latencies, failed
