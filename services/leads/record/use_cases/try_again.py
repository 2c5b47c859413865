"""How often something is decided anew because somebody else was faster, and how long to step aside before.

Must never break: each round at least one of those who compete gets through, so the rounds end.
"""

import asyncio
import random
from collections.abc import AsyncIterator

_ROUNDS = 30
_LONGEST_SECONDS = 0.05


async def rounds() -> AsyncIterator[int]:
    """The numbers of the rounds from 0. From the third on each begins after a short random pause."""
    for number in range(_ROUNDS):
        if number > 1:
            await asyncio.sleep(random.random() * min(_LONGEST_SECONDS, 0.002 * number))
        yield number
